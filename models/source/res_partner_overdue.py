from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.http import request

from ...const import PARAM_OVERDUE_DAYS, PARAM_OVERDUE_EFFECT, PREFETCH_PAGES
from ..access.ir_http import SESSION_LANG
from .entitlement_claims import INVOICES

# Values of the setting: what an overdue invoice does.
CLOSE, GRACE = "close", "grace"
# The touchpoints that it leaves.
HELD, RELEASED = "held", "released"
OWED = ("not_paid", "partial")


class ResPartner(models.Model):
    """The door stays closed while invoices are overdue for long, or lets in to read.

    Off at first. The contacts are marked, as the door reads nothing but them, and their
    dates stay what they are.
    """

    _inherit = "res.partner"

    portal_overdue = fields.Boolean(
        "On Hold for Overdue Invoices",
        prefetch=PREFETCH_PAGES,
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="An invoice of the organization is overdue for more days than Settings "
        "allow. Access goes on as soon as it is paid.",
    )
    _portal_overdue_idx = models.Index("(id) WHERE portal_overdue IS TRUE")

    def _follow_portal_changes(self, before):
        """Let whoever gets access in an organization that owes something be on hold."""
        result = super()._follow_portal_changes(before)
        known = {key for key, access in before.items() if access.portal_user}
        self.filtered(lambda one: one.id not in known)._follow_overdue()
        return result

    def _adopt_portal_users(self):
        result = super()._adopt_portal_users()
        self._follow_overdue()
        return result

    def write(self, vals):
        """Let who moves to another organization owe what that one does."""
        result = super().write(vals)
        if "parent_id" in vals and not self._is_settled():
            self._follow_overdue()
        return result

    def _follow_overdue(self):
        """Mark or unmark those of these contacts who have access."""
        if self._is_overdue_followed():
            self.filtered(lambda one: one.sudo().portal_user)._mark_overdue()

    @api.model
    def _get_door_fields(self):
        return (*super()._get_door_fields(), "portal_overdue")

    def _get_portal_refusal(self):
        refusal = super()._get_portal_refusal()
        if refusal or not self._is_on_hold():
            return refusal
        if self._is_hold_for_reading():
            return None
        chosen = request and request.session.get(SESSION_LANG)
        partner = self.with_context(lang=chosen or self.lang or self.env.lang)
        return partner.env._(
            "Access to the portal is on hold because an invoice is overdue. Please "
            "contact us."
        )

    def _is_on_hold(self):
        """Say whether a contact is marked, and the marks still mean something."""
        self.ensure_one()
        if not self.sudo().portal_overdue:
            return False
        return self._is_overdue_followed()

    def _may_ask_for_extension(self):
        """Offer no extension to those on hold: it would not let them in."""
        may_ask = super()._may_ask_for_extension()
        return may_ask and not (
            self.sudo().portal_state == "active" and self._is_on_hold()
        )

    def _is_in_portal_grace(self):
        """Let those on hold read and pay, if Settings say so, but not write."""
        if super()._is_in_portal_grace():
            return True
        return self._is_on_hold() and self._is_hold_for_reading()

    # === WHO OWES === #

    @api.model
    def _get_overdue_days(self):
        """Return how many days an invoice may be overdue; 0 if nothing follows."""
        params = self.env["ir.config_parameter"]
        return params._get_portal_number(PARAM_OVERDUE_DAYS)

    @api.model
    def _is_overdue_followed(self):
        return bool(self._get_overdue_days()) and INVOICES in self.env

    @api.model
    def _is_hold_for_reading(self):
        """Say whether customers may read meanwhile: only if Settings say so."""
        params = self.env["ir.config_parameter"]
        return params._get_portal_text(PARAM_OVERDUE_EFFECT) == GRACE

    @api.model
    def _follow_overdue_invoices(self, moves):
        """Let those in, or keep them out, to whom some invoices belong."""
        organizations = moves.commercial_partner_id
        if organizations and self._is_overdue_followed():
            domain = Domain("commercial_partner_id", "in", organizations.ids)
            contacts_sudo = self.sudo().search(
                domain & Domain("portal_user", "=", True)
            )
            contacts_sudo._mark_overdue()

    @api.model
    def _run_overdue(self):
        """Look at all who are late since today, and at all who are marked."""
        late = Domain("portal_overdue", "=", True)
        if self._is_overdue_followed():
            ids = [partner.id for partner, _company in self._find_owing()]
            late |= Domain("commercial_partner_id", "in", ids)
        period = self.env["customer.portal.period"]
        mark = type(self)._mark_overdue
        period._run(Domain("portal_user", "=", True) & late, mark)

    def _mark_overdue(self):
        """Mark contacts whose organization owes an old invoice, and unmark others."""
        contacts = self.with_user(SUPERUSER_ID)
        late = contacts.browse()
        if self._is_overdue_followed():
            owing = self._find_owing(contacts.commercial_partner_id)
            late = contacts.filtered(lambda one: one._owes_invoice(owing))
        held = late.filtered(lambda one: not one.portal_overdue)
        released = (contacts - late).filtered("portal_overdue")
        held.write({"portal_overdue": True})
        released.write({"portal_overdue": False})
        touchpoints = self.env["customer.portal.touchpoint"].with_user(SUPERUSER_ID)
        touchpoints._log(HELD, dict.fromkeys(held, False))
        touchpoints._log(RELEASED, dict.fromkeys(released, False))

    def _owes_invoice(self, owing):
        """Say whether an organization owes something to the company of a contact.

        :param set owing: of ``_find_owing``
        """
        organization, company = self.commercial_partner_id, self.company_id
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
        day = today - timedelta(days=self._get_overdue_days())
        domain = (
            Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", OWED)
            & Domain("invoice_date_due", "<", day)
        )
        if organizations is not None:
            domain &= Domain("commercial_partner_id", "in", organizations.ids)
        return domain
