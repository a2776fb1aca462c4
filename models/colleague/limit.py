from odoo import api, models


class CustomerPortalLimit(models.AbstractModel):
    """Beside Contacts per User, each organization has a number of seats."""

    _inherit = "customer.portal.limit"

    @api.model
    def _check(self, granted):
        super()._check(granted)
        granted._check_portal_seats()
