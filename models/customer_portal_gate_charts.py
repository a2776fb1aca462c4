from datetime import date, datetime, time
from typing import NamedTuple

import babel.dates
import pytz
from dateutil.relativedelta import relativedelta
from werkzeug.urls import url_encode

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, formatLang, get_lang, ormcache
from odoo.tools.misc import babel_locale_parse

# More parts than this are put together as others: nobody tells their colours apart.
SLICE_LIMIT = 8
DATE_LIMIT = 60
# What stands in an address for records without a value, and for the parts too many.
NONE, OTHERS = "none", "others"
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
STEPS = {
    "day": relativedelta(days=1),
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "year": relativedelta(years=1),
}
LABELS = {
    "month": "MMM yyyy",
    "quarter": "QQQ yyyy",
    "week": "'W'w YYYY",
    "year": "yyyy",
}
# From today to the first day of a period.
PERIODS = {
    "days_30": relativedelta(days=-30),
    "days_90": relativedelta(days=-90),
    "months_12": relativedelta(months=-11, day=1),
    "year": relativedelta(month=1, day=1),
}
HOUR = 3600


class Plan(NamedTuple):
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


class Slice(NamedTuple):
    """A part of a chart."""

    key: str  # stands for it in an address
    label: str
    count: int  # of records
    value: float  # what is measured


