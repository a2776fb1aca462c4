from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_see_as_customer(self):
        """Open the portal as this contact sees it, in another tab of the browser."""
        self.ensure_one()
        self.env["customer.portal.viewing"]._open(self)
        return self._get_viewing_action()

    def _get_viewing_action(self, url="/my"):
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}
