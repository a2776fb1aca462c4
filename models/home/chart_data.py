from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from werkzeug.urls import url_encode

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formatLang

from ...utils import get_zone, read_number
from ..base.snapshot_cache import snapshot_cache
from .chart_groups import NONE, OTHERS

# Okabe and Ito's with a grey: colour-blind people tell them apart, on a bright page and
# on a dark one.
COLOURS = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#d55e00",
    "#f0e442",
    "#6e6e6e",
)

# From today to the first day of a period.
PERIODS = {
    "days_30": relativedelta(days=-30),
    "days_90": relativedelta(days=-90),
    "months_12": relativedelta(months=-11, day=1),
    "year": relativedelta(month=1, day=1),
}
HOUR = 3600


class ChartSpec(NamedTuple):
    """What a chart draws, as plain values that can be cached."""

    id: int
    code: str
    group: str
    interval: str  # of a date; else empty
    measure: str
    measured: str | None
    chart_type: str
    records: str
    period: str


class CustomerPortalGate(models.AbstractModel):
    """Charts: of the same records as the list behind them, by fields that are shown.

    A group of a chart is something that a ``ListQuery`` can ask for, and Odoo's own
    pages, which cannot be asked so, get a list beside them. So the number in a chart is
    that of the list, whoever looks.
    """

    _inherit = "customer.portal.gate"
    # Draws of them.

    @api.private
    def get_chart(self, user, chart_id):
        """Return a chart as a user's profile shows it; None if it does not.

        :return: dict with ``id``, ``name``, ``type``, ``group``, ``measure``,
            ``counts`` (whether records are counted), ``total``, ``total_text``,
            ``is_mine`` (the customer could see more than their own), ``url`` and
            ``slices``: dicts with ``key``, ``label``, ``count``, ``value``, ``text``,
            ``colour`` and ``url``
        :rtype: dict | None
        """
        right, plan = self._find_plan(user, chart_id)
        if not plan:
            return None
        scope = self.env["customer.portal.record"].default_scope(user, right.code)
        model, domain = self._get_chart_source(user, right, plan, scope)
        groups = self._read_chart_groups(model, domain, plan)
        # Of several tags, a record is in several parts.
        is_many = model._fields[plan.group].type == "many2many"
        total = (
            model.search_count(domain) if is_many else sum(one.count for one in groups)
        )
        unit = self._get_chart_unit(model, plan, groups)
        colours = self._get_colours(model, plan, groups)
        return {
            "id": plan.id,
            "name": self._get_chart_name(plan.id, self.env.lang),
            "type": self._get_chart_type(plan, groups),
            "group": self._get_words(right.code, self.env.lang)[1][plan.group],
            "measure": self._get_measure_label(right, plan, unit),
            "counts": plan.measure == "count",
            "total": total,
            "total_text": self._get_total_text(total),
            # Odoo's own pages know no scope.
            "is_mine": scope == "mine" and not right.native,
            "url": self._get_chart_group_url(right, plan, scope),
            "slices": [
                {
                    **one._asdict(),
                    "value": unit.convert(one.value),
                    "text": unit.format(one.value),
                    "colour": colours[one.key],
                    "url": self._get_chart_group_url(right, plan, scope, one.key),
                }
                for one in groups
            ],
        }

    @api.private
    def get_chart_group(self, user, chart_id, key, limit=20, offset=0):
        """Return the list behind a part of a chart of one of Odoo's own pages.

        :param str key: from an address; empty for the whole chart
        :return: dict with ``name``, ``module``, ``url`` of Odoo's page, ``columns``,
            ``rows``, ``total`` and ``total_text``; None if there is no such part
        :rtype: dict | None
        """
        right, plan = self._find_plan(user, chart_id)
        if not plan or not right.native:
            return None
        model, domain = self._get_chart_source(user, right, plan)
        part = self._get_chart_group_domain(model, domain, plan, key)
        if part is None:
            return None
        records = model.search(
            domain & part, limit=limit, offset=offset, order=right.order
        )
        module, labels = self._get_words(right.code, self.env.lang)
        total = model.search_count(domain & part)
        return {
            "name": self._get_chart_group_name(model, domain, plan, key),
            "module": module,
            "url": right.paths[0] if right.paths else "/my",
            "columns": [
                {"name": name, "label": labels[name], "type": model._fields[name].type}
                for name in right.names["list"]
            ],
            "rows": [self._make_native_row(right, one) for one in records.sudo()],
            "total": total,
            "total_text": self._get_total_text(total),
        }

    @api.private
    def chart_group_name(self, user, module, asked):
        """Return what part of a chart a list is narrowed to, in words.

        :rtype: str
        """
        right, plan = self._find_query_chart(user, module, asked.chart)
        if not plan:
            return ""
        model, domain = self._get_chart_source(user, right, plan, asked.scope)
        return self._get_chart_group_name(model, domain, plan, asked.slice)

    @api.model
    def _find_query_chart(self, user, code, chart):
        number = read_number(chart)
        right, plan = self._find_plan(user, number) if number else (None, None)
        return (right, plan) if plan and plan.code == code else (None, None)

    # === WHAT IS DRAWN === #

    @api.model
    def _find_plan(self, user, chart_id):
        """Return the right and the plan of a chart that a user sees, else none.

        They see it if their profile switches it on and shows the fields that it groups
        by and measures.
        """
        right = None
        if user._is_portal():
            profile_id = self._get_profile_id(user)
            plan = self._get_profile_plans(profile_id).get(chart_id)
            right = plan and self._get_rights(user).get(plan.code)
        if not right or not self._may_draw(right, plan):
            return None, None
        if right.native and not self._get_chart_model(user, right).has_access("read"):
            return None, None
        return right, plan

    @api.model
    def _may_draw(self, right, plan):
        needed = {plan.measured} if plan.measured else set()
        if plan.measure == "duration":
            needed.add("create_date")
        return plan.group in right.names["group"] and needed <= {*right.names["read"]}

    @api.model
    @snapshot_cache("profile_id")
    def _get_profile_plans(self, profile_id):
        """Return the charts that a profile switches on, by their id."""
        widgets = self.env["customer.portal.profile"].sudo().browse(profile_id)
        charts = widgets.widget_ids.filtered("visible").chart_id
        return {
            chart.id: ChartSpec(
                id=chart.id,
                code=chart.module_id.code,
                group=chart._get_line("group_field_id").name,
                interval=chart.interval if chart.is_by_date else "",
                measure=chart.measure,
                measured=(
                    chart._get_line("measure_field_id").name
                    if chart.measure != "count"
                    else None
                ),
                chart_type=chart.chart_type,
                records=chart.records,
                period=chart.period,
            )
            for chart in charts
            if chart.active and not chart.problem
        }

    @api.model
    @snapshot_cache("chart_id", "lang")
    def _get_chart_name(self, chart_id, lang):
        charts = self.env["customer.portal.chart"].sudo().with_context(lang=lang)
        return charts.browse(chart_id).name

    @api.model
    def _get_chart_model(self, user, right):
        """Return the model; of Odoo's own pages with the user's rights, as they do."""
        # Days begin where the customer is.
        zone = get_zone(user.sudo().tz, self.env.context.get("tz")).zone
        gate = self.with_context(tz=zone)
        if right.native:
            return gate.env[right.model_name].with_user(user).sudo(False)
        return gate._get_model_sudo(user, right)

    @api.model
    def _get_chart_source(self, user, right, plan, scope=None):
        """Return the model, and which of its records a chart draws."""
        model = self._get_chart_model(user, right)
        domain = self._get_plan_domain(model, right, plan)
        if right.native:
            return model, right.domain & domain
        return model, self.domain(user, right.code, scope) & domain

    @api.model
    def _get_plan_domain(self, model, right, plan):
        """Return what narrows a chart to some of the records of its list."""
        pages = self.env["customer.portal.record"]
        domain = Domain.TRUE
        if plan.records != "all":
            domain &= pages._get_filter_domain(right, plan.records)
        if plan.period != "all":
            name = plan.group if plan.interval else "create_date"
            day = fields.Date.context_today(model) + PERIODS[plan.period]
            domain &= Domain(name, ">=", self._get_bound(model, name, day))
        if plan.measure == "duration":
            domain &= Domain(plan.measured, "!=", False)
        return domain

    @api.model
    def _get_chart_group_name(self, model, domain, plan, key):
        name = self._get_chart_name(plan.id, self.env.lang)
        label = self._get_key_label(model, domain, plan, key)
        return f"{name}: {label}" if label else name

    @api.model
    def _get_chart_type(self, plan, groups):
        """Draw bars where a pie would show less than nothing as a part."""
        is_pie = plan.chart_type == "pie"
        return "bar" if is_pie and any(s.value < 0 for s in groups) else plan.chart_type

    @api.model
    def _get_measure_label(self, right, plan, unit):
        labels = self._get_words(right.code, self.env.lang)[1]
        if plan.measure == "count":
            return self.env._("Count")
        if plan.measure == "duration":
            return unit.label
        if unit.currency:
            return f"{labels[plan.measured]} ({unit.currency.name})"
        return labels[plan.measured]

    @api.model
    def _get_total_text(self, total):
        if total == 1:
            return self.env._("1 record")
        return self.env._("%(count)s records", count=total)

    @api.model
    def _get_chart_group_url(self, right, plan, scope, key=""):
        args = {"slice": key} if key else {}
        if right.native:
            url = f"/my/chart/{plan.id}"
        else:
            url = self._make_page_url(right.code)
            args = {"chart": plan.id, **args, "scope": scope}
        return f"{url}?{url_encode(args)}" if args else url

    @api.model
    def _make_native_row(self, right, record):
        row = self.env["customer.portal.record"]._make_row(right, record, "", "list")
        return {**row, "url": record.access_url or right.paths[0]}

    @api.model
    def _get_colours(self, model, plan, groups):
        """Return the colours of parts by their keys.

        A value has the same one in all charts, unless another value of this one has it.
        """
        values = self._get_colour_places(model, plan, groups)
        # What is no value gets what they leave, grey if it can.
        places = dict(sorted(values.items(), key=lambda item: item[1]))
        places |= {one.key: -1 for one in groups if one.key not in values}
        colours = {}
        for key, place in places.items():
            start = place % len(COLOURS)
            wished = COLOURS[start:] + COLOURS[:start]
            taken = set(colours.values())
            colours[key] = next((one for one in wished if one not in taken), wished[0])
        return colours

    @api.model
    def _get_colour_places(self, model, plan, groups):
        """Return numbers of the values among the parts, the same ones in all charts.

        Only dates are numbered within the chart: of them, the order matters.
        """
        keys = [one.key for one in groups]
        field = model._fields[plan.group]
        if plan.interval:
            return {key: place for place, key in enumerate(keys)}
        if field.type == "selection":
            values = field.get_values(self.env)
            return {key: values.index(key) for key in keys if key in values}
        return {key: int(key) for key in keys if key not in (NONE, OTHERS)}

    @api.model
    def _get_chart_unit(self, model, plan, groups):
        """Return how the numbers of a chart are written."""
        if plan.measure == "duration":
            longest = max((one.value for one in groups), default=0)
            if longest < 48 * HOUR:
                return ChartUnit(self.env, HOUR, self.env._("Average time in hours"))
            return ChartUnit(self.env, 24 * HOUR, self.env._("Average time in days"))
        if plan.measured and model._fields[plan.measured].type == "monetary":
            return ChartUnit(self.env, currency=self.env.company.currency_id)
        return ChartUnit(self.env, digits=0 if plan.measure == "count" else 2)


class ChartUnit:
    """How a number of a chart is written in the customer's language."""

    def __init__(self, env, size=1, label="", digits=1, currency=None):
        self.env, self.size, self.label = env, size, label
        self.digits, self.currency = digits, currency

    def convert(self, value):
        """Return a number to draw."""
        return round(value / self.size, 2)

    def format(self, value):
        """Return a number to read."""
        if self.currency:
            return formatLang(self.env, value, currency_obj=self.currency)
        return formatLang(self.env, value / self.size, digits=self.digits)
