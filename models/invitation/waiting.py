from odoo import api, models

from ...const import COMPANY_URL
from ...icons import ICONS
from ..record.waiting import LIMIT, TO_ANSWER, WaitingItem


class CustomerPortalWaiting(models.AbstractModel):
    """Who has registered, and waits for a manager to approve it."""

    _inherit = "customer.portal.waiting"

    @api.model
    def _get_sources(self):
        return [*super()._get_sources(), self._find_joins]

    @api.model
    def _get_alert_pages(self):
        return super()._get_alert_pages() | {COMPANY_URL}

    @api.model
    def _find_joins(self):
        colleagues = self.env["customer.portal.colleague"]
        items = [
            WaitingItem(
                TO_ANSWER,
                ICONS["shared"],
                self.env._("Registration: %(name)s", name=join["name"]),
                join["email"],
                self.env._("Show"),
                COMPANY_URL,
            )
            for join in colleagues._get_joins_to_approve()[: LIMIT + 1]
        ]
        return self._shorten(items, self.env._("Registrations"), COMPANY_URL)
