from odoo import models


class PortalMixin(models.AbstractModel):
    """Records with pages for customers tell what of them came through the portal."""

    _name = "portal.mixin"
    _inherit = ["portal.mixin", "customer.portal.origin.mixin"]
