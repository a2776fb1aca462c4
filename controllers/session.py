from odoo.http import request, route

from odoo.addons.auth_signup.controllers.main import AuthSignupHome
from odoo.addons.web.controllers.session import Session

from ..models.ir_http import SESSION_REFUSAL
from ..models.res_users import SILENT, SILENT_VALUE


class CustomerPortalHome(AuthSignupHome):
    @route(website=True, multilang=False, auth="public")
    def web_login(self, *args, **kw):
        """Tell whose session the door has closed why he must log in again.

        A page in the visitor's language, as Odoo makes it with a website.
        """
        response = super().web_login(*args, **kw)
        refusal = request.session.pop(SESSION_REFUSAL, None)
        if refusal and response.is_qweb:
            response.qcontext.setdefault("error", refusal)
        return response

    def _login_redirect(self, uid, redirect=None):
        if not redirect and request.env["customer.portal.host"]._get_company():
            redirect = "/my"  # There is no backend on the portal's own host.
        return super()._login_redirect(uid, redirect=redirect)

    def do_signup(self, qcontext, do_login=True):
        """Let who may not come in yet choose a password, without logging in.

        The login page that follows tells the day. Of the first password no mail tells:
        the login details have led here.
        """
        partner_sudo = request.env["res.partner"].sudo()
        if token := qcontext.get("token"):
            partner_sudo = partner_sudo._get_partner_from_token(token)
        if partner_sudo and partner_sudo.portal_state == "scheduled":
            do_login = False
        silence = {}
        if partner_sudo and partner_sudo._is_opening_portal():
            silence = {SILENT: SILENT_VALUE}
        request.update_context(**silence)
        result = super().do_signup(qcontext, do_login=do_login)
        request.update_context(**silence)  # the login has made a new environment
        return result


class CustomerPortalSession(Session):
    @route()
    def logout(self, *args, **kw):
        self._log_portal_logout()
        is_host = request.env["customer.portal.host"]._get_company()
        if is_host and kw.get("redirect", "/odoo") == "/odoo":
            kw["redirect"] = "/my"
        return super().logout(*args, **kw)

    @route()
    def destroy(self):
        self._log_portal_logout()
        return super().destroy()

    def _log_portal_logout(self):
        if user := request.session.uid and request.env["ir.http"]._get_portal_visitor():
            user.env["customer.portal.touchpoint"]._log_apart("logout", user)
