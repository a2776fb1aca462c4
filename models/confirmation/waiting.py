from odoo import api, models
from odoo.tools import format_date

from ...icons import ICONS
from ..record.waiting import TO_ANSWER, WaitingItem

# Where customers answer.
REVIEW_URL = "/my/company/review"


class CustomerPortalWaiting(models.AbstractModel):
    """Access reviews that wait for a manager."""

    _inherit = "customer.portal.waiting"

    @api.model
    def _get_sources(self):
        return [*super()._get_sources(), self._find_open_confirmations]

    @api.model
    def _get_alert_pages(self):
        return super()._get_alert_pages() | {REVIEW_URL}

    @api.model
    def _find_open_confirmations(self):
        reviews = self.env["customer.portal.confirmation"]._find_for_customer()
        items = [
            WaitingItem(
                TO_ANSWER,
                ICONS["shared"],
                self.env._("Access review: %s", review.organization_name),
                self.env._("Answer by %s", format_date(self.env, review.date_due)),
                self.env._("Answer"),
                f"{REVIEW_URL}/{review.id}",
            )
            for review in reviews
        ]
        return self._shorten(items, self.env._("Access reviews"), REVIEW_URL)
