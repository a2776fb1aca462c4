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
    def _get_content(self, user, widget):
        if widget.kind == "visits":
            return self._find_next_visits(user)
        return super()._get_content(user, widget)

    @api.model
    def _find_next_visits(self, user):
        gate = self.env["customer.portal.gate"]
        domain = gate.domain(user, "visits") & Domain("state", "=", "planned")
        return self.env["portal.visit"].sudo().search(domain, limit=5).mapped("name")
