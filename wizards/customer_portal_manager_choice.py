from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CustomerPortalManagerChoice(models.TransientModel):
    """Choose who of an organization manages the portal access of their colleagues."""

    _name = "customer.portal.manager.choice"
    _inherit = "customer.portal.dialog"
    _description = "Choose a Manager"

    organization_id = fields.Many2one(
        "res.partner", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        required=True,
        domain="[('commercial_partner_id', '=', organization_id), ('is_company', '=', "
        "False), ('type', '=', 'contact')]",
        ondelete="cascade",
    )
    profile_id = fields.Many2one(
        "customer.portal.profile",
        required=True,
        domain="[('manage_scope', '!=', False)]",
        default=lambda self: self._get_default_profile(),
        ondelete="cascade",
        help="Only profiles with Manage Colleagues can be chosen.",
    )

    @api.model
    def _get_default_profile(self):
        """Propose what managers of the organization have, or had, if it is one.

        Else the one profile that there is, if there is but one to choose.
        """
        profiles = self.env["customer.portal.profile"]
        managing = profiles.search([("manage_scope", "!=", False)])
        people = self.env["res.partner"].with_context(active_test=False)
        organization_id = self.env.context.get("default_organization_id")
        known = people._read_group(
            [
                ("commercial_partner_id", "=", organization_id),
                ("portal_profile_id", "in", managing.ids),
            ],
            ["portal_profile_id"],
        )
        found = profiles.union(*(profile for [profile] in known)) or managing
        return found if len(found) == 1 else profiles

    def action_choose(self):
        """Give the contact access with a profile that manages colleagues."""
        self.ensure_one()
        self.partner_id._check_portal_agent()
        is_there = self.partner_id.commercial_partner_id == self.organization_id
        if not is_there or not self.profile_id.manage_scope:
            raise ValidationError(
                self.env._(
                    "Choose a contact of this organization, and a profile with Manage "
                    "Colleagues."
                )
            )
        self.partner_id.write(
            {"portal_user": True, "portal_profile_id": self.profile_id.id}
        )
        self.organization_id.action_forget_portal_manager()
        return {"type": "ir.actions.act_window_close"}
