from odoo import models

from ...icons import ICONS


class IrQweb(models.AbstractModel):
    _inherit = "ir.qweb"

    def _prepare_frontend_environment(self, values):
        """Let templates mark what they make for our scripts, and know the icons."""
        result = super()._prepare_frontend_environment(values)
        values["portal_icons"] = ICONS
        ir_http = self.env["ir.http"]
        if ir_http._get_portal_page():
            values["portal_key"] = ir_http._get_portal_key()
        return result
