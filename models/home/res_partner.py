from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_portal_offer(self):
        """Return what the profile shows a contact, as the first email names it.

        :return: names of modules, in the language of the environment
        :rtype: tuple[str]
        """
        self.ensure_one()
        profile_sudo = self.sudo().portal_profile_id
        gate = self.env["customer.portal.gate"]
        return gate._get_offer(profile_sudo.id, self.env.lang)
