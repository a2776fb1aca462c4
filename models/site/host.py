from urllib.parse import urlsplit

from odoo import api, models
from odoo.http import request

from ...utils import read_host
from ..base.snapshot_cache import snapshot_cache

# What answers on the portal's own host, by the addresses of Odoo's routes: all else is
# 404 there. A trailing slash stands for all below. Settings add to it.
HOST_PATHS = (
    "/",
    "/my",
    "/my/",
    "/new/ticket",
    "/submitted/ticket",
    "/ticket/close",
    # Logging in and out, and choosing a password
    "/web/login",
    "/web/login/",
    "/web/login_successful",
    "/web/reset_password",
    "/web/signup",
    "/web/session/logout",
    "/auth/passkey/",
    "/auth_oauth/",
    "/auth-timeout/",
    # Styles, scripts, pictures and files; each asks who may read what
    "/customer_portal/look/",
    "/favicon.ico",
    "/logo",
    "/logo.png",
    "/robots.txt",
    "/report/barcode",
    "/report/barcode/",
    "/web/assets/",
    "/web/binary/company_logo",
    "/web/bundle/",
    "/web/content",
    "/web/content/",
    "/web/health",
    "/web/image",
    "/web/image/",
    "/web/manifest.webmanifest",
    "/web/sign/get_fonts",
    "/web/sign/get_fonts/",
    "/web/webclient/translations",
    "/website/translations",
    # Comments, notices and ratings
    "/bus/has_missed_notifications",
    "/bus/websocket_worker_bundle",
    "/mail/",
    "/portal/",
    "/rate/",
    "/website/rating/comment",
    "/websocket",
    "/websocket/",
    # Orders and invoices
    "/account/download_invoice_attachments/",
    "/account/download_invoice_documents/",
    "/invoice/transaction/",
    "/payment/",
    "/terms",
    # Shared projects
    "/project_sharing/",
)
# What pages of customers ask by a script, such as two-factor authentication and shared
# projects: it answers a portal user's open session, and nobody else.
HOST_USER_PATHS = (
    "/web/action/load",
    "/web/dataset/",
    "/web/model/get_definitions",
    "/web/session/get_session_info",
    "/web/webclient/load_menus",
)


class CustomerPortalHost(models.AbstractModel):
    """The portal on a host of its own ("Hosting the Customer Portal on your Server").

    Where a company's Portal URL has another host than Odoo's own address, nothing but
    the pages of customers answers there.
    """

    _name = "customer.portal.host"
    _description = "Customer Portal Host"

    @api.model
    def _get_company(self):
        """Return the company whose portal's own host is asked, empty on other hosts.

        Where a portal has one, a host that cannot be read is taken for it: a proxy may
        have read what we cannot.
        """
        companies, hosts = self.env["res.company"], self._get_hosts()
        if not request or not hosts:
            return companies
        first_id = next(iter(hosts.values()))
        asked = self._get_asked_host()
        return companies.browse(hosts.get(asked, ()) if asked else first_id)

    @api.model
    def _is_refused(self, routes, visitor, routing=None):
        """Say whether what the portal's own host is asked for is no page of customers.

        :param routes: addresses of the route, or of what has none
        :param visitor: callable that returns the portal user of the request, if any
        :param dict routing: what the code says of the route, if there is one
        """
        company = self._get_company()
        if not company:
            return False
        public = self._get_public_paths()
        if self._is_for_visitors(routing or {}):
            public += company._get_portal_host_paths()
        return not all(
            self._is_among(route, public)
            or (self._is_among(route, self._get_user_paths()) and visitor())
            for route in routes
        )

    @api.model
    def _may_be_portal_host(self, company):
        """Say whether a company's new Portal URL leaves the address in use as it is.

        Odoo's own address may be an old one. An administrator who gave the portal the
        address they work at would find no backend there any more to undo it.
        """
        host = self._get_host_of(company.portal_url)
        if not host or not request or host != self._get_asked_host():
            return True
        urls = (company.sudo().search([("id", "!=", company.id)])).mapped("portal_url")
        return host in (self._get_odoo_host(), *map(self._get_host_of, urls))

    # === INTERNALS === #

    @api.model
    def _get_public_paths(self):
        """Return what answers everybody on the portal's own host. To be extended.

        :return: addresses of routes; a trailing slash stands for all below
        :rtype: tuple[str]
        """
        return HOST_PATHS

    @api.model
    def _get_user_paths(self):
        """Return what answers only portal users who are logged in. To be extended.

        :rtype: tuple[str]
        """
        return HOST_USER_PATHS

    @api.model
    def _is_for_visitors(self, routing):
        """Say whether a setting can add a route: to make a mistake there opens no more.

        Odoo's backend and what programs call are neither pages of a website nor public.

        :param dict routing: what the code says of the route
        """
        return bool(routing.get("website")) or routing.get("auth") == "public"

    @api.model
    def _get_asked_host(self):
        """Return the host that is asked for, and nothing if it cannot be read.

        Werkzeug shows no host where it takes the header for wrong.
        """
        return self._read_host(request.httprequest.environ.get("HTTP_HOST", ""))

    @api.model
    def _read_host(self, text):
        try:
            return read_host(text)
        except ValueError:
            return ""

    @api.model
    def _is_among(self, route, paths):
        """Whether a route is one of some paths; a variable is no part of a path."""
        return any(
            route == path
            or (path.endswith("/") and path != "/" and route.startswith(path))
            for path in paths
        )

    @api.model
    def _get_hosts(self):
        """Return the company of each host that is only a portal's.

        :rtype: dict[str, int]
        """
        hosts = self._get_company_hosts()
        if not hosts:  # As nearly everywhere: then nothing more is looked up.
            return hosts
        odoo_host = self._get_odoo_host()
        return {host: id_ for host, id_ in hosts.items() if host != odoo_host}

    @api.model
    @snapshot_cache()
    def _get_company_hosts(self):
        """Cached because each request asks; of two companies, the first has a host."""
        companies = self.env["res.company"].sudo().search([("portal_url", "!=", False)])
        pairs = [(self._get_host_of(one.portal_url), one.id) for one in companies]
        return {host: id_ for host, id_ in reversed(pairs) if host}

    @api.model
    def _get_odoo_host(self):
        params = self.env["ir.config_parameter"]
        return self._get_host_of(params._get_portal_text("web.base.url"))

    @api.model
    def _get_host_of(self, url):
        try:
            return self._read_host(urlsplit(url or "").netloc)
        except ValueError:
            return ""
