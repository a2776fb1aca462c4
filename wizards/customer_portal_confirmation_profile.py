from odoo import fields, models

from ..models.confirmation.answer import Answer


class CustomerPortalConfirmationProfile(models.TransientModel):
    """Ask an agent which profile a contact gets in an access review."""

    _name = "customer.portal.confirmation.profile"
    _inherit = "customer.portal.dialog"
    _description = "Access Review: Change Profile"

    line_id = fields.Many2one(
        "customer.portal.confirmation.line",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    # With the rights of who chooses: a wizard can name any line.
    partner_name = fields.Char(
        "Contact", related="line_id.partner_name", related_sudo=False
    )
    profile_id = fields.Many2one(
        "customer.portal.profile", "New Profile", required=True, ondelete="cascade"
    )

    def action_change(self):
        self.ensure_one()
        return self.line_id._answer_as_agent(Answer("profile", self.profile_id.id))
