from odoo import fields, models


class CustomerPortalPresetChart(models.Model):
    """A chart that is there from the start: data that no page changes."""

    _name = "customer.portal.preset.chart"
    _description = "Customer Portal Preset of a Chart"
    _order = "sequence, id"
    _rec_name = "code"

    code = fields.Char(required=True)
    sequence = fields.Integer()
    name = fields.Char(required=True)
    module = fields.Char(required=True, help="The code of the module.")
    group = fields.Char(required=True, help="The published field to group by.")
    measured = fields.Char(help="The published field that is measured.")
    chart_type = fields.Char(required=True)
    measure = fields.Char(required=True)
    records = fields.Char(required=True)
    period = fields.Char(required=True)
