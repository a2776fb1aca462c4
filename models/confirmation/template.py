from odoo import api, models

from .letters import REPORT_TEMPLATE, REQUEST_TEMPLATE


class CustomerPortalTemplate(models.AbstractModel):
    _inherit = "customer.portal.template"

    @api.model
    def _get_templates(self):
        return [
            *super()._get_templates(),
            (None, self.env._("Access review"), REQUEST_TEMPLATE),
            (None, self.env._("Access review not answered"), REPORT_TEMPLATE),
        ]
