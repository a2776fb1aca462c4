from odoo import api, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    """A contact is never given what nobody has published yet."""

    _inherit = "res.partner"

    @api.constrains("portal_profile_id")
    def _check_portal_profile_is_live(self):
        self.sudo().portal_profile_id._check_is_live(ValidationError)
