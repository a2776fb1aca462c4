from odoo import api, models
from odoo.http import request

from ...const import OWN_CODES, PROFILE_CODES, PROFILE_URL
from ..site.ir_http_headers import OWN_URLS

# Odoo's own pages of what My Profile has, too: they lie below it.
ACCOUNT_URLS = ("/my/account", "/my/address", "/my/addresses", "/my/security")


class CustomerPortalWidget(models.Model):
    """What is the same on all pages: the menu, and where in it a page lies.

    Odoo's own pages ask for the layout alone, so it is given to all of them.
    """

    _inherit = "customer.portal.widget"

    @api.model
    def _get_layout_values(self, path, record=None):
        """Return what the layout of each page of a customer shows.

        :param str path: of the address
        :param record: that the page is about, with any rights, or nothing
        :return: ``portal_path``, ``portal_menu``, ``portal_place``, which is None
            where a page belongs to no module of the profile, and ``portal_dark``:
            whether it can be dark, as only pages of the portal's own can
        :rtype: dict
        """
        return {
            "portal_path": path,
            "portal_menu": self._get_menu(),
            "portal_place": self._get_place(path, record),
            "portal_dark": path == "/my" or path.startswith(OWN_URLS),
        }

    @api.model
    def _get_place(self, path, record=None):
        """Return the module that a page belongs to.

        The record says it better than the address: a quote's is that of an order.

        :return: dict with ``code``, ``name``, ``url`` of the list, ``title`` of the
            record, if there is one, and ``native``: whether Odoo makes the page
        :rtype: dict | None
        """
        if not self.env.user._is_portal():
            return None
        if path in ACCOUNT_URLS:
            return self._get_account_place(path)
        right = self._find_record_right(record) or self._find_path_right(path)
        if not right:
            return None
        is_own = right.code in (*PROFILE_CODES, *OWN_CODES)
        return {
            "code": right.code,
            "name": self._get_menu_name(right.code),
            "url": self._get_list_urls(right)[0],
            "title": self._get_record_title(record) if right.native else "",
            "native": right.native and not is_own,
        }

    # === INTERNALS === #

    @api.model
    def _get_account_place(self, path):
        """Return where a page of the customer's own account lies."""
        titles = {
            "/my/account": self.env._("Contact Details"),
            "/my/address": self.env._("Address"),
            "/my/addresses": self.env._("Addresses"),
            "/my/security": self.env._("Connection & Security"),
        }
        return {
            "code": PROFILE_CODES[0],
            "name": self._get_menu_name(PROFILE_CODES[0]),
            "url": PROFILE_URL,
            "title": titles[path],
            "native": True,
        }

    @api.model
    def _find_record_right(self, record):
        """Return the right of the module of Odoo's own page that shows a record."""
        if not isinstance(record, models.BaseModel) or len(record) != 1:
            return None
        for right in self.env["customer.portal.gate"]._get_rights().values():
            is_page = right.native and right.paths and right.model_name == record._name
            if is_page and record.sudo().filtered_domain(right.domain):
                return right
        return None

    @api.model
    def _find_path_right(self, path):
        """Return the right of the module below whose list an address lies."""
        found = [
            (len(url), right)
            for right in self.env["customer.portal.gate"]._get_rights().values()
            for url in self._get_list_urls(right)
            if f"{path}/".startswith(f"{url}/")
        ]
        return max(found, key=lambda pair: pair[0])[1] if found else None

    @api.model
    def _get_record_title(self, record):
        is_record = isinstance(record, models.BaseModel) and len(record) == 1
        return record.display_name if is_record else ""


class IrQweb(models.AbstractModel):
    _inherit = "ir.qweb"

    def _prepare_frontend_environment(self, values):
        """Give the layout its menu, whatever controller renders a page of customers."""
        result = super()._prepare_frontend_environment(values)
        ir_http = self.env["ir.http"]
        # Odoo's page of an error must need nothing: it comes where the portal's fails.
        is_error, is_own = "status_code" in values, "portal_look" in values
        is_page = is_own if is_error else ir_http._get_portal_page()
        user = is_page and ir_http._get_portal_visitor()
        if user:
            widgets = self.env["customer.portal.widget"].with_user(user)
            values.setdefault("portal_look", self.env["customer.portal.look"]._get())
            path = values.get("portal_path") or request.httprequest.path
            record = values.get("object")
            for name, value in widgets._get_layout_values(path, record).items():
                values.setdefault(name, value)
        return result
