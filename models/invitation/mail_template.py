from odoo import api, models


class MailTemplate(models.Model):
    _inherit = "mail.template"

    @api.model
    def _get_portal_templates(self):
        own = "customer_portal.mail_template"
        return [
            *super()._get_portal_templates(),
            (None, self.env._("Invitation reminder"), f"{own}_invitation_reminder"),
            (None, self.env._("Registration: confirmation"), f"{own}_join_confirm"),
            (None, self.env._("Registration: address in use"), f"{own}_join_known"),
            (None, self.env._("Registration: to approve"), f"{own}_join_waiting"),
            (None, self.env._("Registration: refused"), f"{own}_join_refused"),
        ]
