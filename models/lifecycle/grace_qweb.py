from odoo import models


class IrQweb(models.AbstractModel):
    _inherit = "ir.qweb"

    def _prepare_frontend_environment(self, values):
        """Let templates leave out what a customer in grace would be refused."""
        result = super()._prepare_frontend_environment(values)
        values["portal_reads"] = self.env["customer.portal.grace"]._is_on()
        return result
