import secrets

from werkzeug.exceptions import NotFound

from odoo.http import request, route

from ..models.record.form import DIGESTS, FILES, TOKEN
from .page import CustomerPortalPage

# Session key: the record that the visitor has just made, until they have seen it.
CREATED = "customer_portal_created"


class CustomerPortalForm(CustomerPortalPage):
    """Forms for new records, and to change them.

    What a form sends is a text by field; the gate reads, checks and writes it.
    """

    # === ROUTES === #

    @route(
        "/my/p/<string:code>/new",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_module_new(self, code, **query):
        return self._render_form(self._get_module(code), "create")

    @route(
        "/my/p/<string:code>/new",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_module_create(self, code, **form):
        return self._save_form(self._get_module(code), "create")

    @route(
        "/my/p/<string:code>/answers",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_module_answers(self, code, text="", **query):
        """Answer with what may save the visitor a new record, while they type."""
        pages = request.env["customer.portal.record"]
        answers = pages.propose_answers(code, text[:200])
        return request.make_json_response(answers)

    @route(
        "/my/p/<string:code>/<int:res_id>/edit",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_module_edit(self, code, res_id, **query):
        module, row = self._get_module(code), self._get_row(code, res_id)
        return self._render_form(module, "edit", row)

    @route(
        "/my/p/<string:code>/<int:res_id>/edit",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_module_write(self, code, res_id, **form):
        module, row = self._get_module(code), self._get_row(code, res_id)
        return self._save_form(module, "edit", row)

    # === WHAT IS SENT === #

    def _save_form(self, module, mode, row=None):
        """Write the form that is sent; answer a script with JSON, and all others as
        browsers expect it."""
        self._get_form_fields(module, mode, row)
        http_request = request.httprequest
        texts = http_request.form.to_dict(flat=False)
        forms, res_id = request.env["customer.portal.form"], row and row["id"]
        code, fresh, errors = module["code"], {}, {}
        if mode == "edit":
            prints = http_request.form.get(DIGESTS)
            fresh, errors = forms.find_conflicts(code, res_id, texts, prints)
            texts.update(fresh)
        if not errors:
            files = http_request.files.getlist(FILES)
            res_id, errors = forms.save_form(
                code,
                mode,
                texts,
                res_id=res_id,
                token=http_request.form.get(TOKEN),
                files=[file for file in files if file.filename],
            )
        wants_json = http_request.accept_mimetypes.best == "application/json"
        if not errors:
            if mode == "create":
                request.session[CREATED] = [code, res_id]
            url = f"{module['url']}/{res_id}"
            if wants_json:
                return request.make_json_response({"url": url})
            return request.redirect(url, code=303)
        if wants_json:
            answer = {"errors": errors, "fresh": fresh, **self._get_prints(module, row)}
            return request.make_json_response(answer, status=422)
        return self._render_form(module, mode, row, texts, errors)

    def _get_prints(self, module, row):
        """Return what tells a form's next sending what has changed meanwhile."""
        forms = request.env["customer.portal.form"]
        prints = row and forms.get_form_digests(module["code"], row["id"])
        return {"prints": prints}

    # === WHAT IS SHOWN === #

    def _get_form_fields(self, module, mode, row=None, texts=None):
        """Return the fields of a form.

        :raise NotFound: if the visitor may not open it
        """
        found = request.env["customer.portal.form"].form_fields(
            module["code"], mode, row and row["id"], texts
        )
        if not found:
            raise NotFound()
        return found

    def _render_form(self, module, mode, row=None, texts=None, errors=None):
        values = self._prepare_form_values(module, mode, row, texts or {}, errors or {})
        status = 422 if errors else 200
        return request.render("customer_portal.module_form", values, status=status)

    def _prepare_form_values(self, module, mode, row, texts, errors):
        is_new = mode == "create"
        heading = module["new"] if is_new else request.env._("Edit")
        token = (texts.get(TOKEN) or [secrets.token_urlsafe(16)])[0]
        fields = self._get_form_fields(module, mode, row, texts)
        return {
            **self._prepare_page_values(module),
            "title": f"{heading} | {row['title'] if row else module['name']}",
            "form_title": heading,
            "row": row,
            "form_fields": fields,
            "errors": errors,
            "form_error": errors.get(""),
            "action": f"{module['url']}/new" if is_new else f"{row['url']}/edit",
            "back": module["url"] if is_new else row["url"],
            "token": token if is_new else None,
            **self._get_prints(module, row),
            "title_name": is_new and module["roles"].get("title"),
            "may_upload": is_new and "upload" in module["actions"],
        }
