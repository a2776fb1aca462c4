from werkzeug.exceptions import NotFound

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.http import request, route

from ..models.record.changes import UNDO_TIME
from .page import CustomerPortalPage

# Session key: what the visitor has closed last, and what it was.
CLOSED = "customer_portal_closed"


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
        if not request.httprequest.path.endswith("/reopen"):
            return self._close(row, code, res_id)
        forms = request.env["customer.portal.form"]
        try:
            if row["closed"]:
                forms.reopen_record(code, res_id)
        except AccessError as error:
            raise NotFound() from error
        return request.redirect(row["url"])

    @route(
        "/my/p/<string:code>/<int:res_id>/undo",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_module_undo(self, code, res_id, **_post):
        """Take back that the visitor has closed a record in this session."""
        module, row = self._get_module(code), self._get_row(code, res_id)
        closing = self._get_closing(code, res_id)
        request.session.pop(CLOSED, None)
        if not closing:
            return request.redirect(row["url"])
        forms = request.env["customer.portal.form"]
        if refusal := self._take(forms.undo_close, code, res_id, closing):
            return self._render_record(module, row, error=refusal)
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
            module = self._get_module(code)
            return self._render_record(module, row, error=str(error))
        return request.redirect(row["url"])

    def _render_record(self, module, row, **values):
        """Render the page of a record once more, with what went wrong."""
        shown = {**self._prepare_record_values(module, row), **values}
        return request.render("customer_portal.module_record", shown, status=422)

    def _prepare_record_values(self, module, row, /, **query):
        values = super()._prepare_record_values(module, row, **query)
        forms = request.env["customer.portal.form"]
        values["stars"] = forms.get_rating(module["code"], row["id"])
        values["error"] = query.get("error")
        values["undo_seconds"] = row["closed"] and self._get_undo_seconds(row, module)
        return values

    # === CLOSING === #

    def _close(self, row, code, res_id):
        """Close a record, and remember what it was for who changes their mind."""
        forms = request.env["customer.portal.form"]
        try:
            if not row["closed"]:
                closing = forms.close_record(code, res_id)
                request.session[CLOSED] = {**closing, "record": [code, res_id]}
        except AccessError as error:
            raise NotFound() from error
        return request.redirect(row["url"], code=303)

    def _get_closing(self, code, res_id):
        """Return what the visitor's session knows of how they closed a record."""
        closing = request.session.get(CLOSED) or {}
        return closing if closing.get("record") == [code, res_id] else None

    def _get_undo_seconds(self, row, module):
        """Return for how many seconds closing can be undone yet; 0 if not at all."""
        key = (module["code"], row["id"])
        closing = self._get_closing(*key)
        if not closing or not request.env["customer.portal.form"].may_undo(
            *key, closing
        ):
            return 0
        passed = fields.Datetime.now() - fields.Datetime.to_datetime(closing["at"])
        return max(0, int((UNDO_TIME - passed).total_seconds()))
