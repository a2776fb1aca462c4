from odoo import api, models

from .res_partner_sync import STRUCTURE_FIELDS


class CustomerPortalModuleField(models.Model):
    """Nobody gives themselves an access, or moves to another organization."""

    _inherit = "customer.portal.module.field"

    @api.model
    def _get_structure_fields(self, model_name):
        names = super()._get_structure_fields(model_name)
        return names | STRUCTURE_FIELDS if model_name == "res.partner" else names