class CustomerPortalGateCharts(models.AbstractModel):
    """Charts: of the same records as the list behind them, by fields that are shown.

    A slice of a chart is something to be ``Asked`` of a list, and Odoo's own pages,
    which cannot be asked so, get a list beside them. So the number in a chart is that
    of the list, whoever looks.
    """

    _name = "customer.portal.gate.charts"
    _description = "Customer Portal Gate: Charts"

    @api.private
    def get_chart(self, user, chart_id):
        """Return a chart as his profile shows it to a user; None if it does not.

        :return: dict with ``id``, ``name``, ``type``, ``measure``, ``total``, ``url``
            and ``slices``: dicts with ``key``, ``label``, ``count``, ``value``,
            ``text``, ``colour`` and ``url``
        :rtype: dict | None
        """
        right, plan = self._find_plan(user, chart_id)
        if not plan:
            return None
        scope = self.default_scope(user, right.code)
        model, domain = self._get_chart_source(user, right, plan, scope)
        slices = self._read_slices(model, domain, plan)
        # Of several tags, a record is in several parts.
        is_many = model._fields[plan.group].type == "many2many"
        unit = self._get_chart_unit(model, plan, slices)
        return {
            "id": plan.id,
            "name": self._get_chart_name(plan.id, self.env.lang),
            "type": plan.chart_type,
            "group": self._get_words(right.code, self.env.lang)[1][plan.group],
            "measure": self._get_measure_label(right, plan, unit),
            "total": (
                model.search_count(domain)
                if is_many
                else sum(one.count for one in slices)
            ),
            "url": self._get_slice_url(right, plan, scope),
            "slices": [
                {
                    **one._asdict(),
                    "value": unit.convert(one.value),
                    "text": unit.format(one.value),
                    "colour": COLOURS[place % len(COLOURS)],
                    "url": self._get_slice_url(right, plan, scope, one.key),
                }
                for place, one in enumerate(slices)
            ],
        }

    @api.private
    def get_slice(self, user, chart_id, key, limit=20, offset=0):
        """Return the list behind a part of a chart of one of Odoo's own pages.

        :param str key: from an address; empty for the whole chart
        :return: dict with ``name``, ``module``, ``url`` of Odoo's page, ``columns``,
            ``rows`` and ``total``; None if there is no such part
        :rtype: dict | None
        """
        right, plan = self._find_plan(user, chart_id)
        if not plan or not right.native:
            return None
        model, domain = self._get_chart_source(user, right, plan)
        part = self._get_slice_domain(model, domain, plan, key)
        if part is None:
            return None
        records = model.search(
            domain & part, limit=limit, offset=offset, order=right.order
        )
        module, labels = self._get_words(right.code, self.env.lang)
        return {
            "name": self._get_slice_name(model, domain, plan, key),
            "module": module,
            "url": right.paths[0] if right.paths else "/my",
            "columns": [
                {"name": name, "label": labels[name], "type": model._fields[name].type}
                for name in right.names["list"]
            ],
            "rows": [self._make_native_row(right, one) for one in records.sudo()],
            "total": model.search_count(domain & part),
        }

    @api.private
    def slice_name(self, user, module, asked):
        """Return what part of a chart a list is narrowed to, in words.

        :rtype: str
        """
        right, plan = self._find_asked_plan(user, module, asked.chart)
        if not plan:
            return ""
        model, domain = self._get_chart_source(user, right, plan, asked.scope)
        return self._get_slice_name(model, domain, plan, asked.slice)

    # === WHAT A LIST ASKS === #

    @api.model
    def _clean_slice(self, user, right, chart, key):
        """Keep what names a chart of the module that the user sees, and a part of it.

        :param str chart: from an address
        :return: both as an ``Asked`` has them; empty texts if they mean nothing
        :rtype: tuple[str, str]
        """
        found, plan = self._find_asked_plan(user, right.code, chart)
        if not plan:
            return "", ""
        model = self._get_chart_model(user, found)
        if self._get_slice_domain(model, Domain.TRUE, plan, key, tries=True) is None:
            key = ""
        return str(plan.id), key

    @api.model
    def _get_asked_slice_domain(self, user, right, asked):
        """Return the condition that a list shows the records of a part of a chart."""
        right, plan = self._find_asked_plan(user, right.code, asked.chart)
        if not plan:
            return Domain.TRUE
        model, domain = self._get_chart_source(user, right, plan, asked.scope)
        part = self._get_slice_domain(model, domain, plan, asked.slice)
        narrowed = self._get_plan_domain(model, right, plan)
        return narrowed if part is None else narrowed & part

    @api.model
    def _find_asked_plan(self, user, code, chart):
        if not chart.isdecimal() or not chart.isascii():
            return None, None
        right, plan = self._find_plan(user, int(chart[:10]))
        return (right, plan) if plan and plan.code == code else (None, None)

    # === WHAT IS DRAWN === #

    @api.model
    def _find_plan(self, user, chart_id):
        """Return the right and the plan of a chart that a user sees, else none.

        He sees it if his profile switches it on, and shows him the fields it groups by
        and measures.
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
    @ormcache("profile_id")
    def _get_profile_plans(self, profile_id):
        """Return the charts that a profile switches on, by their id."""
        widgets = self.env["customer.portal.profile"].sudo().browse(profile_id)
        charts = widgets.widget_ids.filtered("visible").chart_id
        return {
            chart.id: Plan(
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
    @ormcache("chart_id", "lang")
    def _get_chart_name(self, chart_id, lang):
        charts = self.env["customer.portal.chart"].sudo().with_context(lang=lang)
        return charts.browse(chart_id).name

    @api.model
    def _get_chart_model(self, user, right):
        """Return the model; of Odoo's own pages with the user's rights, as they do."""
        # Days begin where the customer is.
        gate = self.with_context(tz=user.sudo().tz or self.env.context.get("tz"))
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
        domain = Domain.TRUE
        if plan.records != "all":
            domain &= self._get_filter_domain(right, plan.records)
        if plan.period != "all":
            name = plan.group if plan.interval else "create_date"
            day = fields.Date.context_today(model) + PERIODS[plan.period]
            domain &= Domain(name, ">=", self._get_bound(model, name, day))
        if plan.measure == "duration":
            domain &= Domain(plan.measured, "!=", False)
        return domain

    # --- parts --- #

    @api.model
    def _read_slices(self, model, domain, plan):
        """Return the parts of a chart, in the order of what it groups by.

        :rtype: list[Slice]
        """
        group = f"{plan.group}:{plan.interval}" if plan.interval else plan.group
        read = self._read_durations if plan.measure == "duration" else self._read_values
        slices = [
            Slice(
                self._get_slice_key(model, plan, value),
                self._get_slice_label(model, plan, value),
                count,
                measured,
            )
            for value, count, measured in read(model, domain, plan, group)
        ]
        return self._limit_slices(plan, self._sort_slices(model, plan, slices))

    @api.model
    def _read_values(self, model, domain, plan, group):
        """Return tuples of a group, its number of records, and what is measured."""
        if plan.measure == "count":
            rows = model._read_group(domain, [group], ["__count"])
            return [(value, count, count) for value, count in rows]
        is_money = model._fields[plan.measured].type == "monetary"
        total = f"{plan.measured}:{'sum_currency' if is_money else 'sum'}"
        rows = model._read_group(domain, [group], ["__count", total])
        is_average = plan.measure == "average"
        return [
            (value, count, (total or 0) / (count if is_average else 1))
            for value, count, total in rows
        ]

    @api.model
    def _read_durations(self, model, domain, plan, group):
        """Return the same with seconds from creation, which Odoo cannot aggregate."""
        query = model._search(domain)
        term = model._read_group_groupby(model._table, group, query)
        start, end = (
            model._field_to_sql(model._table, name, query)
            for name in ("create_date", plan.measured)
        )
        query.order = model._read_group_orderby(group, {group: term}, query)
        query.groupby = term
        rows = self.env.execute_query(
            query.select(
                term,
                SQL("COUNT(DISTINCT %s)", SQL.identifier(model._table, "id")),
                SQL("AVG(EXTRACT(EPOCH FROM %s - %s))", end, start),
            )
        )
        values = model._read_group_postprocess_groupby(group, [row[0] for row in rows])
        return [
            (value, count, float(seconds or 0))
            for value, (_raw, count, seconds) in zip(values, rows, strict=True)
        ]

    @api.model
    def _sort_slices(self, model, plan, slices):
        """Sort choices as Odoo lists them, and fill the gaps between dates."""
        field = model._fields[plan.group]
        if field.type == "selection":
            places = {
                key: place for place, key in enumerate(field.get_values(self.env))
            }
            return sorted(slices, key=lambda one: places.get(one.key, len(places)))
        if not plan.interval or plan.measure in ("average", "duration"):
            return slices
        known = {one.key: one for one in slices if one.key != NONE}
        days = self._get_days(plan, known)
        filled = [
            known.get(key) or Slice(key, self._format_day(plan, key), 0, 0)
            for key in days
        ]
        return [one for one in slices if one.key == NONE] + filled

    @api.model
    def _get_days(self, plan, known):
        """Return the keys from the first to the last one, without a gap.

        As many as are shown at most: somebody may have typed a year like 0202.
        """
        if not known:
            return []
        day, first = date.fromisoformat(max(known)), min(known)
        days = []
        while day.isoformat() >= first and len(days) <= DATE_LIMIT:
            days.append(day.isoformat())
            day -= STEPS[plan.interval]
        return sorted({*days, *known})

    @api.model
    def _limit_slices(self, plan, slices):
        """Put together what is too much: the smallest parts, of dates the oldest."""
        limit = DATE_LIMIT if plan.interval else SLICE_LIMIT
        if len(slices) <= limit:
            return slices
        if plan.interval:
            kept = slices[1 - limit :]
        else:
            kept = sorted(slices, key=lambda one: -one.count)[: limit - 1]
        kept = [one for one in slices if one in kept]
        others = [one for one in slices if one not in kept]
        count, value = sum(one.count for one in others), sum(o.value for o in others)
        if plan.measure in ("average", "duration"):
            value = sum(one.value * one.count for one in others) / count
        label = self.env._("Earlier") if plan.interval else self.env._("Others")
        together = [Slice(OTHERS, label, count, value)]
        return together + kept if plan.interval else kept + together

    @api.model
    def _get_slice_key(self, model, plan, value):
        kind = model._fields[plan.group].type
        if kind == "boolean":
            return "1" if value else "0"
        if not value:
            return NONE
        if kind in ("many2one", "many2many"):
            return str(value.id)
        if kind in ("date", "datetime"):
            return fields.Date.to_date(value).isoformat()
        return str(value)

    @api.model
    def _get_slice_label(self, model, plan, value):
        field = model._fields[plan.group]
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if not value:
            return self.env._("None")
        if field.type in ("many2one", "many2many"):
            return value.sudo().display_name
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        return self._format_day(plan, fields.Date.to_date(value).isoformat())

    @api.model
    def _format_day(self, plan, key):
        day = date.fromisoformat(key)
        if plan.interval == "day":
            return format_date(self.env, day)
        locale = babel_locale_parse(get_lang(self.env).code)
        return babel.dates.format_date(day, LABELS[plan.interval], locale=locale)

    @api.model
    def _get_slice_domain(self, model, domain, plan, key, tries=False):
        """Return which records of a chart are in one part of it.

        :param str key: from an address; empty for all of the chart
        :param bool tries: to know whether there can be such a part
        :return: None if the key fits no part
        """
        if not key or (key == OTHERS and tries):
            return Domain.TRUE
        if key == OTHERS:
            slices = self._read_slices(model, domain, plan)
            keys = [one.key for one in slices if one.key != OTHERS]
            parts = [self._get_slice_domain(model, domain, plan, k) for k in keys]
            return ~Domain.OR(parts)
        field = model._fields[plan.group]
        if key == NONE and field.type != "boolean":
            return Domain(plan.group, "=", False)
        if plan.interval:
            return self._get_day_domain(model, plan, key)
        if field.type == "selection":
            fits = key in field.get_values(self.env)
            return Domain(plan.group, "=", key) if fits else None
        if field.type == "boolean":
            return Domain(plan.group, "=", key == "1") if key in ("0", "1") else None
        is_id = key.isdecimal() and key.isascii() and self._is_id(int(key))
        return Domain(plan.group, "in", [int(key)]) if is_id else None

    @api.model
    def _get_day_domain(self, model, plan, key):
        """Return what lies between a day and the next one, in the user's time zone."""
        try:
            day = date.fromisoformat(key)
            days = [day, day + STEPS[plan.interval]]
            start, end = (self._get_bound(model, plan.group, day) for day in days)
        except (OverflowError, ValueError):
            return None
        return Domain(plan.group, ">=", start) & Domain(plan.group, "<", end)

    @api.model
    def _get_bound(self, model, name, day):
        """Return the begin of a day as a field compares with it."""
        if model._fields[name].type == "date":
            return day
        midnight = model.env.tz.localize(datetime.combine(day, time.min))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)

    # --- words --- #

    @api.model
    def _get_slice_name(self, model, domain, plan, key):
        name = self._get_chart_name(plan.id, self.env.lang)
        label = self._get_key_label(model, domain, plan, key)
        return f"{name}: {label}" if label else name

    @api.model
    def _get_key_label(self, model, domain, plan, key):
        """Return what stands in a chart for a key that fits it."""
        field = model._fields[plan.group]
        if not key:
            return ""
        if key == OTHERS:
            return self.env._("Earlier") if plan.interval else self.env._("Others")
        if field.type == "boolean":
            return self._get_slice_label(model, plan, key == "1")
        if key == NONE:
            return self._get_slice_label(model, plan, False)
        if plan.interval:
            return self._format_day(plan, key)
        if field.type == "selection":
            return self._get_slice_label(model, plan, key)
        return self._get_part_name(model, domain, plan, int(key))

    @api.model
    def _get_part_name(self, model, domain, plan, res_id):
        """Return the name of a record behind a field; nothing of one that is in none.

        The id comes from an address, and names could be told from any other.
        """
        part = Domain(plan.group, "in", [res_id])
        found = model.search(domain & part, limit=1).sudo()[plan.group]
        return found.filtered(lambda one: one.id == res_id).display_name or ""

    @api.model
    def _get_measure_label(self, right, plan, unit):
        labels = self._get_words(right.code, self.env.lang)[1]
        if plan.measure == "count":
            return self.env._("Number")
        if plan.measure == "duration":
            return unit.label
        return labels[plan.measured]

    @api.model
    def _get_slice_url(self, right, plan, scope, key=""):
        args = {"slice": key} if key else {}
        if right.native:
            url = f"/my/chart/{plan.id}"
        else:
            url = f"/my/p/{right.code}"
            args = {"chart": plan.id, **args, "scope": scope}
        return f"{url}?{url_encode(args)}" if args else url

    @api.model
    def _make_native_row(self, right, record):
        row = self._make_row(right, record, "", "list")
        return {**row, "url": record.access_url or right.paths[0]}

    @api.model
    def _get_chart_unit(self, model, plan, slices):
        """Return how the numbers of a chart are written."""
        if plan.measure == "duration":
            longest = max((one.value for one in slices), default=0)
            if longest < 48 * HOUR:
                return Unit(self.env, HOUR, self.env._("Average time in hours"))
            return Unit(self.env, 24 * HOUR, self.env._("Average time in days"))
        if plan.measured and model._fields[plan.measured].type == "monetary":
            return Unit(self.env, currency=self.env.company.currency_id)
        return Unit(self.env, digits=0 if plan.measure == "count" else 2)


class Unit:
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
