from odoo import fields, models


class TimeOfDay(fields.Float):
    """Hours since midnight: 14.5 is half past two in the afternoon."""

    type = "time_of_day"


class IrModelFields(models.Model):
    _inherit = "ir.model.fields"

    ttype = fields.Selection(
        selection_add=[("time_of_day", "time_of_day")],
        ondelete={"time_of_day": "cascade"},
    )
