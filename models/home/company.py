from odoo import api, models

from ...const import COMPANY_URL

# The entry of the menu. No module can have this code, as it stands in no address.
CODE = "/company"
# What the menu shows of a place.
MENU = ("code", "name", "url")


class CustomerPortalWidget(models.Model):
    """My Company in the menu, after the modules, for those who manage colleagues."""

    _inherit = "customer.portal.widget"

    @api.model
    def _get_menu(self):
        menu = super()._get_menu()
        has_menu = self.env["customer.portal.gate"]._has_widget("menu")
        place = has_menu and self._get_company_place()
        return [*menu, {key: place[key] for key in MENU}] if place else menu

    @api.model
    def _get_menu_urls(self):
        urls = super()._get_menu_urls()
        has_menu = self.env["customer.portal.gate"]._has_widget("menu")
        return urls | {COMPANY_URL} if has_menu and self._get_company_place() else urls

    @api.model
    def _get_place(self, path, record=None):
        is_company = path == COMPANY_URL or path.startswith(f"{COMPANY_URL}/")
        place = is_company and self._get_company_place()
        return place or super()._get_place(path, record)

    @api.model
    def _get_company_place(self):
        """Return where My Company is; None for those who manage nobody."""
        if not self.env["customer.portal.colleague"]._may_manage():
            return None
        return {
            "code": CODE,
            "name": self.env._("My Company"),
            "url": COMPANY_URL,
            "title": "",
            "native": False,
        }
