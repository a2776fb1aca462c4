from werkzeug.exceptions import NotFound

from odoo.http import request, route

from ..utils import read_number
from .form import CREATED
from .page_comments import CustomerPortalPageComments

# How long browsers keep the picture of an employee, in seconds.
PICTURE_AGE = 24 * 60 * 60
# Cookie: the visitor reads the newest comments first.
ORDER_COOKIE = "customer_portal_newest_first"
ORDER_AGE = 365 * 24 * 60 * 60


class CustomerPortalPageConversation(CustomerPortalPageComments):
    """What a conversation needs beside its comments: who reads, follows and looks."""

    # === ROUTES === #

    @route(
        "/my/p/<string:code>/<int:res_id>/entries",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_module_entries(self, code, res_id, last="", **_query):
        """Answer a page that is open with its state, and the comments since."""
        pages = request.env["customer.portal.record"]
        threads = request.env["customer.portal.thread"]
        last_id = read_number(last)
        with request.env["customer.portal.gate"].record_cache():
            state = pages.get_state(code, res_id)
            found = threads.find_new_entries(code, res_id, last_id or 0)
        if found is None or last_id is None:
            raise NotFound()
        html = request.env["ir.qweb"]._render(
            "customer_portal.module_entries", {"entries": found}
        )
        newest = max((entry["id"] for entry in found), default=last_id)
        answer = {"html": html if found else "", "last": newest, "state": state}
        headers = [("Cache-Control", "no-store")]
        return request.make_json_response(answer, headers=headers)

    @route(
        "/my/p/<string:code>/<int:res_id>/seen",
        type="http",
        auth="user",
        methods=["POST"],
    )
    def portal_module_seen(self, code, res_id, last="", **_post):
        """Keep that the page is read; a script says so, as a GET changes nothing."""
        threads = request.env["customer.portal.thread"]
        threads.mark_read(code, res_id, read_number(last) or 0)
        return request.make_response("", status=204)

    @route(
        "/my/p/<string:code>/<int:res_id>/order",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_module_order(self, code, res_id, newest="", **_post):
        """Remember whether the newest comments come first."""
        row = self._get_row(code, res_id)
        response = request.redirect(row["url"], code=303)
        age = ORDER_AGE if newest == "1" else 0
        response.set_cookie(
            ORDER_COOKIE, "1", max_age=age, httponly=True, samesite="Lax"
        )
        return response

    @route(
        "/my/p/<string:code>/<int:res_id>/follow",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_module_follow(self, code, res_id, follows="", partner="", **_post):
        """Follow a record, stop it, or let a colleague follow."""
        module, row = self._get_module(code), self._get_row(code, res_id)
        threads = request.env["customer.portal.thread"]
        if partner:
            work = (threads.add_follower, code, res_id, read_number(partner))
        else:
            work = (threads.set_following, code, res_id, follows == "1")
        if refusal := self._take(*work):
            return self._render_record(module, row, error=refusal)
        return request.redirect(f"{row['url']}#o_cp_people", code=303)

    @route(
        "/my/p/<string:code>/<int:res_id>/picture/<int:partner_id>",
        type="http",
        auth="user",
        readonly=True,
        methods=["GET"],
    )
    def portal_module_picture(self, code, res_id, partner_id, **_query):
        """Show the picture of an employee who has written to the customer."""
        threads = request.env["customer.portal.thread"]
        partner = threads.find_picture(code, res_id, partner_id)
        if not partner:
            raise NotFound()
        binaries = request.env["ir.binary"]
        stream = binaries._get_image_stream_from(partner, "avatar_128")
        stream.public = False
        return stream.get_response(as_attachment=False, max_age=PICTURE_AGE)

    # === WHAT IS SHOWN === #

    def _prepare_record_values(self, module, row, /, **query):
        threads = request.env["customer.portal.thread"]
        key = (module["code"], row["id"])
        found = threads.find_entries(*key, self._get_number(query.get("comments")))
        asks = bool(query.get("people"))
        return {
            **super()._prepare_record_values(module, row, **query),
            "conversation": found and self._make_conversation(module, row, found),
            "people": threads.find_followers(*key, with_colleagues=asks),
            "asks_people": asks,
            "created": self._get_creation(*key),
        }

    def _make_conversation(self, module, row, found):
        """Return what the template of a conversation needs, in the user's order."""
        newest_first = request.cookies.get(ORDER_COOKIE) == "1"
        entries, page = found["entries"], found["page"]
        part = "comments" if "comments" in module["actions"] else "updates"
        answers = (one["date"] for one in entries if self._is_answer(one))
        urls = {
            "older": found["older"] and page + 1,
            "newer": page > 1 and page - 1,
        }
        return {
            **found,
            **{
                name: number and f"{row['url']}?comments={number}#o_cp_{part}"
                for name, number in urls.items()
            },
            "entries": entries if newest_first else entries[::-1],
            "newest_first": newest_first,
            "new": [one for one in entries if one["is_new"]],
            "last_answer": next(answers, ""),
        }

    def _is_answer(self, entry):
        return entry["kind"] == "comments" and entry["author"]["is_support"]

    def _get_creation(self, code, res_id):
        """Return what to say to who has just made the record; None to all others."""
        if request.session.get(CREATED) != [code, res_id]:
            return None
        del request.session[CREATED]
        pages = request.env["customer.portal.record"]
        return {"expected": pages.get_expected_answer(code, res_id)}
