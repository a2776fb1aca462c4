import re

from odoo.http import Controller, request, route

# A path, and nothing that a browser takes for a host.
LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


class CustomerPortalLanguage(Controller):
    @route(
        "/my/language",
        type="http",
        auth="public",
        website=True,
        multilang=False,
        sitemap=False,
        methods=["POST"],
    )
    def portal_language(self, lang="", redirect="", **_post):
        """Show pages in another language from now on.

        Customers keep it, as in My Profile; others until they close the browser, and
        if they log in meanwhile, they keep it, too.
        """
        request.env["ir.http"]._set_portal_language(lang)
        return request.redirect(self._get_way_back(redirect), code=303)

    def _get_way_back(self, url):
        """Return the page where the language was chosen, without one in its address."""
        path = url if LOCAL.fullmatch(url) else "/my"
        __, code, *rest = path.split("/", 2)
        codes = [
            one.url_code for one in request.env["res.lang"]._get_frontend().values()
        ]
        code, question, query = code.partition("?")
        if code not in codes:
            return path
        return f"/{rest[0] if rest else ''}{question}{query}"
