from werkzeug.exceptions import NotFound, abort

from odoo import models
from odoo.exceptions import AccessError
from odoo.http import request

from ...const import DECISIONS
from ..gate.gate import MINE

# Addresses of Odoo's pages that lead customers to the page on which they see the record
# -> the model, and what names the record.
LED_PAGES = {"/my/tasks/<int:task_id>": ("project.task", "task_id")}
# Addresses of records without a page of their own, which open by the token of another
# one -> the model, what names the record, and the field that leads to the other one.
RELATED_PAGES = {
    "/my/picking/pdf/<int:picking_id>": ("stock.picking", "picking_id", "sale_id"),
    "/my/picking/return/pdf/<int:picking_id>": (
        "stock.picking",
        "picking_id",
        "sale_id",
    ),
}


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Answer 404 where the profile hides or blocks a page.

        Ask about the routes of the page, too: websites can give it other addresses.
        """
        super()._pre_dispatch(rule, args)
        cls._check_portal_request(rule.endpoint, args)
        paths = cls._get_portal_paths(rule.endpoint)
        if paths and not all(map(cls._is_possible, args, args.values())):
            raise NotFound
        user = paths and cls._get_portal_visitor()
        if not user:
            return
        gate = user.env["customer.portal.gate"]
        if not all(gate.with_user(user).may_visit(path) for path in paths):
            cls._lead_portal_user(rule.endpoint, args, user)
            raise NotFound
        cls._narrow_portal_list(user)

    @classmethod
    def _check_portal_request(cls, endpoint, args):
        """Check what is special about some pages, before profiles are asked.

        To be extended.

        :raise HTTPException: for what is not permitted, or is somewhere else
        """
        cls._check_portal_decision(endpoint, args)
        cls._check_portal_related(endpoint, args)

    @classmethod
    def _lead_portal_user(cls, endpoint, args, user):
        """Lead a customer from a page that the profile hides to one that it does not.

        :raise HTTPException: the way there, if there is any
        """
        for route in LED_PAGES.keys() & set(endpoint.routing["routes"]):
            model_name, name = LED_PAGES[route]
            gate = user.env["customer.portal.gate"]
            if url := gate.with_user(user).get_page_url(model_name, args.get(name)):
                abort(request.redirect(url))

    @classmethod
    def _narrow_portal_list(cls, user):
        """Let a list of Odoo's own begin with the customer's records, and switch."""
        asked = request.httprequest.args.get("scope", "")
        pages = user.env["customer.portal.record"]
        found = pages.with_user(user).native_list(request.httprequest.path, asked)
        if found and found["scope"] == "mine":
            request.update_context(**{MINE: found["code"]})

    @classmethod
    def _check_portal_decision(cls, endpoint, args):
        """Refuse to sign or decline what the profile lets nobody edit.

        :raise AccessError: on records that it shows; a token does not matter there
        """
        routes = DECISIONS.keys() & set(endpoint.routing["routes"])
        user = routes and cls._get_portal_visitor()
        if not user:
            return
        model_name, gate = DECISIONS[routes.pop()], user.env["customer.portal.gate"]
        if not gate.with_user(user).may_on_id(model_name, args.get("order_id"), "edit"):
            raise AccessError(user.env._("You are not allowed to do this."))

    @classmethod
    def _check_portal_related(cls, endpoint, args):
        """Answer 404 for what has left the document whose link opens it.

        :raise NotFound: also where the profile does not show the document
        """
        routes = RELATED_PAGES.keys() & set(endpoint.routing["routes"])
        if not routes:
            return
        model_name, name, link = RELATED_PAGES[routes.pop()]
        gate = request.env["customer.portal.gate"]
        if not gate.may_see_related(model_name, args.get(name), link):
            raise NotFound
