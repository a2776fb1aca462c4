from odoo import fields, models


class CustomerPortalViewingStart(models.TransientModel):
    """Ask as whom of a profile's customers the portal is to be seen."""

    _name = "customer.portal.viewing.start"
    _inherit = "customer.portal.dialog"
    _description = "See as Customer"

    profile_id = fields.Many2one(
        "customer.portal.profile", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        domain="[('portal_user', '=', True), ('portal_profile_id', '=', profile_id)]",
        ondelete="cascade",
    )

    def action_see_as_customer(self):
        self.ensure_one()
        action = self.partner_id.action_see_as_customer()
        return {**action, "close": True}


class CustomerPortalProfile(models.Model):
    _inherit = "customer.portal.profile"

    def action_see_as_customer(self):
        """Ask as whom."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("See as Customer"),
            "res_model": "customer.portal.viewing.start",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_profile_id": self.id,
                "default_partner_id": self._get_first_customer().id,
            },
        }

    def _get_first_customer(self):
        """Propose who was changed last, most likely by whoever looks now."""
        known = [("portal_user", "=", True), ("portal_profile_id", "=", self.id)]
        return self.env["res.partner"].search(known, order="write_date DESC", limit=1)
