from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import STATIC_CACHE_LONG, request, route

from ..const import GROUP_MANAGER
from ..models.site.res_company_branding import (
    BRANDING_COLORS,
    BRANDING_PICTURES,
    BRANDING_URL,
)
from ..utils import read_number
from .portal import CustomerPortal

# Nothing of it is more than it says to be.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
}
TEXTS = (*BRANDING_COLORS, "portal_title", "portal_css", "portal_css_url")


class CustomerPortalLook(CustomerPortal):
    """The look of a company's portal, as files beside the pages, and its preview."""

    # === ROUTES === #

    @route(
        f"{BRANDING_URL}/<string:version>/<any(style, logo, favicon):name>",
        type="http",
        auth="public",
        website=True,
        multilang=False,
        sitemap=False,
        readonly=True,
        methods=["GET"],
    )
    def portal_look_file(self, version, name, **_query):
        """Serve a part of the look of the page it stands in.

        The version is that of the content, so it can be kept for ever. The company is
        no part of the address: nobody asks for that of another one.
        """
        company = request.env["customer.portal.look"]._get_company()
        if version == "logo" and name == "favicon":
            return self._serve_logo_icon(company)
        content, kind = company._get_portal_branding_file(name)
        if not content:
            raise NotFound
        is_known = version == company._get_branding_version(content)
        cache = f"public, max-age={STATIC_CACHE_LONG}, immutable"
        return self._serve(content, kind, cache if is_known else "no-store")

    @route(
        "/my/look/<any(home, list, login):page>",
        type="http",
        auth="user",
        website=True,
        multilang=False,
        sitemap=False,
        methods=["POST"],
    )
    def portal_look_preview(self, page, company_id="", **post):
        """Show a page in a look that is not saved, for who may set it."""
        company = self._get_company_to_set(company_id)
        self._use_own_language()
        try:
            draft = self._make_draft(company, post)
        except UserError as error:
            return request.make_json_response({"error": str(error)}, status=422)
        response = getattr(self, f"_preview_{page}")()
        response.qcontext["portal_look"] = {
            **draft._get_portal_branding_preview(),
            "host": False,
        }
        response.flatten()
        return response

    # === WHAT IS SERVED === #

    def _serve_logo_icon(self, company):
        icon = company._get_portal_logo_icon()
        if not icon:
            return request.redirect("/web/static/img/favicon.ico")
        return self._serve(icon, "image/png", "public, max-age=3600")

    def _serve(self, content, kind, cache):
        headers = {**HEADERS, "Content-Type": kind, "Cache-Control": cache}
        return request.make_response(content, headers=list(headers.items()))

    # === PREVIEW === #

    def _get_company_to_set(self, company_id):
        """:raise NotFound: for who may not set the look, or not that of the company"""
        user = request.env.user
        number = read_number(company_id)
        if number not in user.company_ids.ids or not user.has_group(GROUP_MANAGER):
            raise NotFound
        return request.env["res.company"].browse(number)

    def _make_draft(self, company, post):
        """Return the company with what is typed, checked as on saving.

        :raise UserError: that says what is wrong
        """
        values = {name: post[name].strip() for name in TEXTS if name in post}
        values |= {
            name: post[name] or False for name in BRANDING_PICTURES if name in post
        }
        draft = company.new(company._clean_portal_urls(values), origin=company)
        draft._check_portal_branding()
        return draft

    def _use_own_language(self):
        """Speak as the settings do, whatever language the pages had last."""
        code = request.env["ir.http"].get_nearest_lang(request.env.user.lang)
        if code:
            request.lang = request.env["res.lang"]._get_data(code=code)
            request.update_context(lang=code)

    def _preview_home(self):
        values = {"page_name": "home", "portal_path": "/my"}
        return request.render("customer_portal.look_home", values)

    def _preview_list(self):
        return request.render("customer_portal.look_list", {"page_name": "look"})

    def _preview_login(self):
        values = {"disable_database_manager": True, "login": "emma@example.com"}
        return request.render("web.login", values)
