from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from werkzeug.urls import url_encode

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formatLang

from ...utils import get_zone
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


class CustomerPortalChart(models.Model):
    """What a chart draws: records of the list behind it, by fields that are shown.

    A group of a chart is something that a ``ListQuery`` can ask for, and Odoo's own
    pages, which cannot be asked so, get a list beside them. So the number in a chart is
    that of the list, whoever looks.
    """

    _inherit = "customer.portal.chart"

    @api.model
    def _get_portal_chart(self, chart_id):
        """Return a chart as a user's profile shows it; None if it does not.

        :return: dict with ``id``, ``name``, ``type``, ``group``, ``measure``,
            ``counts`` (are records counted?), ``total``, ``total_text``, ``is_mine``
            (could they see more than their own?), ``url`` and ``slices``: dicts with
            ``key``, ``label``, ``count``, ``value``, ``text``, ``colour`` and ``url``
        :rtype: dict | None
        """
        gate = self.env["customer.portal.gate"]
        right, spec = gate._find_chart(chart_id)
        if not spec:
            return None
        scope = self.env["customer.portal.record"].default_scope(right.code)
        model, domain = self._get_drawn_records(right, spec, scope)
        groups = self._read_groups(model, domain, spec)
        total = self._count_drawn(model, domain, spec, groups)
        unit = self._get_unit(model, spec, groups)
        colours = self._get_colours(model, spec, groups)
        return {
            "id": spec.id,
            "name": self._get_name(spec.id, self.env.lang),
            "type": self._get_drawn_type(spec, groups),
            "group": gate._get_labels(right.code, self.env.lang).fields[spec.group],
            "measure": self._get_measure_label(right, spec, unit),
            "counts": spec.measure == "count",
            "total": total,
            "total_text": self._get_total_text(total),
            # Odoo's own pages know no scope.
            "is_mine": scope == "mine" and not right.native,
            "url": self._get_group_url(right, spec, scope),
            "slices": [
                {
                    **self._make_slice(one, unit),
                    "colour": colours[one.key],
                    "url": self._get_group_url(right, spec, scope, one.key),
                }
                for one in groups
            ],
        }

    @api.model
    def _get_portal_group(self, chart_id, key, limit=20, offset=0):
        """Return the list behind a part of a chart of one of Odoo's own pages.

        :param str key: from an address; empty for the whole chart
        :return: dict with ``name``, ``module``, ``url`` of Odoo's page, ``columns``,
            ``rows``, ``total`` and ``total_text``; None if there is no such part
        :rtype: dict | None
        """
        gate = self.env["customer.portal.gate"]
        right, spec = gate._find_chart(chart_id)
        if not spec or not right.native:
            return None
        model, domain = self._get_drawn_records(right, spec)
        part = self._get_group_domain(model, domain, spec, key)
        if part is None:
            return None
        records = model.search(
            domain & part, limit=limit, offset=offset, order=right.order
        )
        module, _record, labels = gate._get_labels(right.code, self.env.lang)
        total = model.search_count(domain & part)
        return {
            "name": self._get_group_name(model, domain, spec, key),
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

    @api.model
    def _get_portal_group_name(self, module, asked):
        """Return the label of the part of a chart that a list is narrowed to.

        :rtype: str
        """
        gate = self.env["customer.portal.gate"]
        right, spec = gate._find_query_chart(module, asked.chart)
        if not spec:
            return ""
        model, domain = self._get_drawn_records(right, spec, asked.scope)
        return self._get_group_name(model, domain, spec, asked.slice)

    # === WHAT IS DRAWN === #

    @api.model
    def _count_drawn(self, model, domain, spec, groups):
        """Count the records; of several tags, one is in several parts."""
        if model._fields[spec.group].type == "many2many":
            return model.search_count(domain)
        return sum(one.count for one in groups)

    @api.model
    def _make_slice(self, group, unit):
        return {
            **group._asdict(),
            "value": unit.convert(group.value),
            "text": unit.format(group.value),
        }

    @api.model
    @snapshot_cache("profile_id")
    def _get_profile_specs(self, profile_id):
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
    def _get_name(self, chart_id, lang):
        return self.sudo().with_context(lang=lang).browse(chart_id).name

    @api.model
    def _get_drawn_model(self, right):
        """Return the model; of Odoo's own pages with the user's rights, as they do."""
        # Days begin where the customer is.
        zone = get_zone(self.env.user.sudo().tz, self.env.context.get("tz")).zone
        gate = self.env["customer.portal.gate"].with_context(tz=zone)
        if right.native:
            return gate.env[right.model_name].sudo(False)
        return gate._get_model_sudo(right)

    @api.model
    def _get_drawn_records(self, right, spec, scope=None):
        """Return the model, and which of its records a chart draws."""
        model = self._get_drawn_model(right)
        domain = self._get_spec_domain(model, right, spec)
        if right.native:
            return model, right.domain & domain
        gate = self.env["customer.portal.gate"]
        return model, gate.domain(right.code, scope) & domain

    @api.model
    def _get_spec_domain(self, model, right, spec):
        """Return what narrows a chart to some of the records of its list."""
        domain = Domain.TRUE
        if spec.records != "all":
            domain &= self.env["customer.portal.record"]._get_filter_domain(
                right, spec.records
            )
        if spec.period != "all":
            name = spec.group if spec.interval else "create_date"
            day = fields.Date.context_today(model) + PERIODS[spec.period]
            domain &= Domain(name, ">=", self._get_bound(model, name, day))
        if spec.measure == "duration":
            domain &= Domain(spec.measured, "!=", False)
        return domain

    @api.model
    def _get_group_name(self, model, domain, spec, key):
        name = self._get_name(spec.id, self.env.lang)
        label = self._get_key_label(model, domain, spec, key)
        return f"{name}: {label}" if label else name

    @api.model
    def _get_drawn_type(self, spec, groups):
        """Draw bars where a pie would show less than nothing as a part."""
        is_pie = spec.chart_type == "pie"
        return "bar" if is_pie and any(s.value < 0 for s in groups) else spec.chart_type

    @api.model
    def _get_measure_label(self, right, spec, unit):
        gate = self.env["customer.portal.gate"]
        labels = gate._get_labels(right.code, self.env.lang).fields
        if spec.measure == "count":
            return self.env._("Count")
        if spec.measure == "duration":
            return unit.label
        if unit.currency:
            return f"{labels[spec.measured]} ({unit.currency.name})"
        return labels[spec.measured]

    @api.model
    def _get_total_text(self, total):
        if total == 1:
            return self.env._("1 record")
        return self.env._("%(count)s records", count=total)

    @api.model
    def _get_group_url(self, right, spec, scope, key=""):
        args = {"slice": key} if key else {}
        if right.native:
            url = f"/my/chart/{spec.id}"
        else:
            url = self.env["customer.portal.gate"]._make_page_url(right.code)
            args = {"chart": spec.id, **args, "scope": scope}
        return f"{url}?{url_encode(args)}" if args else url

    @api.model
    def _make_native_row(self, right, record):
        row = self.env["customer.portal.record"]._make_row(right, record, "", "list")
        return {**row, "url": record.access_url or right.paths[0]}

    @api.model
    def _get_colours(self, model, spec, groups):
        """Return the colours of parts by their keys.

        A value has the same one in all charts, unless another value of this one has it.
        """
        values = self._get_colour_places(model, spec, groups)
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
    def _get_colour_places(self, model, spec, groups):
        """Return numbers of the values among the parts, the same ones in all charts.

        Only dates are numbered within the chart: of them, the order matters.
        """
        keys = [one.key for one in groups]
        field = model._fields[spec.group]
        if spec.interval:
            return {key: place for place, key in enumerate(keys)}
        if field.type == "selection":
            values = field.get_values(self.env)
            return {key: values.index(key) for key in keys if key in values}
        return {key: int(key) for key in keys if key not in (NONE, OTHERS)}

    @api.model
    def _get_unit(self, model, spec, groups):
        """Return how the numbers of a chart are written."""
        if spec.measure == "duration":
            longest = max((one.value for one in groups), default=0)
            if longest < 48 * HOUR:
                return ChartUnit(self.env, HOUR, self.env._("Average time in hours"))
            return ChartUnit(self.env, 24 * HOUR, self.env._("Average time in days"))
        if spec.measured and model._fields[spec.measured].type == "monetary":
            return ChartUnit(self.env, currency=self.env.company.currency_id)
        return ChartUnit(self.env, digits=0 if spec.measure == "count" else 2)


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
