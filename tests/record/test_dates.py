from datetime import datetime, timedelta

import pytz
from freezegun import freeze_time
from lxml import html

from odoo.fields import Datetime
from odoo.tests import tagged
from odoo.tools.misc import babel_locale_parse, format_datetime, posix_to_ldml

from .test_page_list import PageCommon

NOW = datetime(2026, 3, 10, 12, 0)


@tagged("post_install", "-at_install")
class TestDates(PageCommon):
    """Times as people tell them: from now where they are near, exact on hover."""

    def _time(self, lang="en_US", **ago):
        """Return the element that a page shows of a time so long ago."""
        pages = self.env["customer.portal.record"].with_user(self.user)
        pages = pages.with_context(lang=lang)
        with freeze_time(NOW):
            return html.fromstring(str(pages._render_time(NOW - timedelta(**ago))))

    def _texts_ago(self, *all_ago, lang="en_US"):
        return [self._time(lang, **ago).text for ago in all_ago]

    def test_what_was_just_now_is_told_as_people_do(self):
        told = self._texts_ago(
            {"seconds": 5}, {"minutes": 4}, {"hours": 3}, {"days": 2}, {"days": 6}
        )
        self.assertEqual(
            told,
            ["just now", "4 minutes ago", "3 hours ago", "2 days ago", "6 days ago"],
        )

    def test_what_comes_soon_is_told_so_too(self):
        told = self._texts_ago({"hours": -2}, {"days": -3})
        self.assertEqual(told, ["in 2 hours", "in 3 days"])

    def test_what_is_far_is_told_exactly(self):
        self.user.tz = "Asia/Tokyo"
        told = self._texts_ago({"days": 8}, {"days": -8})
        self.assertEqual(told, ["03/02/2026 09:00 PM", "03/18/2026 09:00 PM"])

    def test_the_exact_time_of_the_customer_shows_on_hover(self):
        self.user.tz = "Asia/Tokyo"
        element = self._time(hours=1)
        self.assertEqual(element.tag, "time")
        self.assertEqual(element.get("title"), "03/10/2026 08:00 PM")
        self.assertEqual(element.get("datetime"), "2026-03-10T11:00:00+00:00")

    def test_times_are_told_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        element = self._time("fr_FR", days=2)
        self.assertEqual(element.text, "il y a 2 jours")
        self.assertEqual(element.get("title"), "08/03/2026 12:00")

    def test_times_are_written_as_odoo_writes_them(self):
        """Before and after noon, long ago, and with the names of months, too."""
        times = [
            datetime(*day, *hour)
            for day in ((2026, 3, 10), (999, 12, 31), (2024, 2, 29))
            for hour in ((0, 5), (9, 30), (12, 0), (23, 59))
        ]
        for code, words in (("en_US", ""), ("fr_FR", ""), ("fr_FR", "%d %B %Y")):
            lang = self.env["res.lang"]._activate_lang(code)
            lang.date_format = words or lang.date_format
            pages = self.env["customer.portal.record"].with_context(lang=code)
            for moment in times:
                self.assertEqual(
                    pages._get_time_text(moment, pytz.utc),
                    format_datetime(
                        pages.env,
                        moment,
                        "UTC",
                        dt_format=self._get_format(pages, lang),
                    ),
                )

    def _get_format(self, pages, lang):
        """Return the pattern of a language without seconds, as babel reads it."""
        locale = babel_locale_parse(lang.code)
        formats = (lang.date_format, lang.time_format)
        pattern = " ".join(posix_to_ldml(text, locale) for text in formats)
        return pattern.replace(":ss", "")

    def test_no_time_shows_nothing(self):
        pages = self.env["customer.portal.record"]
        self.assertEqual(pages._render_time(False), "")

    def test_lists_and_records_tell_times_so(self):
        deadline = Datetime.now() - timedelta(hours=3, minutes=1)
        [task] = self._make_tasks("a", date_deadline=deadline)
        pages = self.env["customer.portal.record"].with_user(self.user)
        rows = [*pages.find_rows("wishes"), pages.get_row("wishes", task.id)]
        for row in rows:
            cell = html.fromstring(str(row["cells"]["date_deadline"]))
            self.assertEqual((cell.tag, cell.text), ("time", "3 hours ago"))
