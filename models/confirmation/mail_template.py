from odoo import api, models

from .letters import REPORT_TEMPLATE, REQUEST_TEMPLATE


class MailTemplate(models.Model):
    _inherit = "mail.template"

    @api.model
    def _get_portal_templates(self):
        return [
            *super()._get_portal_templates(),
            (None, self.env._("Access review"), REQUEST_TEMPLATE),
            (None, self.env._("Access review not answered"), REPORT_TEMPLATE),
        ]
