from werkzeug.exceptions import abort

from odoo.http import request

from .page import CustomerPortalPage


class CustomerPortalMergedPage(CustomerPortalPage):
    """The page of a case that was merged leads to the one that goes on."""

    def _get_row(self, code, res_id):
        """Lead on from what is closed, if the customer sees where it goes.

        :raise HTTPException: the way there
        """
        row = super()._get_row(code, res_id)
        pages = request.env["customer.portal.record"]
        url = row["closed"] and pages.get_merged_url(code, res_id)
        if url and request.httprequest.method == "GET":
            abort(request.redirect(url))
        return row
