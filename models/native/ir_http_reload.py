from urllib.parse import urlencode

from werkzeug.exceptions import MethodNotAllowed, abort

from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _match(cls, path_info):
        """Lead back to its page who opens the address that a form was sent to.

        Browsers keep it where what was sent is refused, and somebody loads it again.
        """
        try:
            return super()._match(path_info)
        except MethodNotAllowed:
            if url := cls._get_page_above(path_info):
                abort(request.redirect(url, code=303))
            raise

    @classmethod
    def _get_page_above(cls, path):
        """Return the nearest page of customers above an address.

        :return: with the token of its record; None for what nobody opens as a page
        :rtype: str | None
        """
        http_request = request.httprequest
        if http_request.method not in ("GET", "HEAD") or not path.startswith("/my/"):
            return None
        pages = request.env["ir.http"].routing_map()
        pages = pages.bind_to_environ(http_request.environ)
        while "/" in path.lstrip("/"):
            path = path.rpartition("/")[0]
            if pages.test(path, "GET"):
                break
        token = http_request.args.get("access_token")
        return f"{path}?{urlencode({'access_token': token})}" if token else path
