from datetime import date, datetime, time, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ...const import PARAM_NOTICE_DAYS
from ..common import takes_long
from ..lifecycle_common import LifecycleCommon


class NoticeCommon(LifecycleCommon):
    def _rows(self, partner):
        rows = self.env["customer.portal.mail"].sudo()
        return rows.search(
            [("kind", "=", "notice"), ("partner_id", "=", partner.id)], order="id"
        )

    def _days(self, partner):
        """Return for which days before the end a contact had notices, in order."""
        return self._rows(partner).mapped("notice_days")

    def _end_in(self, days, partner=None):
        self._move_end(partner or self.emma, self.today + timedelta(days=days))


@tagged("post_install", "-at_install")
class TestNotices(NoticeCommon):
    """Each notice goes out once, on its day or as soon as possible after it."""

    def test_a_notice_says_whether_reading_goes_on(self):
        profile = self.emma.portal_profile_id
        for days, says, silent in (
            (0, "log in", "still read"),
            (14, "still read", "log in"),
        ):
            with self.subTest(days):
                profile.grace_days = days
                self._end_in(7 + days)
                self._announce()
                body = self._followed("notice", self.emma)[-1:].body_html
                self.assertIn(says, body)
                self.assertNotIn(silent, body)

    def test_days_that_are_missed_are_caught_up_by_the_nearest_notice_alone(self):
        self._end_in(5)
        for _run in range(3):
            self._announce()
        self.assertEqual(self._days(self.emma), [7])
        self.assertEqual(len(self._followed("notice", self.emma)), 1)

    def test_a_single_number_of_before_goes_on_as_before(self):
        self._set_param(PARAM_NOTICE_DAYS, "30")
        self._end_in(40)
        for days in (31, 30, 7, 1, 0):
            with freeze_time(datetime.now() + timedelta(days=40 - days)):
                self._announce()
        self.assertEqual(self._days(self.emma), [30])

    def test_a_new_end_date_begins_anew(self):
        for days in (6, 20, 1):
            self._end_in(days)
            self._announce()
        self.assertEqual(self._days(self.emma), [7, 30, 1])

    def test_who_has_had_a_near_notice_gets_no_earlier_one_of_a_longer_list(self):
        self._set_param(PARAM_NOTICE_DAYS, "7")
        self._end_in(6)
        self._announce()
        self._set_param(PARAM_NOTICE_DAYS, "60, 30, 14, 7, 1")
        self._announce()
        self.assertEqual(self._days(self.emma), [7])

    def test_a_notice_of_which_the_day_is_not_known_is_not_sent_again(self):
        self._end_in(6)
        self._announce()
        self._rows(self.emma).notice_days = False
        self._announce()
        self.assertEqual(len(self._rows(self.emma)), 1)

    def test_who_has_unsubscribed_or_opted_out_counts_as_done_for_each_day(self):
        self.emma.portal_notices_stopped = True
        self.env["mail.blacklist"]._add(self.lead.email)
        for days in (30, 7):
            with freeze_time(datetime.now() + timedelta(days=30 - days)):
                self._move_end(self.emma + self.lead, self.today + timedelta(days=30))
                for _run in range(2):
                    self._announce()
        for partner in self.emma + self.lead:
            self.assertEqual(self._days(partner), [30, 7])
            self.assertEqual({*self._rows(partner).mapped("state")}, {"not_sent"})

    def test_a_run_at_the_same_time_is_seen_before_anything_is_queued(self):
        self._end_in(7)
        end = self.emma.support_end_date
        period = self.env["customer.portal.period"]
        with (
            patch.object(
                self.registry["customer.portal.period"],
                "_get_told_days",
                lambda *_args: {(self.emma.id, end): [7]},
            ),
            self._no_mail(),
        ):
            period._announce_ends(self.emma)

    @takes_long
    def test_a_batch_costs_the_same_queries_for_few_and_many(self):
        period = self.env["customer.portal.period"]
        costs = []
        for number in (1, 2, 22):
            partners = self.env["res.partner"].create(
                [
                    {"name": f"{number}{i}", "email": f"p{number}-{i}@example.com"}
                    for i in range(number)
                ]
            )
            partners._write_without_sync(
                {"portal_user": True, "support_end_date": self.tomorrow}
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            period._get_due_steps(partners)
            costs.append(self.env.cr.sql_log_count - before)
        self.assertEqual(costs[1], costs[2])


@tagged("post_install", "-at_install", "long")
class TestNoticesDayByDay(NoticeCommon):
    """The clock goes from day to day, wherever the company is."""

    ZONES = ("Pacific/Auckland", "America/Los_Angeles", "Europe/Berlin", "UTC")
    END = date(2028, 3, 20)  # after a leap day

    def _make_contacts(self, end):
        contacts = {}
        for zone in self.ZONES:
            name = f"{zone.split('/')[-1]}-{end}".lower()
            company = self.env["res.company"].create({"name": name})
            company.partner_id.tz = zone
            contacts[zone] = self._make_portal_contact(
                f"{name}@example.com", company_id=company.id
            )
            self._move_end(contacts[zone], end)
        return contacts

    def _travel(self, end, hours):
        """Run the job at some hours (UTC) of each day, and note when notices went out.

        :return: how many days were left on the contact's own calendar, by time zone
        """
        contacts = self._make_contacts(end)
        seen = {zone: [] for zone in self.ZONES}
        for back in range(36, -3, -1):
            for hour in hours:
                now = datetime.combine(end - timedelta(days=back), time(hour, 30))
                with freeze_time(now):
                    self._announce()
                for zone, contact in contacts.items():
                    here = now.replace(tzinfo=ZoneInfo("UTC")).astimezone(
                        ZoneInfo(zone)
                    )
                    new = len(self._days(contact)) - len(seen[zone])
                    seen[zone] += [(end - here.date()).days] * new
        return seen

    def test_each_notice_goes_out_on_its_own_day_in_each_time_zone(self):
        seen = self._travel(self.END, (0, 12))
        self.assertEqual(seen, dict.fromkeys(self.ZONES, [30, 7, 1]))


@tagged("post_install", "-at_install", "long")
class TestNoticesInAutumn(TestNoticesDayByDay):
    """Over the days on which clocks are changed."""

    END = date(2026, 10, 30)


@tagged("post_install", "-at_install")
class TestNoticeSettings(NoticeCommon):
    """Settings take a list of days."""

    def _settings(self, days):
        return self.env["res.config.settings"].create({"portal_notice_days": days})

    def _save(self, days):
        self._settings(days).execute()
        return self.env["res.config.settings"].create({}).portal_notice_days

    def test_days_are_kept_in_order_and_each_once(self):
        self.assertEqual(self._save(" 1;7 30,7 "), "30, 7, 1")
        period = self.env["customer.portal.period"]
        self.assertEqual(period._get_notice_steps(), [30, 7, 1])
        self.assertEqual(period._get_notice_days(), 30)

    def test_one_number_is_a_list_and_zero_or_nothing_is_off(self):
        self.assertEqual(self._save("14"), "14")
        for days in ("0", "", False, " "):
            with self.subTest(days=days):
                self.assertEqual(self._save(days), "0")
                self.assertFalse(self.env["customer.portal.period"]._get_notice_steps())

    def test_what_is_no_day_is_refused(self):
        for days in ("-1", "30, soon", "1.5", "30, 0", "36501", "9" * 30, "²"):
            with self.subTest(days=days), self.assertRaises(ValidationError):
                self._settings(days)
        with self.assertRaisesRegex(ValidationError, "up to 10"):
            self._settings(", ".join(map(str, range(1, 12))))

    def test_what_somebody_wrote_by_hand_counts_as_far_as_it_makes_sense(self):
        period = self.env["customer.portal.period"]
        for text, steps in (
            ("30,soon,-7, 1 ", [30, 1]),
            ("9999999", [36_500]),
            ("9" * 5000, [36_500]),
            ("0, 5", [5]),
            ("²", []),
            (",".join(map(str, range(1, 99))), list(range(98, 88, -1))),
        ):
            with self.subTest(text=text[:20]):
                self._set_param(PARAM_NOTICE_DAYS, text)
                self.assertEqual(period._get_notice_steps(), steps)
                self._announce()
