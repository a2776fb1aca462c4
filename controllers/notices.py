from odoo import http
from odoo.http import request

from ..models.mail.letter import NOTICES_URL


class CustomerPortalNotices(http.Controller):
    """Customers stop notices by a link, also who is not logged in."""

    @http.route(
        NOTICES_URL,
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def notices(self, token="", **_kw):
        """Ask first: programs open links of mails, and change nothing by it."""
        letter = request.env["customer.portal.letter"]
        return self._render(token, letter._find_reader_sudo(token), False)

    @http.route(
        NOTICES_URL,
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        csrf=False,  # mail programs post here; the token says whose notices
        sitemap=False,
    )
    def stop(self, token="", **_kw):
        done = request.env["customer.portal.letter"]._stop_notices(token)
        return self._render(token, done, done)

    def _render(self, token, known, done):
        response = request.render(
            "customer_portal.notices", {"token": token, "known": known, "done": done}
        )
        response.status_code = 200 if known else 404
        return response
