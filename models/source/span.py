"""Periods that sources give, and how several become one."""

from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

NEVER = date.max


class SupportPeriod(NamedTuple):
    """What a source says of a contact: from when until when, both included.

    An empty ``start`` or ``end`` is no limit. The record that says so is named, for
    agents to open.
    """

    source: str
    start: date | bool
    end: date | bool
    model_name: str = ""
    res_id: int = 0
    name: str = ""

    @property
    def last(self):
        return self.end or NEVER


def add_months(start, months):
    """Return the day some months later, or the last one there is.

    :param datetime.date start:
    :param int months: which may add up to more than a calendar has
    """
    try:
        return start + relativedelta(months=months)
    except (OverflowError, ValueError):
        return NEVER


def join_periods(periods, today):
    """Join periods that meet, such as a contract and the one that renews it.

    :param periods: :class:`SupportPeriod` in any order
    :param datetime.date today:
    :return: the joined period of today, else the next one, else the last; it names the
        record whose end is its own. None if there are no periods
    :rtype: SupportPeriod | None
    """
    joined = []
    for period in sorted(periods, key=lambda one: (one.start or date.min, one.last)):
        if joined and _meet(joined[-1], period):
            before = joined.pop()
            later = period if period.last > before.last else before
            period = later._replace(start=before.start)
        joined.append(period)
    last = joined[-1] if joined else None
    return next((one for one in joined if one.last >= today), last)


def _meet(before, after):
    if before.last == NEVER:
        return True
    return (after.start or date.min) <= before.last + timedelta(days=1)
