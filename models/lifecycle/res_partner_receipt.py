from odoo import api, models

from .receipt import ARCHIVED, COLLEAGUE, EXPIRED, REVOKED

# Context key and value: the contact is being archived. An RPC caller can send the key,
# but never the object.
ARCHIVING = "customer_portal_archiving"
ARCHIVING_VALUE = object()


class ResPartner(models.Model):
    """Whenever an access ends, what was cut off is written down."""

    _inherit = "res.partner"

    def _give_up_portal_access(self):
        archiving = self.with_context(**{ARCHIVING: ARCHIVING_VALUE})
        return super(ResPartner, archiving)._give_up_portal_access()

    def _revoke_portal_access(self):
        """Issue receipts, but not to those who have had one: their period was over."""
        ending = self.filtered(lambda partner: not partner._is_end_handled())
        receipts = self.env["customer.portal.receipt"]
        counts = receipts._count(ending)
        self.env["customer.portal.mail"]._cancel_waiting(self)
        result = super()._revoke_portal_access()
        if ending:
            receipts._issue(ending, ending._get_end_reason(), counts)
        return result

    def _is_end_handled(self):
        """Say whether the daily job has ended this very period."""
        partner_sudo = self.sudo()
        end = partner_sudo.support_end_date
        return bool(end) and partner_sudo.support_end_handled == end

    def _get_end_reason(self):
        if self.env.context.get(ARCHIVING) is ARCHIVING_VALUE:
            return ARCHIVED
        return COLLEAGUE if self.env.user.share else REVOKED


class CustomerPortalPeriod(models.AbstractModel):
    _inherit = "customer.portal.period"

    @api.model
    def _end_periods(self, partners):
        receipts = self.env["customer.portal.receipt"]
        counts = receipts._count(partners)
        self.env["customer.portal.mail"]._cancel_waiting(partners)
        result = super()._end_periods(partners)
        receipts._issue(partners, EXPIRED, counts)
        return result
