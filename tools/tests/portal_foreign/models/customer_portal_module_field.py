from odoo import api, models


class CustomerPortalModuleField(models.Model):
    _inherit = "customer.portal.module.field"

    @api.model
    def _get_form_types(self):
        return (*super()._get_form_types(), "time_of_day")
