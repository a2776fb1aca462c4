from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .ir_config_parameter import PARAM_DRAFTS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    portal_drafts = fields.Boolean("Drafts", config_parameter=PARAM_DRAFTS)

    @api.constrains("portal_default_profile_id")
    def _check_portal_default_is_live(self):
        for settings in self:
            settings.portal_default_profile_id._check_is_live(ValidationError)
