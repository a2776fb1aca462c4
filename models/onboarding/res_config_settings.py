from odoo import models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    def action_show_portal_onboarding(self):
        """Bring Getting Started back, and lead there."""
        self.check_access("write")
        company = self.company_id or self.env.company
        company.sudo().portal_onboarding_closed = False
        return self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.res_partner_action_portal"
        )
