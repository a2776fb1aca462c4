from odoo import api, fields, models


class CustomerPortalWidget(models.Model):
    _inherit = "customer.portal.widget"

    kind = fields.Selection(
        selection_add=[("visits", "Next Visits")], ondelete={"visits": "cascade"}
    )

    @api.model
    def _get_kinds(self):
        return {**super()._get_kinds(), "visits": {"name": "Next Visits"}}

    @api.model
    def _get_explanations(self):
        text = self.env._("The visits that are planned.")
        return {**super()._get_explanations(), "visits": text}
