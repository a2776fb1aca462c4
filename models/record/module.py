from odoo import models

from .products import LINES, PRODUCTS


class CustomerPortalModule(models.Model):
    """Products can be shown to whoever has bought them."""

    _inherit = "customer.portal.module"

    def _is_bought(self):
        is_sold = self.model_name in PRODUCTS and LINES in self.env
        return is_sold or super()._is_bought()
