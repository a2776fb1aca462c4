from werkzeug.exceptions import NotFound

from odoo.http import request, route

from ..models.confirmation.export import EXPORT_URL, MOST_REVIEWS
from ..utils import read_number
from .review import CustomerPortalReview


class CustomerPortalReviewExport(CustomerPortalReview):
    """The record of access reviews as a file, for agents and auditors.

    Odoo's own export needs a right to export anything, which auditors need not have.
    """

    @route(EXPORT_URL, type="http", auth="user", readonly=True, methods=["GET"])
    def portal_review_record(self, reviews="", **_query):
        """Answer with the answers of some reviews, as the user may read them."""
        numbers = map(read_number, str(reviews).split(",")[:MOST_REVIEWS])
        found = request.env["customer.portal.confirmation"]._find_for_record(
            list(filter(None, numbers))
        )
        if not found:
            raise NotFound()
        return self._answer_with_file(found._get_record_rows())
