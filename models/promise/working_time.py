"""Working time, counted in whole seconds of UTC.

Odoo plans hours from one moment on. Promises stand still meanwhile, as often as a case
waits for its customer, so this counts what is left between.
"""

from datetime import datetime, timedelta
from itertools import count, takewhile
from typing import NamedTuple

import pytz

from odoo.fields import Datetime

EPOCH = datetime(1970, 1, 1)
# Odoo is asked for so many seconds at once, from the epoch on: cases share the answers.
BLOCK = 28 * 24 * 3600
# Who works less than a promise needs within so many of them never keeps it.
MOST_BLOCKS = 40
HOUR = 3600


class Span(NamedTuple):
    """From when until when, in seconds since the epoch."""

    start: int
    stop: int


def to_seconds(value):
    return round((value - EPOCH) / timedelta(seconds=1))


def to_time(seconds):
    return EPOCH + timedelta(seconds=seconds)


def read_pauses(pauses):
    """Return the spans of pauses as a promise keeps them: pairs of texts.

    :rtype: list[Span]
    """
    times = [[to_seconds(Datetime.to_datetime(text)) for text in one] for one in pauses]
    return [Span(*one) for one in times]


class WorkingTime:
    """The working time of a calendar in a time zone, holidays left out."""

    def __init__(self, calendar, tz):
        """
        :param calendar: ``resource.calendar``; without one, people work at any time
        :param str tz: name of the time zone of its hours
        """
        self.calendar = calendar
        self.tz = pytz.timezone(tz)
        self.blocks = {}

    def plan(self, hours, start, pauses=(), until=None):
        """Return when some hours of working time are over.

        :param float hours: more than 0
        :param datetime start: in UTC
        :param pauses: texts from when until when nothing counts, in their order
        :param datetime until: from when on nothing counts
        :return: in UTC; None if that never comes
        :rtype: datetime | None
        """
        left = max(round(hours * HOUR), 1)
        for piece in self._get_pieces(start, pauses, until):
            length = piece.stop - piece.start
            if left <= length:
                return to_time(piece.start + left)
            left -= length
        return None

    def measure(self, start, until, pauses=()):
        """Return the hours of working time between two moments.

        :rtype: float
        """
        pieces = self._get_pieces(start, pauses, until)
        return sum(piece.stop - piece.start for piece in pieces) / HOUR

    def _get_pieces(self, start, pauses, until):
        """Yield what counts, in its order."""
        first = to_seconds(start)
        last = first + MOST_BLOCKS * BLOCK
        last = min(last, to_seconds(until)) if until else last
        resting = read_pauses(pauses)
        for worked in self._get_worked(first, last):
            yield from _leave_out(worked, resting)

    def _get_worked(self, first, last):
        """Yield when people work between two moments."""
        for number in takewhile(lambda n: n * BLOCK < last, count(first // BLOCK)):
            if number not in self.blocks:
                self.blocks[number] = self._read_block(number)
            for span in self.blocks[number]:
                cut = Span(max(span.start, first), min(span.stop, last))
                if cut.start < cut.stop:
                    yield cut

    def _read_block(self, number):
        """Ask Odoo when people work in a block of time.

        Odoo's days end a microsecond early.
        """
        bounds = Span(number * BLOCK, (number + 1) * BLOCK)
        if not self.calendar:
            return [bounds]
        start, stop = (pytz.utc.localize(to_time(bound)) for bound in bounds)
        calendar_sudo = self.calendar.sudo()
        worked = calendar_sudo._work_intervals_batch(
            start, stop, domain=self._get_holiday_domain(), tz=self.tz
        )
        return [
            Span(*(to_seconds(_to_utc(bound)) for bound in (begin, end)))
            for begin, end, _attendances in worked[False]
        ]

    def _get_holiday_domain(self):
        """Leave out the holidays of other companies, which Odoo would count here."""
        companies = [False, *self.calendar.sudo().company_id.ids]
        return [("time_type", "=", "leave"), ("company_id", "in", companies)]


class WorkingTimes:
    """The working times of many promises; each calendar is read once."""

    def __init__(self):
        self.known = {}

    def of(self, deadline):
        key = deadline.calendar_id, deadline.tz or "UTC"
        if key not in self.known:
            self.known[key] = WorkingTime(*key)
        return self.known[key]


def _to_utc(value):
    return value.astimezone(pytz.utc).replace(tzinfo=None)


def _leave_out(span, pauses):
    """Yield what is left of a span between pauses."""
    start = span.start
    for pause in pauses:
        if pause.stop <= start:
            continue
        if pause.start >= span.stop:
            break
        if start < pause.start:
            yield Span(start, pause.start)
        start = pause.stop
    if start < span.stop:
        yield Span(start, span.stop)
