from odoo import api, fields, models
from odoo.fields import Domain


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

    @api.model
    def _get_content(self, widget):
        if widget.kind == "visits":
            return self._find_next_visits()
        return super()._get_content(widget)

    @api.model
    def _find_next_visits(self):
        gate = self.env["customer.portal.gate"]
        domain = gate.domain("visits") & Domain("state", "=", "planned")
        return self.env["portal.visit"].sudo().search(domain, limit=5).mapped("name")
