from odoo import api, models


class CustomerPortalDefinition(models.AbstractModel):
    """Documents name their folders."""

    _inherit = "customer.portal.definition"

    @api.model
    def _get_named_models(self):
        return super()._get_named_models() | {"customer.portal.document.folder"}
