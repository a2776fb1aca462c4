from datetime import timedelta

from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain

from ...const import PARAM_OVERDUE_DAYS, PARAM_OVERDUE_EFFECT
from .entitlement_claims import INVOICES

# Values of the setting: what an overdue invoice does.
CLOSE, GRACE = "close", "grace"
# The touchpoints that it leaves.
HELD, RELEASED = "held", "released"
OWED = ("not_paid", "partial")


class CustomerPortalOverdue(models.AbstractModel):
    """Invoices that are long overdue keep an organization out, until they are paid.

    Off at first. The contacts are marked, as the door reads nothing but them, and their
    dates stay what they are.
    """

    _name = "customer.portal.overdue"
    _description = "Customer Portal Overdue Invoices"

    @api.model
    def _get_days(self):
        """Return how many days an invoice may be overdue; 0 if nothing follows."""
        params = self.env["ir.config_parameter"]
        return params._get_portal_number(PARAM_OVERDUE_DAYS)

    @api.model
    def _is_for_reading(self):
        """Say whether customers may read meanwhile: only if Settings say so."""
        params = self.env["ir.config_parameter"]
        return params._get_portal_text(PARAM_OVERDUE_EFFECT) == GRACE

    @api.model
    def _is_used(self):
        return bool(self._get_days()) and INVOICES in self.env

    @api.model
    def _follow(self, moves):
        """Let those in, or keep them out, to whom some invoices belong."""
        organizations = moves.commercial_partner_id
        if organizations and self._is_used():
            partners_sudo = self.env["res.partner"].sudo()
            domain = Domain("commercial_partner_id", "in", organizations.ids)
            self._mark(partners_sudo.search(domain & Domain("portal_user", "=", True)))

    @api.model
    def _run(self):
        """Look at all who are late since today, and at all who are marked."""
        late = Domain("portal_overdue", "=", True)
        if self._is_used():
            ids = [partner.id for partner, _company in self._find_owing()]
            late |= Domain("commercial_partner_id", "in", ids)
        period = self.env["customer.portal.period"]
        period._run(Domain("portal_user", "=", True) & late, self._mark)

    @api.model
    def _mark(self, contacts):
        """Mark contacts whose organization owes an old invoice, and unmark others."""
        contacts = contacts.with_user(SUPERUSER_ID)
        late = contacts.browse()
        if self._is_used():
            owing = self._find_owing(contacts.commercial_partner_id)
            late = contacts.filtered(lambda one: self._is_late(one, owing))
        held = late.filtered(lambda one: not one.portal_overdue)
        released = (contacts - late).filtered("portal_overdue")
        held.write({"portal_overdue": True})
        released.write({"portal_overdue": False})
        touchpoints = self.env["customer.portal.touchpoint"].with_user(SUPERUSER_ID)
        touchpoints._log(HELD, dict.fromkeys(held, False))
        touchpoints._log(RELEASED, dict.fromkeys(released, False))

    @api.model
    def _is_late(self, contact, owing):
        """Say whether an organization owes something to the company of a contact."""
        organization, company = contact.commercial_partner_id, contact.company_id
        if company:
            return (organization, company) in owing
        return any(debtor == organization for debtor, _company in owing)

    @api.model
    def _find_owing(self, organizations=None):
        """Return who owes which company an invoice that is overdue for long.

        :param organizations: to look at; all if there are none
        :return: organization and company
        :rtype: set[tuple]
        """
        domain = self._get_owing_domain(organizations)
        moves_sudo = self.env[INVOICES].sudo()
        return set(
            moves_sudo._read_group(domain, ["commercial_partner_id", "company_id"])
        )

    @api.model
    def _get_owing_domain(self, organizations=None):
        """Return the invoices that are overdue for long.

        Those that are blocked, as they are disputed, do not count.
        """
        today = self.env.company._get_portal_today()
        day = today - timedelta(days=self._get_days())
        domain = (
            Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", OWED)
            & Domain("invoice_date_due", "<", day)
        )
        if organizations is not None:
            domain &= Domain("commercial_partner_id", "in", organizations.ids)
        return domain
