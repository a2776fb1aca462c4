from odoo import api, models


class CustomerPortalRecord(models.AbstractModel):
    _inherit = "customer.portal.record"

    # === THE SECTION ON THE RECORD'S PAGE === #

    @api.private
    def get_preparation(self, module, res_id):
        if module != "visits":
            return None
        visit = self.env["customer.portal.gate"]._find_for(module, res_id, "see")
        return visit and visit.preparation

    # === THE TYPE OF FIELD === #

    @api.model
    def _get_converter(self, field):
        if field.type == "time_of_day":
            return self.env["ir.qweb.field.float_time"]
        return super()._get_converter(field)
