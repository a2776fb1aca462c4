from datetime import date, datetime, time
from typing import NamedTuple

import babel.dates
import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, get_lang
from odoo.tools.misc import babel_locale_parse

from ...utils import read_number

# More parts than this are put together as others: nobody tells their colours apart.
SLICE_LIMIT = 8
DATE_LIMIT = 60
# What stands in an address for records without a value, and for the parts too many.
NONE, OTHERS = "none", "others"
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


class ChartGroup(NamedTuple):
    """A part of a chart."""

    key: str  # stands for it in an address
    label: str
    count: int  # of records
    value: float  # what is measured


class CustomerPortalChart(models.Model):
    """Parts of a chart: what is in them, what they are called, and their list.

    In what follows, ``model`` has the rights with which the chart is drawn, ``domain``
    says of which of its records, and ``spec`` how.
    """

    _inherit = "customer.portal.chart"

    # === WHAT IS IN THEM === #

    @api.model
    def _read_groups(self, model, domain, spec):
        """Return the parts of a chart, in the order of what it groups by.

        :rtype: list[ChartGroup]
        """
        group = f"{spec.group}:{spec.interval}" if spec.interval else spec.group
        read = self._read_durations if spec.measure == "duration" else self._read_values
        groups = [
            ChartGroup(
                self._get_group_key(model, spec, value),
                self._get_group_label(model, spec, value),
                count,
                measured,
            )
            for value, count, measured in read(model, domain, spec, group)
        ]
        return self._limit_groups(spec, self._sort_groups(model, spec, groups))

    @api.model
    def _read_values(self, model, domain, spec, group):
        """Return tuples of a group, its number of records, and what is measured."""
        if spec.measure == "count":
            rows = model._read_group(domain, [group], ["__count"])
            return [(value, count, count) for value, count in rows]
        name = self._get_signed_name(model, spec.measured)
        is_money = model._fields[name].type == "monetary"
        total = f"{name}:{'sum_currency' if is_money else 'sum'}"
        rows = model._read_group(domain, [group], ["__count", total])
        is_average = spec.measure == "average"
        return [
            (value, count, (total or 0) / (count if is_average else 1))
            for value, count, total in rows
        ]

    @api.model
    def _get_signed_name(self, model, name):
        """Return the field that adds up what another one shows.

        Amounts of credit notes and bills are shown without a sign. Where Odoo has the
        same with one, in the company's currency, that is added up.
        """
        signed = model._fields.get(f"{name}_signed")
        fits = signed and signed.store and not signed.groups
        return signed.name if fits and signed.type == "monetary" else name

    @api.model
    def _read_durations(self, model, domain, spec, group):
        """Return the same with seconds from creation, which Odoo cannot aggregate."""
        query = model._search(domain)
        term = model._read_group_groupby(model._table, group, query)
        start, end = (
            model._field_to_sql(model._table, name, query)
            for name in ("create_date", spec.measured)
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
    def _sort_groups(self, model, spec, groups):
        """Sort choices as Odoo lists them, and fill the gaps between dates."""
        field = model._fields[spec.group]
        if field.type == "selection":
            places = {
                key: place for place, key in enumerate(field.get_values(self.env))
            }
            return sorted(groups, key=lambda one: places.get(one.key, len(places)))
        if not spec.interval or spec.measure in ("average", "duration"):
            return groups
        known = {one.key: one for one in groups if one.key != NONE}
        days = self._get_days(spec, known)
        filled = [
            known.get(key) or ChartGroup(key, self._format_day(spec, key), 0, 0)
            for key in days
        ]
        return [one for one in groups if one.key == NONE] + filled

    @api.model
    def _get_days(self, spec, known):
        """Return the keys from the first to the last one, without a gap.

        As many as are shown at most: somebody may have typed a year like 0202.
        """
        if not known:
            return []
        day, first = date.fromisoformat(max(known)), min(known)
        days = []
        while day.isoformat() >= first and len(days) <= DATE_LIMIT:
            days.append(day.isoformat())
            day -= STEPS[spec.interval]
        return sorted({*days, *known})

    @api.model
    def _limit_groups(self, spec, groups):
        """Put together what is too much: the smallest parts, of dates the oldest."""
        limit = DATE_LIMIT if spec.interval else SLICE_LIMIT
        if len(groups) <= limit:
            return groups
        if spec.interval:
            kept = groups[1 - limit :]
        else:
            kept = sorted(groups, key=lambda one: -one.count)[: limit - 1]
        kept = [one for one in groups if one in kept]
        others = [one for one in groups if one not in kept]
        count, value = sum(one.count for one in others), sum(o.value for o in others)
        if spec.measure in ("average", "duration"):
            value = sum(one.value * one.count for one in others) / count
        label = self.env._("Earlier") if spec.interval else self.env._("Others")
        together = [ChartGroup(OTHERS, label, count, value)]
        return together + kept if spec.interval else kept + together

    @api.model
    def _get_group_key(self, model, spec, value):
        kind = model._fields[spec.group].type
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
    def _get_group_label(self, model, spec, value):
        field = model._fields[spec.group]
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if not value:
            return self.env._("None")
        right = self.env["customer.portal.gate"]._get_rights().get(spec.code)
        if right and spec.group == right.roles["state"]:
            pages = self.env["customer.portal.record"]
            return pages._get_state_label(right, value)
        if field.type in ("many2one", "many2many"):
            return value.sudo().display_name
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        return self._format_day(spec, fields.Date.to_date(value).isoformat())

    @api.model
    def _format_day(self, spec, key):
        day = date.fromisoformat(key)
        if spec.interval == "day":
            return format_date(self.env, day)
        locale = babel_locale_parse(get_lang(self.env).code)
        return babel.dates.format_date(day, LABELS[spec.interval], locale=locale)

    @api.model
    def _get_group_domain(self, model, domain, spec, key, tries=False):
        """Return which records of a chart are in one part of it.

        :param str key: from an address; empty for all of the chart
        :param bool tries: to know whether there can be such a part
        :return: None if the key fits no part
        """
        if not key or (key == OTHERS and tries):
            return Domain.TRUE
        if key == OTHERS:
            groups = self._read_groups(model, domain, spec)
            keys = [one.key for one in groups if one.key != OTHERS]
            parts = [self._get_group_domain(model, domain, spec, k) for k in keys]
            return ~Domain.OR(parts)
        field = model._fields[spec.group]
        if key == NONE and field.type != "boolean":
            return Domain(spec.group, "=", False)
        if spec.interval:
            return self._get_day_domain(model, spec, key)
        if field.type == "selection":
            fits = key in field.get_values(self.env)
            return Domain(spec.group, "=", key) if fits else None
        if field.type == "boolean":
            return Domain(spec.group, "=", key == "1") if key in ("0", "1") else None
        number = read_number(key)
        return Domain(spec.group, "in", [number]) if number else None

    @api.model
    def _get_day_domain(self, model, spec, key):
        """Return what lies between a day and the next one, in the user's time zone."""
        try:
            day = date.fromisoformat(key)
            days = [day, day + STEPS[spec.interval]]
            start, end = (self._get_bound(model, spec.group, day) for day in days)
        except (OverflowError, ValueError):
            return None
        return Domain(spec.group, ">=", start) & Domain(spec.group, "<", end)

    @api.model
    def _get_bound(self, model, name, day):
        """Return the begin of a day as a field compares with it."""
        if model._fields[name].type == "date":
            return day
        midnight = model.env.tz.localize(datetime.combine(day, time.min))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)

    # === WHAT THEY ARE CALLED === #

    @api.model
    def _get_key_label(self, model, domain, spec, key):
        """Return what stands in a chart for a key that fits it."""
        field = model._fields[spec.group]
        if not key:
            return ""
        if key == OTHERS:
            return self.env._("Earlier") if spec.interval else self.env._("Others")
        if field.type == "boolean":
            return self._get_group_label(model, spec, key == "1")
        if key == NONE:
            return self._get_group_label(model, spec, False)
        if spec.interval:
            return self._format_day(spec, key)
        if field.type == "selection":
            return self._get_group_label(model, spec, key)
        return self._get_record_name(model, domain, spec, int(key))

    @api.model
    def _get_record_name(self, model, domain, spec, res_id):
        """Return the name of a record behind a field; nothing of one that is in none.

        The id comes from an address, and names could be told from any other.
        """
        part = Domain(spec.group, "in", [res_id])
        found = model.search(domain & part, limit=1).sudo()[spec.group]
        record = found.filtered(lambda one: one.id == res_id)
        return self._get_group_label(model, spec, record) if record else ""
