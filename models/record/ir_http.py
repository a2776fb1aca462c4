import logging

from werkzeug.exceptions import RequestEntityTooLarge

from odoo import models
from odoo.http import request

from ..gate.pages import PAGES_URL

# Session key: what to say of the files that were uploaded, on the next page.
SESSION_HINT = "customer_portal_hint"

_logger = logging.getLogger(__name__)


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        """Look up once what all parts of a page ask for, rendering it included.

        Where the page only reads, so that what the customer sees stays the same.
        """
        if not cls._is_only_read(endpoint):
            return super()._dispatch(endpoint)
        with request.env["customer.portal.gate"].record_cache():
            return super()._dispatch(endpoint)

    @classmethod
    def _is_only_read(cls, endpoint):
        """Say whether the request reads a page of ours, and cannot change anything.

        Odoo has no page that it made itself be ``readonly``, such as the home page; of
        these, routes say so with ``portal_reads``.
        """
        is_read = request.httprequest.method in ("GET", "HEAD")
        routing = endpoint.routing
        is_readonly = routing.get("readonly") is True or routing.get("portal_reads")
        return is_read and bool(is_readonly) and cls._is_portal_endpoint(endpoint)

    @classmethod
    def _handle_error(cls, exception):
        """Tell on the customer's page that what they sent is too large.

        Core reads the form once more to render an error, and fails.
        """
        path = request.httprequest.path
        is_large = isinstance(exception, RequestEntityTooLarge)
        if not is_large or not path.startswith((f"{PAGES_URL}/", "/my/documents/")):
            return super()._handle_error(exception)
        if request.httprequest.accept_mimetypes.best == "application/json":
            text = request.env._("These files are too large to send together.")
            return request.make_json_response({"error": text}, status=413)
        for action in ("/comment", "/upload"):
            path = path.removesuffix(action)
        return request.redirect(f"{path}?too_large=1", code=303)

    @classmethod
    def _get_error_html(cls, env, code, values):
        """Show customers an error on a page of the portal; on Odoo's if that fails.

        Errors of the server stay as they are: their page must need nothing.
        """
        try:
            with env.cr.savepoint(flush=False):
                html = str(code)[0] == "4" and cls._get_portal_error(env, values)
        except Exception:
            _logger.exception("Cannot show the error %s as a page of the portal", code)
            html = None
        return (code, html) if html else super()._get_error_html(env, code, values)

    @classmethod
    def _get_portal_error(cls, env, values):
        user, path = cls._get_portal_visitor(), request.httprequest.path
        look = env["customer.portal.look"]._get_of_error(user, path)
        if not look:
            return None
        values = {**values, "portal_look": look}
        return env["ir.ui.view"]._render_template("customer_portal.error_page", values)

    @classmethod
    def _post_dispatch(cls, response):
        """Keep what there is to say of uploaded files for the page that follows."""
        if hint := request.env["customer.portal.file"].upload_hint():
            request.session[SESSION_HINT] = hint
        return super()._post_dispatch(response)
