from odoo import api, models


class CustomerPortalHost(models.AbstractModel):
    _inherit = "customer.portal.host"

    @api.model
    def _get_public_paths(self):
        return (*super()._get_public_paths(), "/visits/")
