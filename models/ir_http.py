from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessDenied
from odoo.http import request

# Session key: the portal user whose login has been logged.
SESSION_LOGIN = "customer_portal_login_uid"
# Session key: why the session was closed, for the login page that follows.
SESSION_REFUSAL = "customer_portal_refusal"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _authenticate_explicit(cls, auth):
        """Ask the door at each request, after ``super()`` has found out who it is.

        A session that is open across the end of the period is closed as core closes
        one with a wrong token, and the route's own rule decides anew: it sends to the
        login page, or serves the public. A bearer key is refused.
        """
        super()._authenticate_explicit(auth)
        session_uid = request.session.uid
        user = cls._get_portal_visitor(session_uid or request.env.uid)
        refusal = user and user._get_portal_refusal()
        if refusal and not session_uid:
            raise AccessDenied(refusal)
        if refusal:
            cls._close_portal_session(user, refusal)
            super()._authenticate_explicit(auth)
        elif user and session_uid:
            cls._log_portal_login(user)

    @classmethod
    def _get_portal_visitor(cls, uid):
        """Return the portal user of the request, None if it is anybody else's."""
        if not uid:
            return None
        user = request.env["res.users"].with_user(SUPERUSER_ID).browse(uid)
        return user if user._is_portal() else None

    @classmethod
    def _close_portal_session(cls, user, refusal):
        user.env["customer.portal.touchpoint"]._log_apart("refused", user, refusal)
        request.session.logout(keep_db=True)
        request.session[SESSION_REFUSAL] = refusal
        request.env = api.Environment(request.env.cr, None, request.session.context)

    @classmethod
    def _log_portal_login(cls, user):
        """Log the first request of a session: here all ways to log in have met."""
        if request.session.get(SESSION_LOGIN) != user.id:
            request.session[SESSION_LOGIN] = user.id
            user.env["customer.portal.touchpoint"]._log_apart("login", user)
