from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...const import CASE_FIELD_MAP, PROFILE_CODES
from ..record.rendering import NUMBER_TYPES

CHART_TYPES = [("pie", "Pie"), ("bar", "Bar"), ("line", "Line")]
CHART_INTERVALS = [
    ("day", "Day"),
    ("week", "Week"),
    ("month", "Month"),
    ("quarter", "Quarter"),
    ("year", "Year"),
]
CHART_MEASURES = [
    ("count", "Number of records"),
    ("sum", "Sum"),
    ("average", "Average"),
    ("duration", "Average time from creation"),
]
CHART_RECORDS = [("all", "All"), ("open", "Open"), ("closed", "Closed")]
CHART_PERIODS = [
    ("all", "All time"),
    ("days_30", "Last 30 days"),
    ("days_90", "Last 90 days"),
    ("months_12", "Last 12 months"),
    ("year", "This year"),
]
# Types of fields that charts group by: what stands in them is short and repeats.
CHART_GROUPS = ("selection", "many2one", "many2many", "boolean", "date", "datetime")

FITTING_NAMES = ("module_id", "group_field_id", "measure", "measure_field_id")
# What else says how it is drawn.
CHOICE_NAMES = ("chart_type", "interval", "measure", "records", "period")
DATE_TYPES = ("date", "datetime")
# What a preset says of it.
PRESET_NAMES = ("chart_type", "measure", "records", "period")


