from odoo import fields, models

from ...const import PREFETCH


class ResUsers(models.Model):
    _inherit = "res.users"

    portal_report_date = fields.Date(
        copy=False,
        groups=fields.NO_ACCESS,
        help="The Monday of the last weekly report, so that there is one a week.",
        prefetch=PREFETCH,
    )

    def _get_portal_report(self):
        """Return what the weekly report says to a user, for its template.

        :rtype: dict
        """
        self.ensure_one()
        return self.env["customer.portal.weekly"]._get_report(self)

    def _get_portal_report_start(self):
        """Return the first day of the weekly report, for the subject of its email."""
        return self.env["customer.portal.weekly"]._get_start(self)
