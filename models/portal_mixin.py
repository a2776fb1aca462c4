from odoo import models


class PortalMixin(models.AbstractModel):
    """Records that customers have pages of tell what of them came through the portal."""

    _name = "portal.mixin"
    _inherit = ["portal.mixin", "customer.portal.origin.mixin"]