class CustomerPortalChart(models.Model):
    """A picture of the records of a module.

    It says what to draw, never of whom: each customer sees their own records in it,
    by fields that their profile shows.
    """

    _name = "customer.portal.chart"
    _inherit = "customer.portal.cache.mixin"
    _description = "Customer Portal Chart"
    _order = "sequence, id"

    name = fields.Char("Title", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    module_id = fields.Many2one(
        "customer.portal.module", required=True, index=True, ondelete="cascade"
    )
    chart_type = fields.Selection(CHART_TYPES, "Type", required=True, default="bar")
    group_field_id = fields.Many2one(
        "customer.portal.module.field",
        "Group By",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('module_id', '=', module_id), ('groupable', '=', True)]",
        help="A field that customers can group by in the module.",
    )
    is_by_date = fields.Boolean(compute="_compute_is_by_date")
    interval = fields.Selection(CHART_INTERVALS, required=True, default="month")
    measure = fields.Selection(CHART_MEASURES, required=True, default="count")
    measure_field_id = fields.Many2one(
        "customer.portal.module.field",
        "Measured Field",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('module_id', '=', module_id)]",
        help="The field to add up. For an average time, the date on which the time "
        "ends; it starts when the record is created.",
    )
    records = fields.Selection(CHART_RECORDS, required=True, default="all")
    period = fields.Selection(
        CHART_PERIODS,
        required=True,
        default="all",
        help="Based on the date the chart is grouped by, or else on the creation date.",
    )
    widget_ids = fields.One2many("customer.portal.widget", "chart_id")
    problem = fields.Char(compute="_compute_problem")

    # === COMPUTE METHODS === #

    @api.depends("group_field_id")
    def _compute_is_by_date(self):
        for chart in self:
            chart.is_by_date = chart._get_type("group_field_id") in DATE_TYPES

    @api.depends(*FITTING_NAMES, *CHOICE_NAMES, "module_id.problem")
    @api.depends_context("lang")
    def _compute_problem(self):
        for chart in self:
            chart.problem = chart.module_id.problem or chart._get_problem()

    # === CONSTRAINT METHODS === #

    @api.constrains(*FITTING_NAMES)
    def _check_fits(self):
        """Refuse what does not fit; of a module that waits for its app, later on."""
        for chart in self.filtered(lambda chart: not chart.module_id.problem):
            if problem := chart._get_problem():
                raise ValidationError(
                    self.env._(
                        "%(chart)s: %(problem)s", chart=chart.name, problem=problem
                    )
                )

    @api.constrains("module_id", "group_field_id", "measure_field_id")
    def _check_module(self):
        for chart in self:
            lines = chart.group_field_id | chart.measure_field_id
            if lines.module_id != chart.module_id:
                raise ValidationError(
                    self.env._(
                        "%(chart)s: all fields must belong to the %(module)s module.",
                        chart=chart.name,
                        module=chart.module_id.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Show the new chart in every profile as a row that is switched off."""
        charts = super().create(vals_list)
        profiles = self.env["customer.portal.profile"].with_context(active_test=False)
        profiles.search(Domain.TRUE)._add_widgets(charts)
        return charts

    @api.onchange("module_id")
    def _onchange_module_id(self):
        for name in ("group_field_id", "measure_field_id"):
            if self[name].module_id != self.module_id:
                self[name] = False

    # === BUSINESS METHODS === #

    @api.model
    def _load_charts(self):
        """Add the charts of presets once, each as a record of this addon.

        A module of which somebody has removed the field has no such chart.
        """
        for preset in self.env["customer.portal.preset.chart"].search(Domain.TRUE):
            xmlid = f"customer_portal.chart_{preset.code}"
            if self.env.ref(xmlid, raise_if_not_found=False):
                continue
            chart = self._make_chart(preset)
            self.env["ir.model.data"]._update_xmlids(
                [{"xml_id": xmlid, "record": chart, "noupdate": True}] if chart else []
            )

    @api.model
    def _make_chart(self, preset):
        modules = self.env["customer.portal.module"].with_context(active_test=False)
        module = modules.search([("code", "=", preset.module)])
        lines = {line.name: line.id for line in module.field_ids}
        if not {preset.group, preset.measured} - {False} <= lines.keys():
            return self.browse()
        values = preset.copy_data()[0]
        return self.create(
            {
                **{name: values[name] for name in ("name", "sequence", *PRESET_NAMES)},
                "module_id": module.id,
                "group_field_id": lines[preset.group],
                "measure_field_id": lines.get(preset.measured),
            }
        )

    def _get_line(self, name):
        """Return a published field, or where cases have moved, that in its place."""
        line = self[name]
        if not line or line.available:
            return line
        twins = {
            twin for twin, original in CASE_FIELD_MAP.items() if original == line.name
        } | {CASE_FIELD_MAP.get(line.name)}
        return line.module_id.field_ids.filtered(
            lambda other: other.name in twins and other.available
        )[:1]

    def _get_type(self, name):
        """Return the type of a field, None where there is none."""
        line = self._get_line(name)
        field = line and line._get_field()
        return field.type if field else None

    def _get_problem(self):
        """Return why the chart cannot be drawn, and nothing if it can.

        :rtype: str | None
        """
        self.ensure_one()
        if self.module_id.code in PROFILE_CODES:
            return self.env._("This module has no list.")
        for name in CHOICE_NAMES:
            if self[name] not in self._fields[name].get_values(self.env):
                return self.env._(
                    "“%(value)s” is not a valid option.", value=self[name]
                )
        if self._get_type("group_field_id") not in CHART_GROUPS:
            return self.env._(
                "Charts can only be grouped by a selection, a date, a checkbox or a "
                "linked record."
            )
        if not self._get_line("group_field_id").groupable:
            return self.env._("Customers can't group by this field in the module.")
        return self._get_measure_problem()

    def _get_measure_problem(self):
        if self.measure == "count":
            return None
        kind = self._get_type("measure_field_id")
        if self.measure == "duration" and kind not in DATE_TYPES:
            return self.env._("Choose the date on which the measured time ends.")
        if self.measure != "duration" and kind not in NUMBER_TYPES:
            return self.env._("Sums and averages need a numeric field.")
        if not self._get_line("measure_field_id")._get_field().store:
            return self.env._("Only stored fields can be measured.")
        return None
