from odoo import models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_see_as_customer(self):
        """Open the portal as this contact sees it, in another tab of the browser."""
        self.ensure_one()
        self.env["customer.portal.viewing"]._open(self)
        return self._get_viewing_action()

    def _get_viewing_action(self, url="/my"):
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    def _can_be_seen_logged_in(self):
        """Say whether the reader may see the portal as a customer who can log in."""
        try:
            user = self.env["customer.portal.viewing"]._find_customer(self)
        except UserError:
            return False
        return not user._get_portal_refusal()
