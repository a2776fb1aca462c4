from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...const import GROUP_AGENT
from .entitlement_claims import INVOICES


class ResPartner(models.Model):
    """What agents see of an access on hold, on the contact and on its organization."""

    _inherit = "res.partner"

    portal_hold_text = fields.Char(
        "On Hold",
        compute="_compute_portal_hold",
        exportable=False,
        groups=GROUP_AGENT,
    )
    portal_hold_is_open = fields.Boolean(
        "Can Open Overdue Invoices",
        compute="_compute_portal_hold",
        exportable=False,
        groups=GROUP_AGENT,
    )

    @api.depends("portal_user", "portal_overdue")
    @api.depends_context("lang", "uid")
    def _compute_portal_hold(self):
        """Say what follows from an overdue invoice, as Settings have it now."""
        held = self._filter_on_hold()
        text = held and self._get_hold_text()
        may_open = bool(held) and self.env[INVOICES].has_access("read")
        for partner in self:
            is_held = partner._origin in held
            partner.portal_hold_text = is_held and text
            partner.portal_hold_is_open = is_held and may_open

    def _filter_on_hold(self):
        """Return the contacts on hold, and the organizations of some."""
        if not self._is_overdue_followed():
            return self.browse()
        marked = self.sudo().search(
            [
                ("commercial_partner_id", "in", self._origin.ids),
                ("portal_overdue", "=", True),
                ("portal_user", "=", True),
            ]
        )
        own = self._origin.filtered(lambda one: one.portal_user and one.portal_overdue)
        return own | marked.commercial_partner_id.with_env(self.env)

    @api.model
    def _get_hold_text(self):
        if self._is_hold_for_reading():
            return self.env._(
                "An invoice of this organization is overdue. Until it is paid, its "
                "people can read and pay in the portal, but change nothing else."
            )
        return self.env._(
            "An invoice of this organization is overdue. Until it is paid, its people "
            "can't log in to the portal."
        )

    # === ACTION METHODS === #

    def action_view_overdue_invoices(self):
        """List what the organization owes for too long, with the user's own rights."""
        self.ensure_one()
        self._check_support_agent("read")
        if not self._filter_on_hold():
            raise AccessError(self.env._("You are not allowed to do this."))
        invoices = self.env[INVOICES]
        invoices.check_access("read")
        organization = self.commercial_partner_id
        domain = self._get_owing_domain(organization)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Overdue Invoices"),
            "res_model": INVOICES,
            "views": [(False, "list"), (False, "form")],
            "domain": list(domain),
            "context": {"create": False},
        }
