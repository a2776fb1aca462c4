from odoo import api, fields, models
from odoo.http import request

from ..access.ir_http import SESSION_LANG


class ResPartner(models.Model):
    """The door stays closed while invoices are overdue for long, or lets in to read."""

    _inherit = "res.partner"

    portal_overdue = fields.Boolean(
        "On Hold for Overdue Invoices",
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
        overdue = self.env["customer.portal.overdue"]
        if overdue._is_used():
            overdue._mark(self.filtered(lambda one: one.sudo().portal_user))

    @api.model
    def _get_door_fields(self):
        return (*super()._get_door_fields(), "portal_overdue")

    def _get_portal_refusal(self):
        refusal = super()._get_portal_refusal()
        if refusal or not self._is_on_hold():
            return refusal
        if self.env["customer.portal.overdue"]._is_for_reading():
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
        return self.env["customer.portal.overdue"]._is_used()

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
        overdue = self.env["customer.portal.overdue"]
        return self._is_on_hold() and overdue._is_for_reading()
