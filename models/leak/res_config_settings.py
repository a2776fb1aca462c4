from odoo import fields, models

from .profile import CRON


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    portal_check_leaks = fields.Boolean(
        "Check for Leaks Every Night",
        default=lambda self: self._get_portal_check_leaks(),
    )

    def _get_portal_check_leaks(self):
        cron = self.env.ref(CRON, raise_if_not_found=False)
        return bool(cron) and cron.sudo().active

    def set_values(self):
        """Switch the scheduled action itself, so that there is one truth."""
        result = super().set_values()
        cron = self.env.ref(CRON, raise_if_not_found=False)
        if cron and cron.sudo().active != self.portal_check_leaks:
            cron.sudo().active = self.portal_check_leaks
        return result
