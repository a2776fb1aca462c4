from odoo import api, models


class ResLang(models.Model):
    _inherit = "res.lang"

    @api.model_create_multi
    def create(self, vals_list):
        langs = super().create(vals_list)
        if any(langs.mapped("active")):
            self.env["customer.portal.faq"]._make_indexes()
        return langs

    def write(self, vals):
        """Index FAQs in a language that is added."""
        result = super().write(vals)
        if vals.get("active"):
            self.env["customer.portal.faq"]._make_indexes()
        return result
