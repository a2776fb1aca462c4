from odoo import api, models


class IrRule(models.Model):
    """Note what programs are refused that call without a session."""

    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        refusals = self.env["customer.portal.refusal"]
        refusals._note_call(operation, records._name, records._ids)
        return super()._make_access_error(operation, records)


class IrModelAccess(models.Model):
    _inherit = "ir.model.access"

    @api.model
    def _make_access_error(self, model, mode):
        self.env["customer.portal.refusal"]._note_call(mode, model, ())
        return super()._make_access_error(model, mode)
