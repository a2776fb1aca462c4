from odoo import api, models
from odoo.fields import Domain


class CustomerPortalGate(models.AbstractModel):
    _inherit = "customer.portal.gate"

    # === THE WIDGET === #

    @api.model
    def _get_content(self, user, widget):
        if widget.kind == "visits":
            return self._find_next_visits(user)
        return super()._get_content(user, widget)

    @api.model
    def _find_next_visits(self, user):
        domain = self.domain(user, "visits") & Domain("state", "=", "planned")
        return self.env["portal.visit"].sudo().search(domain, limit=5).mapped("name")

    # === THE TYPE OF FIELD === #

    @api.model
    def _is_fit(self, kind, value):
        return super()._is_fit("float" if kind == "time_of_day" else kind, value)
