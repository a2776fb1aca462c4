from odoo.http import Controller, request, route

from ..models.viewing.ir_http import COUNTERS_URL, LEAVE_URL, REFUSED_URL
from .portal import CustomerPortal

# More cards than any home page has.
MOST_COUNTERS = 50


class CustomerPortalViewing(Controller):
    """The agent's side of See as Customer: why not, and the way out."""

    @route(
        REFUSED_URL,
        type="http",
        auth="public",
        website=True,
        multilang=False,
        sitemap=False,
        csrf=False,
    )
    def portal_viewing_refused(self, **_query):
        """Say why something is not shown or done; nothing that was sent is read."""
        viewings = request.env["customer.portal.viewing"]
        viewings._settle()
        is_open = bool(viewings._find_view())
        text = viewings._get_refusal_text(is_open)
        response = self._answer(text, is_open)
        if not is_open:
            viewings._set_cookie(response, "")
        return response

    def _answer(self, text, is_open):
        """Answer scripts and people, each as they read it."""
        if request.httprequest.mimetype == "application/json":
            error = {"code": 403, "message": text, "data": {"message": text}}
            values = {"jsonrpc": "2.0", "id": None, "error": error}
            return request.make_json_response(values, status=403)
        if request.httprequest.accept_mimetypes.best == "application/json":
            values = {"error": text, "errors": {"": text}}
            return request.make_json_response(values, status=403)
        values = {"text": text, "is_open": is_open}
        response = request.render("customer_portal.viewing_refused", values)
        response.status_code = 403
        return response

    @route(
        LEAVE_URL,
        type="http",
        auth="public",
        sitemap=False,
        methods=["POST"],
        csrf=False,
    )
    def portal_viewing_leave(self, **_post):
        """End it and lead back to the contact.

        The page has no token of the agent's. The cookie, which no other site makes a
        browser send, does instead.
        """
        viewings = request.env["customer.portal.viewing"]
        response = request.redirect(viewings._leave(), code=303)
        viewings._set_cookie(response, "")
        return response


class CustomerPortalViewingPages(CustomerPortal):
    @route(
        COUNTERS_URL,
        type="http",
        auth="user",
        website=True,
        multilang=False,
        sitemap=False,
        readonly=True,
        methods=["GET"],
    )
    def portal_viewing_counters(self, names="", **_query):
        """Return the counters of Odoo's cards on the home page by GET.

        Odoo asks for them by POST, which a view refuses, and hides cards without.
        """
        counters = names.split(",")[:MOST_COUNTERS]
        return request.make_json_response(self._get_home_counters(counters))
