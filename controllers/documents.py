from hashlib import sha256

from werkzeug.exceptions import NotFound
from werkzeug.urls import url_encode

from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..models.base.odoo_http import get_session_key
from ..models.document.document_list import URL
from ..models.document.document_portal import COUNTED, DocumentQuery
from ..models.document.gate import CODE

PAGE_SIZE = 20
# Further pages take as long as reading all before them.
MAX_PAGE = 5000


class CustomerPortalDocuments(CustomerPortal):
    """Documents of a customer; see ``customer.portal.document``.

    What stands here parses an address, asks the model, and renders plain values.
    """

    # === ROUTES === #

    @route(
        [URL, f"{URL}/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_documents(self, page=1, uploaded="", too_large="", **query):
        error = ""
        if too_large:
            error = request.env._("These files are too large to send together.")
        values = self._prepare_list_values(page, query)
        values.update(uploaded=bool(uploaded), upload_error=error)
        return request.render("customer_portal.documents", values)

    @route(
        f"{URL}/<int:attachment_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_document(self, attachment_id, **_query):
        documents = request.env["customer.portal.document"]
        document = documents._get_portal_row(attachment_id)
        if not document:
            raise NotFound()
        values = {
            **self._prepare_document_values(),
            "document": document,
            "title": document["name"],
        }
        return request.render("customer_portal.document", values)

    @route(
        f"{URL}/<int:attachment_id>/download",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_document_file(self, attachment_id, **_query):
        """Stream a file. Nothing of anybody is shown as a page of this site.

        By GET, for links that are saved, and downloads that are resumed; as nothing is
        changed by it, it is not counted.
        """
        return self._get_stream(attachment_id).get_response(as_attachment=True)

    @route(
        f"{URL}/<int:attachment_id>/download",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_document_download(self, attachment_id, **_post):
        """Do the same, and count it: once a session, however often it is asked."""
        response = self.portal_document_file(attachment_id)
        session = sha256(get_session_key(request.session).encode()).hexdigest()
        documents = request.env["customer.portal.document"]
        documents._count_portal_download(attachment_id, session)
        return response

    @route(
        f"{URL}/<int:attachment_id>/preview",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_document_preview(self, attachment_id, **_query):
        """Show a picture or a PDF, which run nothing."""
        documents = request.env["customer.portal.document"]
        if not documents._may_preview(attachment_id):
            raise NotFound()
        response = self._get_stream(attachment_id).get_response(as_attachment=False)
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response

    @route(f"{URL}/seen", type="http", auth="user", website=True, methods=["POST"])
    def portal_documents_seen(self, is_there="", **_post):
        """Show the documents to whom they are new, and keep that they are no more.

        The script of their page reports it, as opening it changes nothing.
        """
        if request.env["customer.portal.gate"].may(CODE):
            request.env["customer.portal.document.visit"]._keep()
        if is_there:
            return request.make_response("", status=204)
        return request.redirect(URL, code=303)

    @route(
        f"{URL}/upload",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_documents_upload(self, **_post):
        """Take files; scripts, which show the progress, are answered in JSON."""
        files = request.httprequest.files.getlist("files")
        documents = request.env["customer.portal.document"]
        is_script = request.httprequest.accept_mimetypes.best == "application/json"
        refusal = self._take(documents._add_from_portal, files)
        if is_script:
            return self._tell_script(refusal)
        if refusal:
            values = {**self._prepare_list_values(), "upload_error": refusal}
            return request.render("customer_portal.documents", values, status=422)
        return request.redirect(f"{URL}?uploaded=1&scope=mine", code=303)

    # === INTERNALS === #

    def _get_stream(self, attachment_id):
        documents = request.env["customer.portal.document"]
        stream = documents._get_portal_stream(attachment_id)
        if not stream:
            raise NotFound()
        return stream

    def _prepare_document_values(self):
        """Return what all pages of documents need.

        :raise NotFound: if the visitor's profile does not show them
        """
        documents = request.env["customer.portal.document"]
        cards = documents._get_portal_cards()
        if not cards:
            raise NotFound()
        return {
            **self._prepare_portal_layout_values(),
            "page_name": "customer_portal_documents",
            "title": cards[0]["name"],
            "document_card": cards[0],
            "document": None,
        }

    def _prepare_list_values(self, page=1, query=None):
        model = request.env["customer.portal.document"]
        values = self._prepare_document_values()
        asked = model._parse_portal_query(**(query or {}))
        folders = model._get_portal_folders()  # Before the rows, which name them.
        documents, pages = self._get_document_page(asked, page)
        limits = request.env["customer.portal.file"].get_upload_limits()
        return {
            **values,
            "asked": asked,
            "documents": documents,
            "folders": folders,
            "pager": pages,
            "may_upload": "upload" in values["document_card"]["actions"],
            "upload_limits": limits,
            "upload_accept": ",".join(f".{word}" for word in limits.types) or None,
            "documents_url": lambda **changes: self._get_documents_url(
                asked._replace(**changes)
            ),
        }

    def _get_document_page(self, asked, page):
        """Return the documents of a page, and Odoo's pager."""
        documents = request.env["customer.portal.document"]
        # A number comes from the path; a text, from the query, is none.
        page = min(max(page, 1), MAX_PAGE) if isinstance(page, int) else 1
        found, total = documents._get_portal_page(asked, PAGE_SIZE, page)
        if not found and page > 1:  # There is no such page.
            page = 1
            found, total = documents._get_portal_page(asked, PAGE_SIZE, page)
        most = max(COUNTED, (page + 1) * PAGE_SIZE)
        args = self._get_documents_args(asked)
        pages = pager(URL, total, page, PAGE_SIZE, url_args=args)
        return found, {**pages, "total": total, "is_capped": total >= most}

    def _get_documents_args(self, asked):
        """Return what differs from the defaults, so that addresses stay short."""
        default = DocumentQuery(
            scope=request.env["customer.portal.record"].default_scope("documents")
        )
        return {
            name: value
            for name, value in asked._asdict().items()
            if value != getattr(default, name)
        }

    def _get_documents_url(self, asked):
        args = self._get_documents_args(asked)
        return f"{URL}?{url_encode(args)}" if args else URL
