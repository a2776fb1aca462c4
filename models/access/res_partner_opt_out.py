from odoo import api, models
from odoo.tools import email_normalize

from ...const import PARAM_MAIL_OPTED_OUT


class ResPartner(models.Model):
    """Who gets no mails of the portal: contacts on Odoo's mail blacklist.

    What people write to them by hand, such as an answer to a case, is not ours.
    """

    _inherit = "res.partner"

    def _filter_opted_out(self):
        """Return the contacts who have opted out, unless Settings let mails go on."""
        if not self or self._lets_portal_mails_go():
            return self.browse()
        addresses = self._find_opted_out(self.sudo().mapped("email"))
        return self.filtered(
            lambda partner: email_normalize(partner.sudo().email) in addresses
        )

    @api.model
    def _is_opted_out(self, address):
        """Say whether an address gets no mails of the portal."""
        return not self._lets_portal_mails_go() and bool(
            self._find_opted_out([address])
        )

    @api.model
    def _lets_portal_mails_go(self):
        params = self.env["ir.config_parameter"]
        return bool(params._get_portal_text(PARAM_MAIL_OPTED_OUT))

    @api.model
    def _find_opted_out(self, addresses):
        normalized = list(filter(None, map(email_normalize, addresses)))
        blacklist_sudo = self.env["mail.blacklist"].sudo()
        return set(blacklist_sudo.search([("email", "in", normalized)]).mapped("email"))

    @api.model
    def _get_opt_out_reason(self):
        return self.env._(
            "This contact has opted out of emails: the address is on the mail "
            "blacklist."
        )
