from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        """Have the texts of our scripts translated for customers, too."""
        return [*super()._get_translation_frontend_modules_name(), "customer_portal"]
