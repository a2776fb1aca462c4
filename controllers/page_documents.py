from werkzeug.exceptions import NotFound

from odoo.http import request, route

from .page_comments import CustomerPortalPageComments


class CustomerPortalPageDocuments(CustomerPortalPageComments):
    """Files of a record; see ``customer.portal.file``."""

    # === ROUTES === #

    @route(
        "/my/p/<string:code>/<int:res_id>/file/<int:attachment_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_module_file(self, code, res_id, attachment_id, **query):
        """Download a file. Nothing that a customer has sent is shown as a page."""
        files = request.env["customer.portal.file"]
        stream = files.get_stream(code, res_id, attachment_id)
        if not stream:
            raise NotFound()
        return stream.get_response(as_attachment=True)

    @route(
        "/my/p/<string:code>/<int:res_id>/upload",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_module_upload(self, code, res_id, **post):
        """Attach files; scripts, which show the progress, are answered in JSON."""
        module = self._get_module(code)
        row = self._get_row(code, res_id)
        files = request.httprequest.files.getlist("files")
        portal_files = request.env["customer.portal.file"]
        is_script = request.httprequest.accept_mimetypes.best == "application/json"
        refusal = self._take(portal_files.add_files, code, res_id, files)
        if is_script:
            return self._tell_script(refusal)
        if refusal:
            return self._render_record(module, row, upload_error=refusal)
        return request.redirect(f"{row['url']}#o_cp_documents", code=303)

    @route(
        "/my/files/<string:model>/<int:res_id>/<int:attachment_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_native_file(self, model, res_id, attachment_id, **_query):
        """Download a file that one of Odoo's own pages lists."""
        files = request.env["customer.portal.file"]
        stream = files.native_stream(model, res_id, attachment_id)
        if not stream:
            raise NotFound()
        return stream.get_response(as_attachment=True)

    # === WHAT IS SHOWN === #

    def _prepare_record_values(self, module, row, /, **query):
        files = request.env["customer.portal.file"]
        limits = files.get_upload_limits()
        return {
            **super()._prepare_record_values(module, row, **query),
            "documents": files.find_files(module["code"], row["id"]),
            "may_upload": "upload" in module["actions"] and not row["closed"],
            "upload_limits": limits,
            "upload_accept": ",".join(f".{word}" for word in limits.types) or None,
        }
