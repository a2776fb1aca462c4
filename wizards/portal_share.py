from odoo import models


class PortalShare(models.TransientModel):
    _inherit = "portal.share"

    def _compute_share_link(self):
        """Lead to the Portal URL: the link is there to be sent to customers."""
        result = super()._compute_share_link()
        letter = self.env["customer.portal.letter"]
        for wizard in self.filtered("share_link"):
            wizard.share_link = letter._replace_base_url(
                wizard.resource_ref, wizard.share_link
            )
        return result
