import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ...const import GROUP_MANAGER, PREFETCH_PAGES

# What one address looks like: names between slashes, of which none moves up or down.
HOST_PATH = re.compile(r"(?:/(?!\.+(?:/|$))[A-Za-z0-9._-]+)+/?")
HOST_PATHS_MOST = 50
HOST_PATH_LENGTH = 200
# Below these are the backend and what programs call. It never answers there, and what
# customers need of it answers without a setting.
BACKEND = frozenset(
    ("doc", "doc-bearer", "json", "jsonrpc", "odoo", "scoped_app", "web", "xmlrpc")
)


class ResCompany(models.Model):
    """What more answers on the host of a company's portal."""

    _inherit = "res.company"

    portal_host_paths = fields.Text(
        "Additional Pages",
        groups=GROUP_MANAGER,
        help="Pages of other apps that are also available at the Portal URL, one "
        "address per line, such as /shop, without the host and language. "
        "Everything below an address is included. Odoo's backend is never "
        "available there, and each page still checks who can see it.",
        prefetch=PREFETCH_PAGES,
    )

    @api.constrains("portal_host_paths")
    def _check_portal_host_paths(self):
        for company in self:
            text = company.portal_host_paths or ""
            company._check_portal_host_paths_size(text)
            for path in text.split():
                company._check_portal_host_path(path)

    @api.model
    def _check_portal_host_paths_size(self, text):
        """Look at the length of all first, so that nothing endless is read."""
        is_long = len(text) > HOST_PATHS_MOST * (HOST_PATH_LENGTH + 2)
        paths = () if is_long else text.split()
        is_long = is_long or len(paths) > HOST_PATHS_MOST
        if is_long or any(len(path) > HOST_PATH_LENGTH for path in paths):
            raise ValidationError(
                self.env._(
                    "You can add up to %(number)s pages, with addresses of up to "
                    "%(length)s characters.",
                    number=HOST_PATHS_MOST,
                    length=HOST_PATH_LENGTH,
                )
            )

    @api.model
    def _check_portal_host_path(self, path):
        if not HOST_PATH.fullmatch(path):
            raise ValidationError(
                self.env._(
                    "“%(path)s” is not a valid address. Enter one address per line "
                    "without the host, such as /shop, using letters from a to z, "
                    "digits, hyphens, underscores and dots.",
                    path=path,
                )
            )
        if is_backend(path):
            raise ValidationError(
                self.env._(
                    "“%(path)s” can't be added: it belongs to Odoo's backend, which "
                    "is never available at the Portal URL. What customers need from "
                    "it already is.",
                    path=path,
                )
            )

    def write(self, vals):
        result = super().write(vals)
        if "portal_host_paths" in vals:
            # _get_portal_host_paths
            self.env["customer.portal.cache.mixin"]._clear_gate_cache()
        return result

    @ormcache("self.id")
    def _get_portal_host_paths(self):
        """Return the pages that a setting adds, cached because each request asks.

        What somebody has written past the check counts for nothing.

        :return: each address as it is, and with a slash for all below
        :rtype: tuple[str]
        """
        paths = (self.sudo().portal_host_paths or "").split()[:HOST_PATHS_MOST]
        known = [
            path.rstrip("/")
            for path in paths
            if HOST_PATH.fullmatch(path) and not is_backend(path)
        ]
        return (*known, *(f"{path}/" for path in known))


def is_backend(path):
    """Say whether an address is below those of Odoo's backend, or of programs."""
    return path.split("/")[1].lower() in BACKEND
