from werkzeug.exceptions import BadRequest, NotFound

from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager

from ..const import FAQ_URL
from ..models.faq.gate import CODE
from ..models.record.list_query import SEARCH_LENGTH
from ..models.record.record import COUNT_LIMIT
from .page_comments import CustomerPortalPageComments

PAGE_SIZE = 20


class CustomerPortalFaq(CustomerPortalPageComments):
    """Questions that are asked often; see ``customer.portal.faq``."""

    # === ROUTES === #

    @route(
        ["/my/faq", "/my/faq/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_faqs(self, page=1, search="", category="", **_query):
        faqs = request.env["customer.portal.faq"]
        categories = faqs._get_portal_categories()
        category_id = next((c["id"] for c in categories if str(c["id"]) == category), 0)
        search = search.strip()[:SEARCH_LENGTH]
        values = self._prepare_faq_values()
        if search:
            found = faqs._search_portal_rows(search, category_id or None, PAGE_SIZE)
        else:
            found, values["pager"] = self._get_faq_page(page, category_id)
        values.update(
            faqs=found, categories=categories, category_id=category_id, search=search
        )
        return request.render("customer_portal.faqs", values)

    @route(
        "/my/faq/<int:faq_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_faq(self, faq_id, **query):
        with request.env["customer.portal.gate"].record_cache():
            values = self._prepare_one_faq(self._get_faq(faq_id), query)
        return request.render("customer_portal.faq", values)

    @route(
        "/my/faq/<int:faq_id>/seen",
        type="http",
        auth="user",
        methods=["POST"],
    )
    def portal_faq_seen(self, faq_id, **_post):
        """Count a reader; a script reports it, as opening a page changes nothing."""
        self._get_faq(faq_id)
        faqs = request.env["customer.portal.faq"]
        faqs._count_in_portal(faq_id, "view_count")
        return request.make_response("", status=204)

    @route(
        "/my/faq/<int:faq_id>/file/<int:attachment_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_faq_file(self, faq_id, attachment_id, **_query):
        """Download a document. None is shown as a page of this site."""
        faqs = request.env["customer.portal.faq"]
        stream = faqs._get_portal_stream(faq_id, attachment_id)
        if not stream:
            raise NotFound()
        return stream.get_response(as_attachment=True)

    @route(
        "/my/faq/<int:faq_id>/vote",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_faq_vote(self, faq_id, helpful="", **_post):
        faq = self._get_faq(faq_id)
        if helpful not in ("yes", "no"):
            raise BadRequest()
        faqs = request.env["customer.portal.faq"]
        faqs._vote_in_portal(faq_id, helpful == "yes")
        return request.redirect(f"{faq['url']}?voted=1#o_cp_faq_vote", code=303)

    @route(
        "/my/faq/<int:faq_id>/answered",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_faq_answered(self, faq_id, **_post):
        """Count a case that was not opened."""
        faq = self._get_faq(faq_id)
        faqs = request.env["customer.portal.faq"]
        faqs._count_in_portal(faq_id, "solved_count")
        return request.redirect(f"{faq['url']}?answered=1", code=303)

    @route(
        "/my/faq/<int:faq_id>/comment",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_faq_comment(self, faq_id, body="", **_post):
        """Post a comment; what was written is kept where it cannot be taken."""
        faq, threads = self._get_faq(faq_id), request.env["customer.portal.thread"]
        files = request.httprequest.files.getlist("files")
        refusal = self._take(threads.post_comment, CODE, faq_id, body, files)
        if refusal:
            values = self._prepare_one_faq(faq, {})
            values.update(comment_text=body, comment_error=refusal)
            return request.render("customer_portal.faq", values, status=422)
        return request.redirect(f"{faq['url']}#o_cp_comments", code=303)

    # === INTERNALS === #

    def _get_faq(self, faq_id):
        """Return a FAQ that the visitor sees.

        :raise NotFound: whether there is none or it may not be seen
        """
        faq = request.env["customer.portal.faq"]._get_portal_row(faq_id)
        if not faq:
            raise NotFound()
        return faq

    def _get_faq_page(self, page, category_id):
        """Return the FAQs of a page, and Odoo's pager."""
        faqs = request.env["customer.portal.faq"]
        total = faqs._count_portal_rows(category_id or None)
        args = {"category": category_id} if category_id else {}
        # A number comes from the path; a text, from the query, is none.
        page = page if isinstance(page, int) else 1
        page = min(max(page, 1), COUNT_LIMIT // PAGE_SIZE)
        pages = pager(FAQ_URL, total, page, PAGE_SIZE, url_args=args)
        found = faqs._find_portal_rows(category_id or None, PAGE_SIZE, pages["offset"])
        return found, pages

    def _prepare_one_faq(self, faq, query):
        """Return what the page of a FAQ shows."""
        values = self._prepare_faq_values()
        row = {**faq, "closed": False}
        return {
            **values,
            **self._prepare_comment_values(values["faq_card"], row, query),
            "faq": faq,
            "row": row,
            "module": values["faq_card"],
            "title": faq["question"],
            "asks_answered": bool(query.get("from_form")) and not query.get("answered"),
            "voted": bool(query.get("voted")),
            "answered": bool(query.get("answered")),
        }

    def _prepare_faq_values(self):
        """Return what all pages of FAQs need.

        :raise NotFound: if the visitor's profile does not show them
        """
        faqs = request.env["customer.portal.faq"]
        cards = faqs._get_portal_cards()
        if not cards:
            raise NotFound()
        return {
            **self._prepare_portal_layout_values(),
            "page_name": "customer_portal_faq",
            "title": cards[0]["name"],
            "faq_card": cards[0],
            "faq": None,
        }
