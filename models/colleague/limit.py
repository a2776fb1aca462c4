from odoo import api, models

from .res_partner import DECIDING, DECIDING_VALUE


class CustomerPortalLimit(models.AbstractModel):
    """Beside Contacts per User, each organization has a number of seats."""

    _inherit = "customer.portal.limit"

    @api.model
    def _check(self, granted):
        result = super()._check(granted)
        granted._check_portal_seats()
        return result

    @api.model
    def _is_for_agents(self):
        """An agent who approves does it in the name of the customer who has asked."""
        is_deciding = self.env.context.get(DECIDING) is DECIDING_VALUE
        return is_deciding or super()._is_for_agents()
