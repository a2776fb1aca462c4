from werkzeug.exceptions import NotFound

from odoo.exceptions import MissingError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager

from ..const import COMPANY_URL
from ..models.colleague.request import REQUESTS_SIZE
from ..models.record.ir_http import SESSION_HINT
from .company import CustomerPortalCompany

URL = f"{COMPANY_URL}/requests"


class CustomerPortalCompanyRequests(CustomerPortalCompany):
    """What waits: changes that agents approve, and who has registered.

    Managers decide who of these belongs to them.
    """

    @route(
        [URL, f"{URL}/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_company_requests(self, page=1, **_query):
        found = self._get_colleagues()._get_request_page(page)
        title = request.env._("Waiting for Approval")
        values = {
            **self._prepare_company_values(title),
            **{name: found[name] for name in ("total", "can_change", "organizations")},
            **self._split_requests(found["requests"]),
            "pager": pager(URL, found["total"], found["page"], REQUESTS_SIZE),
        }
        return request.render("customer_portal.company_requests_page", values)

    @route(
        f"{URL}/<int:request_id>/withdraw",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_company_withdraw(self, request_id, **_post):
        done = self._do_for_colleagues(self._get_colleagues()._withdraw, request_id)
        request.session[SESSION_HINT] = done["text"]
        return request.redirect(COMPANY_URL, code=303)

    # === WHO HAS REGISTERED === #

    @route(
        f"{URL}/<int:request_id>/approve",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_company_approve(self, request_id, **_post):
        return self._decide_join(request_id, approve=True)

    @route(
        f"{URL}/<int:request_id>/refuse",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_company_refuse_question(self, request_id, **_query):
        """Ask first: who is refused is sent an email, and has to register again."""
        return self._render_join(request_id)

    @route(
        f"{URL}/<int:request_id>/refuse",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_company_refuse(self, request_id, **_post):
        return self._decide_join(request_id, approve=False)

    # === HELPERS === #

    def _get_own_counters(self):
        return {**super()._get_own_counters(), "portal_join_count": self._count_joins}

    def _count_joins(self):
        """Count who waits to be let in."""
        colleagues = request.env["customer.portal.colleague"]
        return len(colleagues._get_joins_to_approve())

    def _decide_join(self, request_id, approve):
        """Let somebody in or refuse them, and show My Company: with why not, if so."""
        colleagues = self._get_colleagues()
        try:
            done = self._do_for_colleagues(colleagues._decide_join, request_id, approve)
        except NotFound:
            return self._tell_decided()
        if done["status"] == "refused":
            return self._render_company(colleagues._get_list(), done["text"])
        request.session[SESSION_HINT] = done["text"]
        return request.redirect(COMPANY_URL, code=303)

    def _tell_decided(self):
        """Lead back whoever was too late: agents, and other managers, decide as well.

        What is unknown or somebody else's answers the same.
        """
        request.session[SESSION_HINT] = request.env._(
            "This registration has already been decided."
        )
        return request.redirect(COMPANY_URL, code=303)

    def _render_join(self, request_id):
        try:
            found = self._get_colleagues()._get_join(request_id)
        except MissingError:
            return self._tell_decided()
        (join,) = self._prepare_colleague_requests([found])
        env = request.env
        values = {
            **self._prepare_company_values(join["name"]),
            "join": join,
            "question": env._(
                "Refuse the registration of %(name)s?", name=join["name"]
            ),
            "consequence": env._(
                "%(email)s gets no access, and is notified by email.",
                email=join["email"],
            ),
            "can_change": self._get_colleagues()._may_change(),
        }
        return request.render("customer_portal.company_refuse", values)
