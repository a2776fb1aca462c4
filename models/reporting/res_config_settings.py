from odoo import fields, models

from .weekly import CRON


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    portal_weekly_report = fields.Boolean(
        "Weekly Report",
        default=lambda self: self._find_weekly_report_cron().active,
    )

    def _find_weekly_report_cron(self):
        """Return the scheduled action; an administrator can delete it."""
        crons_sudo = self.env["ir.cron"].sudo()
        return self.env.ref(CRON, raise_if_not_found=False) or crons_sudo

    def set_values(self):
        """Switch the scheduled action itself, so that there is one truth."""
        result = super().set_values()
        cron_sudo = self._find_weekly_report_cron().sudo()
        if cron_sudo and cron_sudo.active != self.portal_weekly_report:
            cron_sudo.active = self.portal_weekly_report
        return result
