from werkzeug.exceptions import NotFound, abort

from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    """The pages of a helpdesk lead to cases."""

    _inherit = "ir.http"

    @classmethod
    def _check_portal_request(cls, endpoint, args):
        cls._check_portal_tickets(endpoint)
        return super()._check_portal_request(endpoint, args)

    @classmethod
    def _check_portal_tickets(cls, endpoint):
        """Lead from the pages of a helpdesk to cases, and check what its forms send.

        :raise HTTPException: the way there, or 404 for what is not permitted
        """
        path = request.httprequest.path
        paths = [path, *endpoint.routing["routes"]]
        user = any("/ticket" in path for path in paths) and cls._get_portal_visitor()
        if not user:
            return
        gate = user.env["customer.portal.gate"]
        if url := gate.with_user(user).ticket_url(path):
            abort(request.redirect(url))
        values, method = request.httprequest.values, request.httprequest.method
        files = [file.filename for file in request.httprequest.files.values()]
        for path in paths:
            if not gate.with_user(user).may_send_ticket(path, method, values, files):
                raise NotFound
        if any(files):
            size = request.httprequest.content_length or 0
            user._check_portal_quota(size)
