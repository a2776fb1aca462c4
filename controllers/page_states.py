from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError, UserError
from odoo.http import request, route

from .page import CustomerPortalPage


class CustomerPortalPageStates(CustomerPortalPage):
    """Mark as closed, reopen, and rate what is closed."""

    @route(
        [
            "/my/p/<string:code>/<int:res_id>/close",
            "/my/p/<string:code>/<int:res_id>/reopen",
        ],
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_module_state(self, code, res_id, **_post):
        row = self._get_row(code, res_id)
        forms = request.env["customer.portal.form"]
        reopens = request.httprequest.path.endswith("/reopen")
        act = forms.reopen_record if reopens else forms.close_record
        try:
            if row["closed"] == reopens:
                act(code, res_id)
        except AccessError as error:
            raise NotFound() from error
        return request.redirect(row["url"])

    @route(
        "/my/p/<string:code>/<int:res_id>/rate",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_module_rate(self, code, res_id, stars="", feedback="", **_post):
        row = self._get_row(code, res_id)
        forms = request.env["customer.portal.form"]
        number = int(stars) if stars in ("1", "2", "3", "4", "5") else 0
        try:
            forms.rate_record(code, res_id, number, feedback[:2000])
        except UserError as error:
            values = self._prepare_record_values(
                self._get_module(code), row, error=str(error)
            )
            return request.render("customer_portal.module_record", values, status=422)
        return request.redirect(row["url"])

    def _prepare_record_values(self, module, row, /, **query):
        values = super()._prepare_record_values(module, row, **query)
        forms = request.env["customer.portal.form"]
        values["stars"] = forms.get_rating(module["code"], row["id"])
        values["error"] = query.get("error")
        return values
