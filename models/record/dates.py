from datetime import timedelta

import pytz
from babel.dates import format_timedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.misc import babel_locale_parse, get_lang

# How far from now a time is told as people do: "3 hours ago", "in 2 days".
RECENT = timedelta(days=7)
NOW = timedelta(minutes=1)
TIME = Markup('<time class="o_cp_time" datetime="%s" title="%s">%s</time>')


class CustomerPortalRecord(models.AbstractModel):
    """Times as people tell them, on all pages of customers.

    Use ``_render_time`` wherever a page shows when something was or will be, and put
    it into the template with ``t-out``. For files, emails and texts without HTML there
    is ``_format_time``.
    """

    _inherit = "customer.portal.record"

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
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_timedelta(
            distance, threshold=1, add_direction=True, locale=locale
        )

    @api.model
    def _mark_value(self, right, record, name, html):
        """Tell times in cells as everywhere else; what they are of keeps its value."""
        value = record[name]
        if value and record._fields[name].type == "datetime":
            return self._render_time(value, html)
        return super()._mark_value(right, record, name, html)
