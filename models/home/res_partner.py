from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_portal_offer(self):
        """Return what the profile shows a contact, as the first email names it.

        :return: names of modules, in the language of the environment
        :rtype: list[str]
        """
        self.ensure_one()
        user_sudo = self._get_portal_users_sudo()._get_main_portal_users()
        entries = self.env["customer.portal.gate"]._make_menu(user_sudo)
        return [entry["name"] for entry in entries]
