from odoo.http import Controller, request, route

from ..utils import clean_login, is_address

URL = "/my/join"
CONFIRM_URL = f"{URL}/confirm"
# Addresses with codes and tokens are nobody else's, and no page is kept or framed.
HEADERS = {
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": "frame-ancestors 'self'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class CustomerPortalJoin(Controller):
    """People register with the code, or the email domain, of their organization.

    The pages say the same whatever the database holds: who has an access, and which
    code exists, is learned by nobody but the owner of a mailbox.
    """

    @route(
        [URL, f"{URL}/<string:code>"],
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET"],
    )
    def portal_join(self, code="", **_query):
        self._check_offered()
        return self._render("customer_portal.join", {"code": code})

    @route(
        URL, type="http", auth="public", website=True, sitemap=False, methods=["POST"]
    )
    def portal_join_ask(self, name="", email="", code="", **_post):
        """Take what was typed; only its form is judged here."""
        self._check_offered()
        joins = request.env["customer.portal.join"]
        values = {"name": joins._clean_name(name), "email": email, "code": code}
        errors = self._get_errors(values)
        if errors:
            return self._render("customer_portal.join", {**values, "errors": errors})
        joins._ask(values["name"], email, code)
        return self._render("customer_portal.join_asked", {})

    @route(
        CONFIRM_URL,
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET"],
    )
    def portal_join_confirm(self, token="", **_query):
        """Ask for a click: programs that look at mails follow links, too."""
        join_sudo = request.env["customer.portal.join"]._find(token)
        return self._render_confirm(token, join_sudo, None)

    @route(
        CONFIRM_URL,
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["POST"],
    )
    def portal_join_confirmed(self, token="", **_post):
        join_sudo, is_new = request.env["customer.portal.join"]._confirm(token)
        choose_url = join_sudo._get_choose_url() if is_new else None
        return self._render_confirm("", join_sudo, choose_url)

    def _check_offered(self):
        """Be no page at all where no organization lets people register."""
        if not request.env["customer.portal.join"]._is_offered():
            raise request.not_found()

    def _get_errors(self, values):
        errors = {}
        if not values["name"]:
            errors["name"] = request.env._("Please enter your name.")
        if not is_address(clean_login(values["email"])):
            errors["email"] = request.env._(
                "Please enter one email address, such as name@example.com."
            )
        return errors

    def _render_confirm(self, token, join_sudo, choose_url):
        values = {
            "token": token,
            "state": join_sudo.state or "void",
            "choose_url": choose_url,
            "helper": request.env.company._get_portal_helper(),
        }
        response = self._render("customer_portal.join_confirm", values)
        response.status_code = 200 if join_sudo else 404
        return response

    def _render(self, template, values):
        response = request.render(template, {"errors": {}, **values})
        response.headers.update(HEADERS)
        return response
