from odoo import models


class IrQweb(models.AbstractModel):
    _inherit = "ir.qweb"

    def _prepare_frontend_environment(self, values):
        """Let templates mark what they make for our scripts."""
        result = super()._prepare_frontend_environment(values)
        ir_http = self.env["ir.http"]
        if ir_http._get_portal_page():
            values["portal_key"] = ir_http._get_portal_key()
        return result
