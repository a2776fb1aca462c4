from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from odoo import SUPERUSER_ID, api, models
from odoo.http import request, root
from odoo.tools import consteq

# Session key: the portal user whose login has been logged.
SESSION_LOGIN = "customer_portal_login_uid"
# Session key: why the session was closed, for the login page that follows.
SESSION_REFUSAL = "customer_portal_refusal"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _authenticate_explicit(cls, auth):
        """Ask the door at each request, after ``super()`` has found out who it is.

        When a session is closed, the route's own rule decides anew: it sends to the
        login page, serves the public, or lets in by a key. So ask about keys last.
        """
        result = super()._authenticate_explicit(auth)
        if cls._close_portal_session():
            result = super()._authenticate_explicit(auth)
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
        if cls._close_portal_session():
            cls._auth_method_public()
        return super()._serve_fallback()

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Answer 404 where the profile hides or blocks a page.

        Ask about the routes of the page, too: websites can give it other addresses. A
        link with a token, which Odoo has sent by mail, keeps working.
        """
        super()._pre_dispatch(rule, args)
        paths = {request.httprequest.path, *rule.endpoint.routing["routes"]}
        paths = [path for path in paths if path.startswith("/my/")]
        user = paths and cls._get_portal_visitor()
        if not user:
            return
        gate = user.env["customer.portal.gate"]
        if all(gate.may_visit(user, path) for path in paths):
            return
        if not cls._follows_portal_link(user.env, args):
            raise NotFound

    @classmethod
    def _handle_error(cls, exception):
        """Tell on the customer's page that what he sent is too large.

        Core reads the form once more to render an error, and fails.
        """
        path = request.httprequest.path
        is_large = isinstance(exception, RequestEntityTooLarge)
        if not is_large or not path.startswith("/my/p/"):
            return super()._handle_error(exception)
        if request.httprequest.accept_mimetypes.best == "application/json":
            text = request.env._("These files are too large to be sent at once.")
            return request.make_json_response({"error": text}, status=413)
        for action in ("/comment", "/upload"):
            path = path.removesuffix(action)
        return request.redirect(f"{path}?too_large=1", code=303)

    @classmethod
    def _follows_portal_link(cls, env, args):
        """Say whether the address is the link of a record, and has its token.

        No other token opens anything: the pages of Odoo that do not need one take no
        notice of a wrong one.
        """
        token = request.httprequest.values.get("access_token")
        ids = [value for value in args.values() if isinstance(value, int)]
        if not token or not ids:
            return False
        path = f"{request.httprequest.path}/"
        for name in env.registry.descendants(["portal.mixin"], "_inherit"):
            model = env[name]
            if model._abstract or not model._auto:
                continue
            for record in model.browse(ids).exists():
                mine = path.startswith(f"{record.access_url}/")
                if mine and consteq(record.access_token or "", token):
                    return True
        return False

    @classmethod
    def _get_portal_visitor(cls):
        """Return the portal user of the request, None if it is anybody else's."""
        uid = request.session.uid or request.env.uid
        user = request.env["res.users"].with_user(SUPERUSER_ID).browse(uid)
        return user if uid and user._is_portal() else None

    @classmethod
    def _close_portal_session(cls):
        """Close a session that is open across the end of the period, as core does.

        :return: whether there was one
        :rtype: bool
        """
        user = request.session.uid and cls._get_portal_visitor()
        refusal = user and user._get_portal_refusal()
        if not refusal:
            return False
        user.env["customer.portal.touchpoint"]._log_refused(user, refusal)
        request.session.logout(keep_db=True)
        cls._keep_in_session(SESSION_REFUSAL, refusal)
        request.env = api.Environment(request.env.cr, None, request.session.context)
        return True

    @classmethod
    def _log_portal_login(cls, user):
        """Log the first request of a session: here all ways to log in have met."""
        if request.session.get(SESSION_LOGIN) != user.id:
            cls._keep_in_session(SESSION_LOGIN, user.id)
            user.env["customer.portal.touchpoint"]._log_apart("login", user)

    @classmethod
    def _keep_in_session(cls, key, value):
        """Save at once: core saves no session when a request fails or is retried."""
        request.session[key] = value
        root.session_store.save(request.session)
