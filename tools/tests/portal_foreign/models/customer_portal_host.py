from odoo import api, models


class CustomerPortalHost(models.AbstractModel):
    _inherit = "customer.portal.host"

    @api.model
    def _get_paths(self):
        return (*super()._get_paths(), "/visits/")
