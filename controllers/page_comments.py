from werkzeug.urls import url_encode

from odoo.http import request, route

from ..utils import read_number
from .page_states import CustomerPortalPageStates

# How many comments a page shows.
SECTION_SIZE = 20
LAST_PAGE = 10**6


class CustomerPortalPageComments(CustomerPortalPageStates):
    """Comments on a record; see ``customer.portal.thread``."""

    # === ROUTES === #

    @route(
        "/my/p/<string:code>/<int:res_id>/comment",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_module_comment(self, code, res_id, body="", then="", **post):
        """Post a comment; what was written is kept where it cannot be taken."""
        module = self._get_module(code)
        row = self._get_row(code, res_id)
        files = request.httprequest.files.getlist("files")
        threads = request.env["customer.portal.thread"]
        refusal = self._take(threads.post_comment, code, res_id, body, files)
        if refusal:
            return self._render_record(
                module, row, comment_text=body, comment_error=refusal
            )
        if then == "close":
            return self._close(row, code, res_id)
        return request.redirect(f"{row['url']}#o_cp_comments", code=303)

    # === WHAT IS SHOWN === #

    def _prepare_record_values(self, module, row, /, **query):
        threads = request.env["customer.portal.thread"]
        return {
            **super()._prepare_record_values(module, row, **query),
            "too_large": bool(query.get("too_large")),
            "may_comment": threads.may_comment(module["code"], row["id"]),
        }

    def _prepare_comment_values(self, module, row, query):
        """Return what the comments need on pages that are no conversation."""
        threads = request.env["customer.portal.thread"]
        comments = (threads.count_comments, threads.find_comments)
        return {
            "may_comment": threads.may_comment(module["code"], row["id"]),
            **self._prepare_part_values(module, row, "comments", *comments, query),
        }

    def _prepare_part_values(self, module, row, name, count, find, query):
        """Return a page of a part of the record's thread, as the address asks."""
        record = (module["code"], row["id"])
        found = find(*record, SECTION_SIZE)
        total = None if found is None else len(found)
        if total == SECTION_SIZE:  # Else this is all there is.
            total = count(*record)
        pages = self._get_section_pager(row, name, total or 0, query)
        if pages["offset"]:
            found = find(*record, SECTION_SIZE, pages["offset"])
        return {name: found, f"{name}_count": total, f"{name}_pager": pages}

    def _get_section_pager(self, row, name, total, query):
        """Return where a section stands, and the addresses of the pages beside it.

        The other sections stay where they are.
        """
        last = max(1, -(-total // SECTION_SIZE))
        page = min(max(self._get_number(query.get(name)), 1), last)
        args = {
            key: self._get_number(query.get(key))
            for key in ("comments", "updates")
            if query.get(key)
        }

        def get_url(number):
            if not 1 <= number <= last:
                return None
            asked = url_encode({**args, name: number})
            return f"{row['url']}?{asked}#o_cp_{name}"

        return {
            "page": page,
            "last": last,
            "offset": (page - 1) * SECTION_SIZE,
            "newer": get_url(page - 1),
            "older": get_url(page + 1),
        }

    def _get_number(self, text):
        number = read_number(text, LAST_PAGE)
        return 1 if number is None else number
