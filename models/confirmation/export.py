from odoo import models
from odoo.exceptions import UserError

from .page import MOST_ROWS

EXPORT_URL = "/customer_portal/access-reviews/export"
# How many reviews go into one file: their ids stand in its address.
MOST_REVIEWS = 500


class CustomerPortalConfirmation(models.Model):
    """The record of access reviews as a file, for those who may read it in Odoo."""

    _inherit = "customer.portal.confirmation"

    # === ACTION METHODS === #

    def action_download(self):
        """Download who confirmed what, and when, of these reviews.

        :raise UserError: if these are too many for one file
        """
        self.check_access("read")
        if len(self) > MOST_REVIEWS:
            raise UserError(
                self.env._(
                    "Select up to %(most)s reviews at a time.", most=MOST_REVIEWS
                )
            )
        ids = ",".join(map(str, self.ids))
        url = f"{EXPORT_URL}?reviews={ids}"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    # === BUSINESS METHODS === #

    def _find_for_record(self, review_ids):
        """Return those of some reviews that the user may read in Odoo.

        :param list review_ids: from anywhere
        """
        if not self.has_access("read"):
            return self.browse()
        return self.search([("id", "in", review_ids)])

    def _get_record_rows(self):
        """Return what was answered in these reviews, as plain values.

        :rtype: list[dict]
        """
        lines = self.env["customer.portal.confirmation.line"]
        found = lines.search(
            [("confirmation_id", "in", self.ids)],
            order="confirmation_id, partner_name, id",
            limit=MOST_ROWS,
        )
        return found._get_texts()
