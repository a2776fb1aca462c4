from datetime import date, datetime, time, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from freezegun import freeze_time

from odoo.tests import tagged

from ...const import PARAM_NOTICE_DAYS
from ..common import CustomerPortalCommon, takes_long

DAY = timedelta(days=1)
# How long before the end notices are sent, in days.
NOTICE = 2
# First and last day of support, days of grace; where clocks change, or February ends.
PERIODS = {
    "leap day": (date(2028, 2, 27), date(2028, 2, 29), 2),
    "no leap day": (date(2030, 2, 26), date(2030, 2, 28), 1),
    "spring in Auckland": (date(2029, 9, 28), date(2029, 9, 29), 2),
    "autumn in Auckland": (date(2030, 4, 5), date(2030, 4, 6), 3),
    "new year without grace": (date(2029, 12, 29), date(2029, 12, 31), 0),
}
# Where days begin first, and where they end last. Clocks only change in the first one.
ZONES = ("Pacific/Auckland", "Pacific/Honolulu", "UTC")
# Just after midnight, and just before the next one.
MOMENTS = (time(0, 0, 5), time(23, 59, 55))


def expect(day, start, end, grace):
    """Say what a contact's status is, from the calendar alone."""
    if day < start:
        return "scheduled"
    if day <= end:
        return "active"
    return "grace" if day <= end + grace * DAY else "expired"


@tagged("post_install", "-at_install")
class TestGraceDays(CustomerPortalCommon):
    """Day by day, from before the first to after the last one."""

    # Where customers live through which of the periods.
    LIVES = {"leap day": ZONES[:1], "spring in Auckland": ZONES[:1]}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        profiles = cls.env["customer.portal.profile"]
        cls.profile = profiles.create({"name": "Graceful"})
        cls.other = profiles.create({"name": "Graceless"})
        cls._set_param(cls, PARAM_NOTICE_DAYS, str(NOTICE))

    def _make(self, start, end, zone, moment):
        """Return a contact with a key, of a company in a time zone."""
        name = f"{zone} from {start}"
        company = self.env["res.company"].create({"name": name})
        company.partner_id.tz = zone
        with freeze_time(moment):
            partner = self._make_portal_contact(
                f"day{company.id}@example.com",
                company_id=company.id,
                portal_profile_id=self.profile.id,
                support_start_date=start,
                support_end_date=end,
            )
            self._make_api_key(self._user_of(partner))
        return partner

    def _run_crons(self):
        cron = self.registry["ir.cron"]
        period = self.env["customer.portal.period"].sudo()
        with patch.object(cron, "_commit_progress", return_value=60):
            period._cron_announce_ends()
            period._cron_end_periods()
        self.env.invalidate_all()

    def _count_notices(self, partner):
        rows = self.env["customer.portal.mail"].sudo()
        domain = [("partner_id", "=", partner.id), ("kind", "=", "notice")]
        return rows.search_count(domain)

    def _count_keys(self, partner):
        keys = self.env["res.users.apikeys"].sudo()
        return keys.search_count([("user_id", "=", self._user_of(partner).id)])

    def _assert_state(self, partner, state):
        """Compute, search, and ask the door and the gate."""
        self.env.invalidate_all()
        self.assertEqual(partner.portal_state, state)
        partners = self.env["res.partner"]
        for one in ("none", "scheduled", "active", "grace", "expired"):
            known = [("id", "=", partner.id), ("portal_state", "=", one)]
            self.assertEqual(bool(partners.search(known)), one == state, one)
        refusal = self._user_of(partner)._get_portal_refusal()
        self.assertEqual(not refusal, state in ("active", "grace"))
        gate = self.env["customer.portal.gate"].with_user(self._user_of(partner))
        self.assertEqual(gate._is_in_grace(), state == "grace")

    @takes_long
    def test_each_day_door_status_notice_and_end_are_what_the_calendar_says(self):
        for name, (start, end, grace) in PERIODS.items():
            self.profile.grace_days = grace
            for zone in self.LIVES.get(name, ()):
                with self.subTest(name, zone=zone):
                    self._live(start, end, grace, ZoneInfo(zone))

    def _live(self, start, end, grace, zone):
        first = datetime.combine(start - 2 * DAY, time(12), zone)
        partner = self._make(start, end, zone.key, first.astimezone(ZoneInfo("UTC")))
        day = start - 2 * DAY
        while day <= end + (grace + 2) * DAY:
            for moment in MOMENTS:
                local = datetime.combine(day, moment, zone)
                with freeze_time(local.astimezone(ZoneInfo("UTC"))):
                    state = expect(day, start, end, grace)
                    self._assert_state(partner, state)
                    self._run_crons()
                    is_over = state == "expired"
                    # What is still queued when the access ends goes with it.
                    is_told = bool(self._count_notices(partner)) or is_over
                    self.assertEqual(is_told, day >= end - NOTICE * DAY, day)
                    ended = self._kinds(partner).count("expired")
                    self.assertEqual(ended, int(is_over), day)
                    self.assertEqual(self._count_keys(partner), int(not is_over), day)
            day += DAY

    def test_a_change_of_profile_holds_at_once_and_an_end_counts_anew(self):
        self.profile.grace_days = 5
        start, end = date(2030, 6, 1), date(2030, 6, 10)
        partner = self._make(start, end, "UTC", datetime(2030, 6, 1, 12))
        steps = [
            (11, self.profile, 5, "grace", 0),
            (12, self.other, 5, "expired", 1),
            (13, self.profile, 5, "grace", 1),
            (14, self.profile, 3, "expired", 2),
            (15, self.profile, 30, "grace", 2),
            (39, self.profile, 30, "grace", 2),
            (41, self.profile, 30, "expired", 3),
        ]
        for day, profile, days, state, ended in steps:
            moment = datetime(2030, 5, 31, 12) + day * DAY
            with self.subTest(day), freeze_time(moment):
                partner.portal_profile_id = profile
                self.profile.grace_days = days
                self._assert_state(partner, state)
                self._run_crons()
                self.assertEqual(self._kinds(partner).count("expired"), ended)

    def test_who_has_no_profile_has_the_grace_of_the_default_one(self):
        partner = self._make_portal_contact(portal_profile_id=False)
        partner._write_without_sync(
            {
                "portal_profile_id": False,
                "support_start_date": False,
                "support_end_date": self.yesterday,
            }
        )
        default = self.env["customer.portal.profile"]._get_default()
        for days, state in ((0, "expired"), (1, "grace")):
            default.grace_days = days
            with self.subTest(state):
                self._assert_state(partner, state)

    def test_an_extension_ends_grace(self):
        self.profile.grace_days = 5
        partner = self._make_portal_contact(portal_profile_id=self.profile.id)
        partner._write_without_sync(
            {"support_start_date": False, "support_end_date": self.yesterday}
        )
        self._assert_state(partner, "grace")
        partner.with_user(self.agent).support_end_date = self.tomorrow
        self._assert_state(partner, "active")

    def test_the_last_day_of_time_needs_no_later_one(self):
        self.profile.grace_days = 366
        partner = self._make_portal_contact(portal_profile_id=self.profile.id)
        partner.support_end_date = date.max
        self.assertEqual(partner.portal_grace_end, date.max)
        self._assert_state(partner, "active")


@tagged("post_install", "-at_install", "long")
class TestGraceDaysElsewhere(TestGraceDays):
    """The other periods, and the other zones."""

    LIVES = {
        **dict.fromkeys(PERIODS, ZONES),
        "leap day": ZONES[1:],
        "spring in Auckland": ZONES[1:],
    }
