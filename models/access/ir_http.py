import time
from functools import lru_cache, partial

from werkzeug.exceptions import (
    MethodNotAllowed,
    NotFound,
    RequestURITooLarge,
    abort,
)

from odoo import SUPERUSER_ID, api, models
from odoo.http import request

from ..base.odoo_http import close_session, save_session

# Session key: the portal user whose login has been logged.
SESSION_LOGIN = "customer_portal_login_uid"
# Session key: the language that was chosen before the login.
SESSION_LANG = "customer_portal_lang"
# Session key: the portal user whose language the session has.
SESSION_LANG_UID = "customer_portal_lang_uid"
# Session key: why the session was closed, for the login page that follows.
SESSION_REFUSAL = "customer_portal_refusal"
# Session key: the portal user whom the door has kept out, and when, in seconds.
SESSION_REFUSED = "customer_portal_refused"
# How long who was kept out counts as having proved who they are, in seconds.
PROOF_SECONDS = 15 * 60

# The longest address with all its parameters, as web servers have it.
ADDRESS_LENGTH = 8000
PACKAGE = "odoo.addons.customer_portal."


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _match(cls, path_info):
        """Answer 404 on the portal's own host for all that is no page of customers.

        A website can give a page other addresses: ask about those it has in the code.
        """
        try:
            rule, args = super()._match(path_info)
        except MethodNotAllowed:
            cls._check_portal_host([path_info])
            raise
        size = len(path_info) + len(request.httprequest.query_string)
        if size > ADDRESS_LENGTH and cls._is_portal_endpoint(rule.endpoint):
            raise RequestURITooLarge  # The login page and its links would repeat it.
        routing = rule.endpoint.routing
        routes = [rule.rule] if rule.rule in routing["routes"] else routing["routes"]
        cls._check_portal_host(routes, routing)
        if rule.rule == "/" and request.env["customer.portal.host"]._get_company():
            abort(request.redirect_query("/my", request.httprequest.args))
        return rule, args

    @classmethod
    def _check_portal_host(cls, paths, routing=None):
        hosts = request.env["customer.portal.host"]
        if hosts._is_refused(paths, cls._get_portal_visitor, routing):
            raise NotFound

    @classmethod
    def _authenticate_explicit(cls, auth):
        """Ask the door at each request, whatever the route's own rule is."""
        authenticate = partial(super()._authenticate_explicit, auth)
        return cls._pass_portal_door(authenticate)

    @classmethod
    def _pass_portal_door(cls, authenticate):
        """Ask the door after core has found out who it is.

        When a session is closed, the route's own rule decides anew: it sends to the
        login page, serves the public, or lets in by a key. So ask about keys last.

        :param authenticate: core's own way, which follows the rule of the route
        """
        result = authenticate()
        user = cls._get_portal_visitor()
        if cls._close_portal_session(user):
            result = authenticate()
            user = cls._get_portal_visitor()
        if user and request.session.uid:
            cls._log_portal_login(user)
        elif user:
            with user._log_portal_refusal(user.id):
                user._check_portal_door()
        return result

    @classmethod
    def _serve_fallback(cls):
        """Ask here too: what has no route is served without authentication."""
        if cls._close_portal_session(cls._get_portal_visitor()):
            cls._auth_method_public()
        if request.env["customer.portal.host"]._get_company():
            return None  # Pages and files of a website.
        if "\0" in request.httprequest.path:
            return None  # Core fails to look it up among the attachments.
        return super()._serve_fallback()

    @classmethod
    def _is_portal_endpoint(cls, endpoint):
        """Say whether a route is this addon's, or one of Odoo's that it has a part in.

        :rtype: bool
        """
        method = endpoint.func
        return _is_of_addon(type(method.__self__), method.__name__)

    @classmethod
    def _get_portal_visitor(cls):
        """Return the portal user of the request, None if it is anybody else's."""
        uid = request.session.uid or request.env.uid
        user = request.env["res.users"].with_user(SUPERUSER_ID).browse(uid)
        return user if uid and user._is_portal() else None

    @classmethod
    def _close_portal_session(cls, user):
        """Close a session that is open across the end of the period, as core does.

        :param user: the portal user of the request, or None
        :return: whether there was one
        :rtype: bool
        """
        refusal = user and request.session.uid and user._get_portal_refusal()
        if not refusal:
            return False
        user.env["customer.portal.touchpoint"]._log_refused(user, refusal)
        close_session(request.session)
        cls._keep_refused(user)
        cls._keep_in_session(SESSION_REFUSAL, refusal)
        request.env = api.Environment(request.env.cr, None, request.session.context)
        return True

    @classmethod
    def _keep_refused(cls, user):
        """Keep whom the door has kept out right after they proved who they are."""
        request.session[SESSION_REFUSED] = [user.id, int(time.time())]

    @classmethod
    def _get_refused_sudo(cls):
        """Return the portal user whom the door keeps out in this session, if any.

        Neither whoever proved it long ago, nor whom it lets in again.

        :rtype: res.users
        """
        user_id, seconds = request.session.get(SESSION_REFUSED) or (None, 0)
        users_sudo = request.env["res.users"].sudo()
        if not user_id or not 0 <= time.time() - seconds <= PROOF_SECONDS:
            return users_sudo
        user_sudo = users_sudo.browse(user_id).exists().filtered("active")
        return user_sudo.filtered(lambda user: user._get_portal_refusal())

    @classmethod
    def _log_portal_login(cls, user):
        """Log the first request of a session: here all ways to log in have met."""
        if request.session.get(SESSION_LOGIN) != user.id:
            cls._keep_in_session(SESSION_LOGIN, user.id)
            user.env["customer.portal.touchpoint"]._log_in_new_transaction(
                "login", user
            )

    @classmethod
    def _keep_in_session(cls, key, value):
        """Save at once: core saves no session when a request fails or is retried."""
        request.session[key] = value
        save_session(request.session)

    @classmethod
    def _get_portal_paths(cls, endpoint):
        """Return the addresses of a portal page; none for any other page."""
        paths = {request.httprequest.path, *endpoint.routing["routes"]}
        return [path for path in paths if path.startswith("/my/")]


@lru_cache(maxsize=1024)
def _is_of_addon(controller, name):
    """Say whether a class of this addon is among those that make a controller's method.

    Kept, as each request asks twice and there are 100 classes: 0.2 ms of a page's 18.
    """
    return any(
        kind.__module__.startswith(PACKAGE) and name in vars(kind)
        for kind in controller.mro()
    )
