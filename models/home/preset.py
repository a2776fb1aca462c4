from odoo import api, fields, models
from odoo.fields import Domain


class CustomerPortalPresetChart(models.Model):
    """A chart that is there from the start: data that no page changes."""

    _name = "customer.portal.preset.chart"
    _description = "Customer Portal Chart Preset"
    _order = "sequence, id"
    _rec_name = "code"

    code = fields.Char(required=True)
    sequence = fields.Integer()
    name = fields.Char(required=True)
    module = fields.Char(required=True, help="The code of the module.")
    group = fields.Char(
        "Group By", required=True, help="The published field to group by."
    )
    measured = fields.Char(help="The published field to measure.")
    chart_type = fields.Char(required=True)
    measure = fields.Char(required=True)
    records = fields.Char(required=True)
    period = fields.Char(required=True)


class CustomerPortalPresetWidget(models.Model):
    """A widget with which a profile begins that comes with the addon."""

    _name = "customer.portal.preset.widget"
    _description = "Customer Portal Widget Preset"
    _order = "profile, id"
    _rec_name = "kind"

    profile = fields.Char(required=True, help="The preset of the profile.")
    kind = fields.Char(required=True)

    @api.model
    def _get_kinds_by_profile(self):
        """Return the kinds of widgets that profiles begin with, by their preset.

        :rtype: dict[str, set[str]]
        """
        presets = self.sudo().search(Domain.TRUE).grouped("profile")
        return {profile: set(rows.mapped("kind")) for profile, rows in presets.items()}
