from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _find_extension_agent(self):
        """Let somebody hear of a request where no representative does."""
        agent = super()._find_extension_agent()
        return agent or self.env["customer.portal.agents"]._find(self)[:1]
