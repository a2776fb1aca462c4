from werkzeug.exceptions import NotFound
from werkzeug.urls import url_encode

from odoo.exceptions import MissingError
from odoo.http import request, route
from odoo.tools import format_date

from odoo.addons.portal.controllers.portal import pager

from ..const import COMPANY_URL as URL
from ..models.colleague.colleague_list import PAGE_SIZE
from ..models.record.ir_http import SESSION_HINT
from ..utils import read_number
from .portal import CustomerPortal

# How a status looks; an unknown one as none.
STATUS_CLASSES = {
    "invited": "bg-info-subtle text-info-emphasis",
    "lapsed": "bg-warning-subtle text-warning-emphasis",
    "bounced": "bg-danger-subtle text-danger-emphasis",
    "scheduled": "bg-info-subtle text-info-emphasis",
    "active": "bg-success-subtle text-success-emphasis",
    "grace": "bg-warning-subtle text-warning-emphasis",
    "expired": "bg-danger-subtle text-danger-emphasis",
}
# What the template of the list has of what the service answers.
LIST_NAMES = ("search", "total", "statuses", "can_change", "organizations")
# What is done for a colleague by one click -> the method of the service.
ACTIONS = {
    "resend": "_resend",
    "profile": "_change_profile",
    "restore": "_restore_access",
}


