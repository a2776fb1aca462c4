import re

from psycopg2.errors import ReadOnlySqlTransaction

from odoo import models
from odoo.http import request

from ...const import DECISIONS
from ..base import lock, odoo_cache
from ..mail.letter import NOTICES_URL
from .grace import ReadingOnly

SAFE = ("GET", "HEAD", "OPTIONS")
# Routes that work in grace as ever. The account is the customer's own: who may still
# read must be able to keep others out, to leave, and to delete it.
ACCOUNT = (
    *("/my/security", "/my/profile/password", "/my/profile/email/cancel"),
    *("/my/deactivate_account", "/web/login", "/web/login/totp"),
    *("/web/session/authenticate", "/web/session/destroy", "/web/session/logout"),
    *("/web/reset_password", "/web/signup"),
)
# What a reader leaves behind: how far they have read, in which order, language
# and time zone.
MARKS = (
    *("/my/documents/seen", "/my/documents/<int:attachment_id>/download"),
    *("/my/faq/<int:faq_id>/seen", "/my/language", "/my/profile/preferences"),
    *("/my/home/announcement/<int:profile_id>/dismiss",),
    "/my/p/<string:code>/<int:res_id>/order",
    "/my/p/<string:code>/<int:res_id>/seen",
)
# How grace ends: they ask for more support, or pay what they owe.
WAYS_OUT = (
    *("/my/extension", "/invoice/transaction/<int:invoice_id>"),
    *("/invoice/transaction/overdue", "/payment/status", "/payment/status/poll"),
)
# Emails that they no longer want, and what proves anew who calls.
OTHERS = (
    *("/mail/unfollow", NOTICES_URL),
    *("/xmlrpc/<service>", "/xmlrpc/2/<service>", "/jsonrpc"),
)
# What providers of payments ask of a payment that has begun; it begins elsewhere.
PROVIDERS = re.compile(r"/payment/[^/<>]+/.+")
KEPT_ROUTES = frozenset((*ACCOUNT, *MARKS, *WAYS_OUT, *OTHERS))
# Where programs and scripts call methods of models.
CALLS = frozenset(("/web/dataset/call_kw", "/web/dataset/call_button"))


class IrHttp(models.AbstractModel):
    """In grace a request writes nothing, whatever its route does.

    What a page writes when it is opened is undone, such as a token that it makes. What
    is sent by a form is refused. Calls may read, so there the database refuses.
    """

    _inherit = "ir.http"

    @classmethod
    def _check_portal_decision(cls, endpoint, args):
        """Say what is left to do, before the profile refuses to sign or decline."""
        is_decision = DECISIONS.keys() & set(endpoint.routing["routes"])
        if is_decision and cls._get_portal_visitor():
            cls._get_grace_of_visitor()._check_writing()
        return super()._check_portal_decision(endpoint, args)

    @classmethod
    def _dispatch(cls, endpoint):
        if not cls._is_reading() and cls._is_for_reading(endpoint):
            cls._begin_reading(endpoint.routing["type"])
        return super()._dispatch(endpoint)

    @classmethod
    def _is_reading(cls):
        """Say whether the request writes nothing; if it is repeated, it begins anew."""
        return getattr(request, "portal_reading", None) is request.env.cr

    @classmethod
    def _is_for_reading(cls, endpoint):
        """Say whether a request is a customer's in grace, and is not to write."""
        user = cls._get_portal_visitor()
        if not user or not user.partner_id._is_in_portal_grace():
            return False
        routes = set(endpoint.routing["routes"])
        is_kept = any(map(cls._is_kept_route, routes))
        return not is_kept and not (routes & CALLS and cls._is_kept_call())

    @classmethod
    def _is_kept_call(cls):
        called = request.params.get("model"), request.params.get("method")
        return request.env["customer.portal.grace"]._is_kept_call(*called)

    @classmethod
    def _is_kept_route(cls, route):
        return route in cls._get_kept_routes() or bool(PROVIDERS.fullmatch(route))

    @classmethod
    def _get_kept_routes(cls):
        """Return the routes that work in grace as ever. To be extended.

        :rtype: frozenset[str]
        """
        return KEPT_ROUTES

    @classmethod
    def _begin_reading(cls, kind):
        """Let nothing be written from here on.

        What core has noted before stays, such as the customer's device.

        :param str kind: of the route
        :raise ReadingOnly: for what a form sends
        """
        request.portal_reading = request.env.cr
        is_safe = request.httprequest.method in SAFE
        if kind == "http" and not is_safe:
            cls._get_grace_of_visitor()._check_writing()
        if request.env.cr.readonly:
            return
        request.env.cr.commit()  # pylint: disable=invalid-commit
        if not is_safe:
            lock.refuse_writing(request.env.cr)

    @classmethod
    def _get_grace_of_visitor(cls):
        user = cls._get_portal_visitor()
        return request.env["customer.portal.grace"].with_user(user)

    @classmethod
    def _post_dispatch(cls, response):
        """Undo what a page has written while it was read."""
        result = super()._post_dispatch(response)
        if cls._is_reading() and not request.env.cr.readonly:
            request.env.cr.rollback()
            odoo_cache.forget_changes(request.env)
        return result

    @classmethod
    def _handle_error(cls, exception):
        """Say what is left to do where the database has refused something."""
        if cls._is_reading() and cls._has_tried_to_write(exception):
            request.env.cr.rollback()
            exception = ReadingOnly(cls._get_grace_of_visitor()._get_text())
        return super()._handle_error(exception)

    @classmethod
    def _has_tried_to_write(cls, exception):
        while exception and not isinstance(exception, ReadOnlySqlTransaction):
            exception = exception.__cause__ or exception.__context__
        return bool(exception)

    @classmethod
    def _get_portal_error(cls, env, values):
        exception = values.get("exception")
        is_reading = isinstance(exception, ReadingOnly)
        text = str(exception) if is_reading else None
        return super()._get_portal_error(env, {**values, "grace_text": text})
