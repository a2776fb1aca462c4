from odoo import api, models


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def signup(self, values, token=None):
        """Note that an invitation is accepted, once a password is chosen by a link."""
        partners_sudo = self.env["res.partner"].sudo()
        partner_sudo = token and partners_sudo._get_partner_from_token(token)
        result = super().signup(values, token)
        if partner_sudo:
            with self._noting_clashes():
                self.env["customer.portal.invitation"]._note_accepted(partner_sudo)
                self.env.flush_all()
        return result
