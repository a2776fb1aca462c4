from odoo import api, models
from odoo.tools import email_normalize

from ...const import PARAM_MAIL_OPTED_OUT


class CustomerPortalOptOut(models.AbstractModel):
    """Who gets no mails of the portal: contacts on Odoo's mail blacklist.

    What people write to them by hand, such as an answer to a case, is not ours.
    """

    _name = "customer.portal.opt.out"
    _description = "Customer Portal Opt-Out"

    @api.model
    def _filter(self, partners):
        """Return the contacts who have opted out, unless Settings let mails go on."""
        if not partners or self._lets_mails_go():
            return partners.browse()
        addresses = self._find(partners.sudo().mapped("email"))
        return partners.filtered(
            lambda partner: email_normalize(partner.sudo().email) in addresses
        )

    @api.model
    def _has(self, address):
        """Say whether an address gets no mails of the portal."""
        return not self._lets_mails_go() and bool(self._find([address]))

    @api.model
    def _lets_mails_go(self):
        params = self.env["ir.config_parameter"]
        return bool(params._get_portal_text(PARAM_MAIL_OPTED_OUT))

    @api.model
    def _find(self, addresses):
        normalized = list(filter(None, map(email_normalize, addresses)))
        blacklist_sudo = self.env["mail.blacklist"].sudo()
        return set(blacklist_sudo.search([("email", "in", normalized)]).mapped("email"))

    @api.model
    def _get_reason(self):
        return self.env._(
            "This contact has opted out of emails: the address is on the mail "
            "blacklist."
        )