class CustomerPortalCompany(CustomerPortal):
    """My Company: a customer manages the access of colleagues.

    Whose, and what may be done, is decided by ``customer.portal.colleague``. Here
    addresses and forms are read, and plain values rendered.
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
    def portal_company(self, page=1, search="", sortby="", status="", **_query):
        colleagues = self._get_colleagues()
        order = f"{sortby[1:]} desc" if sortby.startswith("-") else sortby
        found = colleagues._get_list(search, order, page, status)
        return self._render_company(found)

    @route(
        f"{URL}/<int:partner_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_colleague(self, partner_id, **_query):
        return self._render_colleague(partner_id)

    @route(
        f"{URL}/<int:partner_id>/<any({', '.join(ACTIONS)}):action>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_colleague_again(self, partner_id, action, **_query):
        """Lead back whoever loads again what was refused."""
        return request.redirect(f"{URL}/{partner_id}")

    @route(
        f"{URL}/<int:partner_id>/<any({', '.join(ACTIONS)}):action>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_colleague_change(self, partner_id, action, profile_id="", **post):
        args = () if action == "resend" else (read_number(profile_id),)
        if action == "profile" and not post.get("confirmed"):
            question = self._ask_before(partner_id, *args)
            if question:
                return question
        return self._change_colleague(partner_id, ACTIONS[action], *args)

    @route(
        f"{URL}/<int:partner_id>/end",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_colleague_end_question(self, partner_id, **_query):
        """Ask first: whose access ends is logged out at once."""
        return self._render_colleague(partner_id, "customer_portal.company_end")

    @route(
        f"{URL}/<int:partner_id>/end",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_colleague_end(self, partner_id, **_post):
        template = "customer_portal.company_end"
        return self._change_colleague(partner_id, "_end_access", template=template)

    # === WHAT IS ASKED === #

    def _get_colleagues(self):
        """Return the service of My Company.

        :raise NotFound: for who manages nobody
        """
        colleagues = request.env["customer.portal.colleague"]
        if not colleagues._may_manage():
            raise NotFound()
        return colleagues

    # === WHAT IS DONE === #

    def _do_for_colleagues(self, work, *args):
        """Do what a customer has sent.

        :return: dict with the ``status``, "refused" too, and a ``text``
        :rtype: dict
        :raise NotFound: for what is unknown or out of reach
        """
        answers = []
        refusal = self._take(lambda: answers.append(work(*args)))
        return {"status": "refused", "text": refusal} if refusal else answers[0]

    def _change_colleague(self, partner_id, name, *args, template=None):
        """Do something for a colleague, and show them again: with why not, if so.

        :param str name: of the service's method
        """
        done = self._do_for_colleagues(
            getattr(self._get_colleagues(), name), partner_id, *args
        )
        if done["status"] == "refused":
            return self._render_colleague(partner_id, template, done["text"])
        request.session[SESSION_HINT] = done["text"]
        if not self._may_manage_colleagues():  # They have ended their own management.
            return request.redirect("/my", code=303)
        return request.redirect(f"{URL}/{partner_id}", code=303)

    def _ask_before(self, partner_id, profile_id):
        """Ask those who would give up what they manage, as they can't undo it.

        :return: the page that asks, or None
        """
        colleagues = self._get_colleagues()
        if not colleagues._is_giving_up(partner_id, profile_id):
            return None
        profiles = {one["id"]: one for one in colleagues._get_profiles()}
        return self._render_colleague(
            partner_id,
            "customer_portal.company_give_up",
            profile=profiles[profile_id],
        )

    def _may_manage_colleagues(self):
        return request.env["customer.portal.colleague"]._may_manage()

    # === WHAT IS SHOWN === #

    def _prepare_portal_layout_values(self):
        values = super()._prepare_portal_layout_values()
        values["portal_company"] = bool(self._may_manage_colleagues())
        return values

    def _prepare_company_values(self, title=""):
        """Return what all pages of My Company need.

        :param str title: of a page below the list
        """
        name = request.env._("My Company")
        return {
            **self._prepare_portal_layout_values(),
            "page_name": "customer_portal_company",
            "title": f"{title} | {name}" if title else name,
            "company_title": title,
        }

    # --- the list --- #

    def _render_company(self, found, error=""):
        """Show the list of colleagues, and why something was not done, if so."""
        values = {**self._prepare_company_list(found), "error": error}
        status = 422 if error else 200
        return request.render("customer_portal.company", values, status=status)

    def _prepare_company_list(self, found):
        word, _space, is_down = found["order"].partition(" ")
        sortby = f"-{word}" if is_down else word
        args = {"search": found["search"], "status": found["status"]}
        args["sortby"] = sortby if sortby != "name" else ""
        args = {name: value for name, value in args.items() if value}
        page, total = found["page"], found["total"]
        columns = self._get_company_columns(found["organizations"])
        return {
            **self._prepare_company_values(),
            # Templates of all apps share a page: no more names than are needed.
            **{name: found[name] for name in LIST_NAMES},
            "status_filter": found["status"],
            "is_watched": self._get_colleagues()._is_watched(),
            "sortby": sortby,
            "rows": [self._prepare_colleague(row) for row in found["rows"]],
            **self._split_requests(found["requests"]),
            "requests_text": self._get_requests_text(found),
            "pager": pager(URL, total, page, PAGE_SIZE, url_args=args),
            "columns": columns,
            "sort_options": self._get_company_sorts(columns),
            "company_url": lambda **changes: self._get_company_url({**args, **changes}),
        }

    def _get_requests_text(self, found):
        """Return what leads to all that waits, where the page does not show it."""
        count = found["request_count"]
        if count == len(found["requests"]):
            return ""
        return request.env._("Show all that is waiting (%(count)s)", count=count)

    def _get_company_columns(self, organizations):
        """Return the columns of the list: their title, and whether a phone has them."""
        env = request.env
        columns = [
            ("name", env._("Name"), True),
            ("email", env._("Email"), True),
            ("profile", env._("Profile"), False),
            ("status", env._("Status"), True),
            ("last_login", env._("Last Login"), True),
        ]
        if organizations[1:]:
            columns.insert(2, ("organization", env._("Organization"), False))
        return columns

    def _get_company_sorts(self, columns):
        """Return what the list is sorted by where its columns have no headings."""
        return [
            option
            for name, label, _is_main in columns
            if name != "organization"
            for option in (
                (name, label),
                (f"-{name}", request.env._("%(column)s, descending", column=label)),
            )
        ]

    def _get_company_url(self, args):
        args = {name: value for name, value in args.items() if value}
        return f"{URL}?{url_encode(args)}" if args else URL

    def _prepare_colleague(self, row):
        """Return a colleague as templates show them."""
        records = request.env["customer.portal.record"]
        return {
            **row,
            "url": f"{URL}/{row['id']}",
            "last_login": records._render_time(row["last_login"]),
            "story": [
                {**entry, "date": records._render_time(entry["date"])}
                for entry in row.get("story", ())
            ],
            "status_class": STATUS_CLASSES.get(row["status"], "border text-reset"),
        }

    def _split_requests(self, requests):
        """Return apart who has registered, and what customers have asked for."""
        shown = self._prepare_colleague_requests(requests)
        return {
            "joins": [one for one in shown if one["kind"] == "join"],
            "requests": [one for one in shown if one["kind"] != "join"],
        }

    def _prepare_colleague_requests(self, requests):
        records = request.env["customer.portal.record"]
        return [
            {
                **one,
                "date": records._render_time(one["date"]),
                "url": f"{URL}/requests/{one['id']}",
            }
            for one in requests
        ]

    # --- one colleague --- #

    def _render_colleague(self, partner_id, template=None, error="", **values):
        """Show a colleague, or what is asked before something is done."""
        try:
            found = self._get_colleagues()._get_one(partner_id)
        except MissingError as missing:
            raise NotFound() from missing
        one = self._prepare_colleague(found)
        values |= {
            **self._prepare_company_values(one["name"]),
            "one": one,
            "error": error,
            "can_change": self._get_colleagues()._may_change(),
            "facts": self._get_colleague_facts(one),
            "requests": self._prepare_colleague_requests(one["requests"]),
        }
        template = template or "customer_portal.company_colleague"
        return request.render(template, values, status=422 if error else 200)

    def _get_colleague_facts(self, one):
        """Return what is known of a colleague, as pairs of a label and a text."""
        env = request.env
        start, end = (
            day and format_date(env, day) for day in (one["start"], one["end"])
        )
        facts = [
            (env._("Email"), one["email"]),
            (env._("Organization"), one["organization"]),
            (env._("Profile"), one["profile"]),
            (env._("Last Login"), one["last_login"] or env._("Never")),
            (env._("Access From"), start if one["status"] != "none" else ""),
            (env._("Access Until"), end if one["status"] != "none" else ""),
        ]
        return [(label, text) for label, text in facts if text]
