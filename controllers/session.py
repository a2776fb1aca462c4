from odoo.http import Controller, request, route

from odoo.addons.auth_signup.controllers.main import AuthSignupHome
from odoo.addons.web.controllers.session import Session

from ..models.access.ir_http import SESSION_REFUSAL, SESSION_REFUSED
from ..models.access.res_users import CLASHES, SILENT, SILENT_VALUE
from ..utils import clean_login


class CustomerPortalLogin(AuthSignupHome):
    @route(website=True, multilang=False, auth="public")
    def web_login(self, *args, **kw):
        """Tell users whose session the door has closed why they must log in again.

        A page in the visitor's language, as Odoo makes it with a website. Whom it has
        just kept out reads whom to ask.
        """
        is_new_try = request.httprequest.method == "POST"
        if is_new_try:
            request.session.pop(SESSION_REFUSED, None)
        response = super().web_login(*args, **kw)
        refusal = request.session.pop(SESSION_REFUSAL, None)
        if response.is_qweb:
            joins = request.env["customer.portal.join"]
            response.qcontext["portal_joins"] = joins._is_offered()
        if response.is_qweb and (refusal or is_new_try):
            self._tell_refused(response.qcontext, refusal)
        return response

    def _tell_refused(self, qcontext, refusal):
        if refusal:
            qcontext.setdefault("error", refusal)
        if user_sudo := request.env["ir.http"]._get_refused_sudo():
            qcontext.setdefault("login", user_sudo.login)
            partner_sudo = user_sudo.partner_id
            qcontext["portal_extension"] = partner_sudo._get_portal_extension()

    @route()
    def web_auth_signup(self, *args, **kw):
        return self._refuse_link() or super().web_auth_signup(*args, **kw)

    @route()
    def web_auth_reset_password(self, *args, **kw):
        """Let Odoo repeat a request that has clashed with another transaction."""
        if refused := self._refuse_link():
            return refused
        clashes = []
        request.update_context(**{CLASHES: clashes})
        response = super().web_auth_reset_password(*args, **kw)
        if clashes:
            raise clashes[0]
        return response

    def _refuse_link(self):
        """Say what is wrong with a link to choose a password, and what to do now.

        :return: a page, None if nothing is wrong or it is no such link
        """
        token = request.params.get("token") or request.session.get("auth_signup_token")
        state = token and request.env["res.partner"]._get_link_refusal(str(token))
        if not state:
            return None
        request.session.pop("auth_signup_token", None)
        values = {
            **self.get_auth_signup_config(),
            "link_state": state,
            "is_logged_in": bool(request.session.uid),
            "helper": request.env.company._get_portal_helper(),
        }
        response = request.render("customer_portal.link_page", values)
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        response.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
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
        # The page logs in with what was typed.
        login = clean_login(qcontext.get("login"))
        qcontext["login"] = request.params["login"] = login
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
        if not str(kw.get("redirect", "")).isprintable():
            del kw["redirect"]  # No header can hold it.
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
            user.env["customer.portal.touchpoint"]._log_in_new_transaction(
                "logout", user
            )


class CustomerPortalExtension(Controller):
    @route(
        "/my/extension",
        type="http",
        auth="public",
        website=True,
        multilang=False,
        sitemap=False,
        methods=["POST"],
    )
    def portal_ask_for_extension(self, **_post):
        """Ask for more support: a customer, or whom the door has just kept out.

        Whose it is stands in the session, so nothing that is sent decides it.
        """
        ir_http = request.env["ir.http"]
        user_sudo = ir_http._get_portal_visitor() if request.session.uid else None
        refused_sudo = ir_http._get_refused_sudo() if not request.session.uid else None
        if user_sudo or refused_sudo:
            asking_sudo = user_sudo or refused_sudo
            asking_sudo.partner_id.with_user(asking_sudo)._ask_for_extension()
        if refused_sudo:
            request.session[SESSION_REFUSAL] = refused_sudo._get_portal_refusal()
        return request.redirect("/my" if user_sudo else "/web/login", code=303)
