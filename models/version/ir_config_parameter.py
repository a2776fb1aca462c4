from odoo import api, models

PARAM_DRAFTS = "customer_portal.drafts"


class IrConfigParameter(models.Model):
    _inherit = "ir.config_parameter"

    @api.model
    def _has_portal_drafts(self):
        """Say whether profiles and modules are changed by publishing a draft."""
        return self._get_portal_text(PARAM_DRAFTS) == "True"
