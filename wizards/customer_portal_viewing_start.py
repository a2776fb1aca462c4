from odoo import fields, models
from odoo.fields import Domain

from ..models.access.res_partner_period import OPEN_STATES

# So many of those whose period is open are asked whether they can really log in.
PROPOSED = 10


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
        """Propose who can log in, of these who was changed last.

        Most likely that was by whoever looks now. Without one, someone who can't.
        """
        known = Domain("portal_user", "=", True)
        known &= Domain("portal_profile_id", "=", self.id)
        is_open = known & Domain("portal_state", "in", OPEN_STATES)
        partners, order = self.env["res.partner"], "write_date DESC, id DESC"
        recent = partners.search(is_open, order=order, limit=PROPOSED)
        proposed = recent.filtered(lambda one: one._can_be_seen_logged_in())[:1]
        return proposed or partners.search(known, order=order, limit=1)
