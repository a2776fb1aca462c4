import contextlib
import re
from datetime import time, timedelta
from functools import lru_cache
from typing import NamedTuple

import pytz
from babel.core import Locale
from babel.dates import DateTimePattern, format_timedelta, parse_pattern
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import ormcache
from odoo.tools.misc import babel_locale_parse, get_lang, posix_to_ldml

# How far from now a time is told as people do: "3 hours ago", "in 2 days".
RECENT = timedelta(days=7)
NOW = timedelta(minutes=1)
# Formats without the name of a day or a month: Python writes them in any language.
NUMERIC = re.compile(r"(?:%[dmYHIMp]|[^%])*")
TIME = Markup('<time class="o_cp_time" datetime="%s" title="%s">%s</time>')


class TimeFormat(NamedTuple):
    """How a language writes times."""

    locale: Locale
    pattern: DateTimePattern
    numeric: tuple  # the same for ``strftime``, before and after noon, if it can


class CustomerPortalRecord(models.AbstractModel):
    """Times as people tell them, on all pages of customers.

    Use ``_render_time`` wherever a page shows when something was or will be, and put
    it into the template with ``t-out``. For files, emails and texts without HTML there
    is ``_format_time``.
    """

    _inherit = "customer.portal.record"

    @api.model
    @ormcache("code")
    def _get_time_format(self, code):
        """Return how a language writes a time, which Odoo works out for each value.

        Without seconds, as the converter's option ``hide_seconds`` has it.
        """
        lang = get_lang(self.env, code)
        locale = babel_locale_parse(lang.code)
        formats = (lang.date_format, lang.time_format)
        pattern = " ".join(posix_to_ldml(text, locale) for text in formats)
        pattern = parse_pattern(pattern.replace(":ss", ""))
        return TimeFormat(locale, pattern, self._get_numeric_formats(formats, locale))

    @api.model
    def _get_numeric_formats(self, formats, locale):
        """Return a format of times for ``strftime``, before and after noon.

        :return: nothing if it has words of the language, such as a month's name
        :rtype: tuple
        """
        posix = " ".join(formats).replace(":%S", "")
        if not NUMERIC.fullmatch(posix):
            return ()
        half, times = parse_pattern("a"), (time(0), time(12))
        return tuple(posix.replace("%p", half.apply(one, locale)) for one in times)

    @api.model
    def _get_time_text(self, value, zone):
        """Return a time as ``odoo.tools.format_datetime`` does, in a tenth of the time.

        :param datetime.datetime value: in UTC, as Odoo keeps it
        :param datetime.tzinfo zone: of the customer
        """
        moment = value.replace(tzinfo=pytz.utc)
        with contextlib.suppress(OverflowError):  # Outside the years that there are.
            moment = moment.astimezone(zone)
        locale, pattern, numeric = self._get_time_format(self.env.lang)
        if numeric and moment.year > 999:  # Earlier ones get fewer digits.
            return moment.strftime(numeric[moment.hour > 11])
        return pattern.apply(moment, locale)

    @api.model
    def _render_time(self, value, exact=None):
        """Return a time as an element: relative where it is near, exact on hover.

        In the language and the time zone of the customer, and without a script::

            pages = self.env["customer.portal.record"]
            values["date"] = pages._render_time(message.date)

        :param datetime.datetime value: in UTC, as Odoo keeps it; or nothing
        :param str exact: the exact text, where it has been made already
        :return: ``<time datetime="…" title="11/26/2026 14:05">3 hours ago</time>``,
            nothing if there is no time
        :rtype: Markup | str
        """
        if not value:
            return ""
        exact = exact or self._format_time(value)
        moment = value.replace(microsecond=0, tzinfo=pytz.utc).isoformat()
        return TIME % (moment, exact, self._tell_time(value, exact))

    @api.model
    def _tell_time(self, value, exact):
        """Return how far a time is from now, the exact text of one that is far."""
        distance = value - fields.Datetime.now()
        if abs(distance) >= RECENT:
            return exact
        if abs(distance) < NOW:
            return self.env._("just now")
        locale = self._get_time_format(self.env.lang).locale
        return _tell_distance(locale, round(distance / NOW))

    @api.model
    def _mark_value(self, right, record, name, html):
        """Tell times in cells as everywhere else; what they are of keeps its value."""
        value = record[name]
        if value and record._fields[name].type == "datetime":
            return self._render_time(value, html)
        return super()._mark_value(right, record, name, html)


@lru_cache(maxsize=4096)
def _tell_distance(locale, minutes):
    """Return how far a time is from now: ``3 hours ago``.

    Kept, as babel takes longer for it than all else that a cell of a list does.

    :param babel.core.Locale locale: of the customer
    :param int minutes: from now, negative for what was
    """
    return format_timedelta(
        timedelta(minutes=minutes), threshold=1, add_direction=True, locale=locale
    )
