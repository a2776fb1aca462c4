from odoo import api, models


class CustomerPortalGate(models.AbstractModel):
    _inherit = "customer.portal.gate"

    # === THE TYPE OF FIELD === #

    @api.model
    def _is_fit(self, kind, value):
        return super()._is_fit("float" if kind == "time_of_day" else kind, value)
