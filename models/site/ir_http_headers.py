from odoo import api, models
from odoo.http import request
from odoo.tools import hmac

from ..base.odoo_http import get_session_key

# Below these are pages of this addon, which ask nobody but this site.
OWN_URLS = (
    *("/my/chart/", "/my/company", "/my/documents", "/my/faq", "/my/home", "/my/p/"),
    *("/my/profile", "/my/representative/", "/my/search"),
)
# Whom the scripts of Odoo's pages ask, by the module that brings them.
SOURCES = {
    "cloud_storage_azure": ("https://*.blob.core.windows.net",),
    "cloud_storage_google": ("https://storage.googleapis.com",),
    "google_recaptcha": ("https://www.google.com",),
    "payment_adyen": ("https://*.adyen.com",),
    "payment_authorize": ("https://*.authorize.net",),
    "payment_mercado_pago": (
        "https://*.mercadolibre.com",
        "https://*.mercadopago.com",
    ),
    "payment_paypal": ("https://*.paypal.com", "https://*.paypalobjects.com"),
    "payment_razorpay": ("https://*.razorpay.com",),
    "payment_stripe": ("https://*.stripe.com",),
    "payment_xendit": ("https://*.xendit.co",),
    "website_cf_turnstile": ("https://challenges.cloudflare.com",),
}

# Where customers are: below these addresses.
PAGES = ("/my", "/payment", "/rate", "/web/login", "/web/reset_password", "/web/signup")
POLICY = {
    "base-uri": ("'self'",),
    "connect-src": ("'self'",),
    "frame-ancestors": ("'self'",),
    "object-src": ("'none'",),
}


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    # === WHAT BROWSERS ARE TOLD === #

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Remember the route: a website can give a page another address."""
        request.portal_routes = rule.endpoint.routing["routes"]
        return super()._pre_dispatch(rule, args)

    @classmethod
    def _post_dispatch(cls, response):
        """Tell browsers what pages of customers may do, and to keep none of them."""
        result = super()._post_dispatch(response)
        if path := cls._get_portal_page():
            response.headers.setdefault("X-Content-Type-Options", "nosniff")
            response.headers.setdefault(
                "Referrer-Policy", "strict-origin-when-cross-origin"
            )
            response.headers["Cache-Control"] = "no-store, private"
            if response.mimetype == "text/html":
                cls._set_portal_policy(response.headers, path)
        return result

    @classmethod
    def _get_portal_page(cls):
        """Return the address of the page of customers that is asked for.

        :return: None for any other page
        :rtype: str | None
        """
        paths = (request.httprequest.path, *getattr(request, "portal_routes", ()))
        return next(filter(cls._is_portal_page, paths), None)

    @classmethod
    def _is_portal_page(cls, path):
        return any(path == page or path.startswith(f"{page}/") for page in PAGES)

    @classmethod
    def _set_portal_policy(cls, headers, path):
        """Add what a policy does not say yet; one with a default says all."""
        name = "Content-Security-Policy"
        given = [part.split() for part in headers.get(name, "").split(";")]
        policy = {words[0].lower(): words[1:] for words in given if words}
        if "default-src" not in policy:
            policy = {**cls._get_portal_policy(path), **policy}
            headers[name] = "; ".join(
                " ".join((directive, *sources)) for directive, sources in policy.items()
            )

    @classmethod
    def _get_portal_policy(cls, path):
        """Return the Content-Security-Policy of a page of customers.

        Pages of Odoo pay, check that somebody is no robot, and upload files: what the
        installed modules for it ask is let through there. For a module to have more
        let through, it must override this method.

        :param str path: the address of the page
        :return: the sources of each directive
        :rtype: dict[str, tuple]
        """
        if path == "/my" or path.startswith(OWN_URLS):
            return dict(POLICY)
        modules = request.registry._init_modules & SOURCES.keys()
        more = [source for module in sorted(modules) for source in SOURCES[module]]
        return {**POLICY, "connect-src": (*POLICY["connect-src"], *more)}

    # === WHAT SCRIPTS TRUST === #

    @api.model
    def get_frontend_session_info(self):
        """Tell our scripts the key of what our own templates have made."""
        info = super().get_frontend_session_info()
        if self._get_portal_page():
            info["customer_portal_key"] = self._get_portal_key()
        return info

    @api.model
    def _get_portal_key(self):
        """Return what nobody knows who writes a text: a secret of the session.

        Our templates write it into what they make, and our scripts start nowhere else.

        :rtype: str
        """
        key = get_session_key(request.session)
        return hmac(self.env(su=True), "customer_portal_scripts", key)
