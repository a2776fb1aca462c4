from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...const import PARAM_NOTICE_DAYS
from ...models.access import period
from ...models.access.res_users import ResUsers
from ..common import CustomerPortalCommon, takes_long

PERIOD_LOGGER = "odoo.addons.customer_portal.models.access.period"


class PeriodCommon(CustomerPortalCommon):
    def _run_cron(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"customer_portal.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def _end_periods(self):
        self._run_cron("ir_cron_end_periods")

    def _announce(self):
        self._run_cron("ir_cron_announce_ends")

    def _move_end(self, partner, end):
        """Move the end as time does: nothing follows from it."""
        partner._write_without_sync(
            {"support_start_date": False, "support_end_date": end}
        )
        self.env.flush_all()

    def _add_key(self, user):
        self.env["res.users.apikeys"].with_user(user).sudo()._generate(
            None, "key", date.today() + timedelta(days=1)
        )

    def _count_keys(self, user):
        return (
            self.env["res.users.apikeys"]
            .sudo()
            .search_count([("user_id", "=", user.id)])
        )


@tagged("post_install", "-at_install")
class TestEndOfPeriods(PeriodCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls._make_portal_contact()
        cls.user = cls._user_of(cls.partner)

    def _token(self, user=None):
        return (user or self.user)._compute_session_token("a session")

    def test_sessions_end_for_good(self):
        token = self._token()
        self._expire(self.partner)
        self._end_periods()
        self.assertNotEqual(self._token(), token)
        self.partner.with_user(self.agent).support_end_date = self.tomorrow
        self.assertNotEqual(self._token(), token)

    def test_keys_go_and_links_are_void(self):
        self._add_key(self.user)
        self.partner.sudo().signup_prepare()
        link = self.partner.sudo()._generate_signup_token()
        self._expire(self.partner)
        self._end_periods()
        self.assertFalse(self._count_keys(self.user))
        self.assertFalse(self.partner.sudo().signup_type)
        self._move_end(self.partner, self.tomorrow)
        self.partner.sudo().signup_prepare()
        self.assertFalse(self.partner._get_partner_from_token(link))

    def test_the_user_is_not_archived(self):
        self._expire(self.partner)
        self._end_periods()
        self.assertTrue(self.user.active)
        self.assertTrue(self.partner.portal_user)

    def test_it_is_logged_once_however_often_it_runs(self):
        self._expire(self.partner)
        for _run in range(3):
            self._end_periods()
        self.assertEqual(self._kinds(self.partner), ["granted", "expired"])

    def test_days_that_were_missed_are_caught_up(self):
        self._move_end(self.partner, self.today - timedelta(days=400))
        self._end_periods()
        self.assertIn("expired", self._kinds(self.partner))

    def test_who_is_inside_is_left_alone(self):
        self._add_key(self.user)
        token = self._token()
        for end in (self.today, self.tomorrow, False):
            self._move_end(self.partner, end)
            self._end_periods()
        self.assertEqual(self._token(), token)
        self.assertTrue(self._count_keys(self.user))
        self.assertEqual(self._kinds(self.partner), ["granted"])

    def test_a_period_that_was_extended_and_ends_again_counts_anew(self):
        self._expire(self.partner)
        self._end_periods()
        self._move_end(self.partner, self.tomorrow)
        self._end_periods()
        self._move_end(self.partner, self.yesterday - timedelta(days=1))
        self._end_periods()
        self.assertEqual(self._kinds(self.partner).count("expired"), 2)

    def test_extending_to_the_same_day_again_counts_anew(self):
        """The agent extends, then takes it back: the keys made meanwhile must go."""
        self._expire(self.partner)
        self._end_periods()
        self.partner.with_user(self.agent).support_end_date = self.tomorrow
        self._add_key(self.user)
        self._expire(self.partner)
        self._end_periods()
        self.assertFalse(self._count_keys(self.user))
        self.assertEqual(self._kinds(self.partner).count("expired"), 2)

    @takes_long
    def test_a_contact_without_user_is_done_too(self):
        partner = self._make_portal_contact("late@example.com")
        self._user_of(partner).unlink()
        partner._write_without_sync({"portal_user": True})
        self._expire(partner)
        self._end_periods()
        self.assertIn("expired", self._kinds(partner))

    def test_an_internal_user_with_the_tick_keeps_their_keys(self):
        self._add_key(self.agent)
        self.agent.partner_id._write_without_sync({"portal_user": True})
        self._expire(self.agent.partner_id)
        self._end_periods()
        self.assertTrue(self._count_keys(self.agent))

    @takes_long
    def test_each_company_has_its_own_day(self):
        companies = self.env["res.company"].create([{"name": "East"}, {"name": "West"}])
        east, west = companies
        east.partner_id.tz, west.partner_id.tz = "Pacific/Auckland", "Pacific/Honolulu"
        emma = self._make_portal_contact("east@example.com", company_id=east.id)
        walt = self._make_portal_contact("west@example.com", company_id=west.id)
        for partner in emma + walt:
            self._move_end(partner, date(2026, 3, 9))
        with freeze_time("2026-03-09 12:00:00"):
            self._end_periods()
        self.assertIn("expired", self._kinds(emma))
        self.assertNotIn("expired", self._kinds(walt))
        with freeze_time("2026-03-10 10:30:00"):
            self._end_periods()
        self.assertIn("expired", self._kinds(walt))

    def _make_expired(self, count, name="c"):
        partners = self.env["res.partner"].create(
            [
                {
                    "name": f"{name}{number}",
                    "email": f"{name}{number}@example.com",
                    "portal_user": True,
                }
                for number in range(count)
            ]
        )
        self._expire(partners)
        return partners

    @takes_long
    def test_small_batches_reach_everybody(self):
        partners = self._make_expired(5)
        with patch.object(period, "BATCH", 2):
            self._end_periods()
        for partner in partners:
            self.assertEqual(self._kinds(partner), ["granted", "expired"])

    @contextmanager
    def _failing_for(self, bad_user):
        original = ResUsers._void_portal_access

        def fail(users):
            if bad_user in users:
                raise ValueError("cannot")
            return original(users)

        with patch.object(ResUsers, "_void_portal_access", fail):
            yield

    def test_a_contact_that_fails_is_reported_and_stops_nobody(self):
        partners = self._make_expired(3)
        bad = partners[1]
        with (
            self._failing_for(self._user_of(bad)),
            self.assertLogs(PERIOD_LOGGER, "WARNING") as logs,
        ):
            self._end_periods()
        self.assertIn(f"Contact {bad.id}", "".join(logs.output))
        self.assertEqual(self._kinds(bad), ["granted"])
        for partner in partners - bad:
            self.assertEqual(self._kinds(partner), ["granted", "expired"])
        self._end_periods()
        self.assertEqual(self._kinds(bad), ["granted", "expired"])

    def test_a_contact_that_fails_alone_is_reported(self):
        partner = self._make_expired(1)
        with (
            self._failing_for(self._user_of(partner)),
            self.assertLogs(PERIOD_LOGGER, "ERROR") as logs,
        ):
            self._end_periods()
        self.assertIn(f"Contact {partner.id}", "".join(logs.output))

    @takes_long
    def test_rows_locked_by_another_worker_are_left_to_it(self):
        partners = self._make_expired(3)
        locked = partners[:1]
        partner_class = self.registry["res.partner"]
        with patch.object(
            partner_class,
            "try_lock_for_update",
            lambda records, **kwargs: records - locked,
        ):
            self._end_periods()
        self.assertEqual(self._kinds(locked), ["granted"])
        self.assertIn("expired", self._kinds(partners[1]))

    @takes_long
    def test_a_batch_costs_the_same_queries_for_few_and_many(self):
        period = self.env["customer.portal.period"]
        costs = []
        for number in (1, 2, 22):
            partners = self._make_expired(number, f"batch{number}")
            before = self.env.cr.sql_log_count
            period._do(partners, period._end_periods)
            self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - before)
        self.assertEqual(costs[1], costs[2])


@tagged("post_install", "-at_install")
class TestSupportEndNotice(PeriodCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls._make_portal_contact()
        cls.env["ir.config_parameter"].set_param(PARAM_NOTICE_DAYS, 30)

    def _notices(self, partner):
        return self._mails_to(partner).filtered(lambda m: "support ends" in m.subject)

    def _end_in(self, days, partner=None):
        self._move_end(partner or self.partner, self.today + timedelta(days=days))

    def test_each_end_date_is_announced_once(self):
        self._end_in(30)
        for _run in range(3):
            self._announce()
        self.assertEqual(len(self._notices(self.partner)), 1)

    @takes_long
    def test_a_new_end_date_is_announced_anew(self):
        for days in (10, 20):
            self._end_in(days)
            self._announce()
        self.assertEqual(len(self._notices(self.partner)), 2)

    def test_the_last_day_is_still_announced_and_the_day_after_not(self):
        self._end_in(0)
        self._announce()
        self.assertEqual(len(self._notices(self.partner)), 1)
        self._end_in(-1)
        self._announce()
        self.assertEqual(len(self._notices(self.partner)), 1)

    def test_a_run_that_was_missed_is_caught_up(self):
        self._end_in(3)
        self._announce()
        self.assertTrue(self._notices(self.partner))

    def test_who_has_more_days_left_hears_nothing(self):
        for days in (31, 300):
            self._end_in(days)
            self._announce()
        self._move_end(self.partner, False)
        self._announce()
        self.assertFalse(self._notices(self.partner))

    def test_no_days_or_nonsense_mean_no_notice(self):
        self._end_in(1)
        for days in ("0", "-5", "", "soon"):
            with self.subTest(days=days):
                self._set_param(PARAM_NOTICE_DAYS, days)
                self._announce()
        self.assertFalse(self._notices(self.partner))

    @takes_long
    def test_the_mail_names_the_day_in_the_contacts_language(self):
        end = self.today + timedelta(days=5)
        for lang, pattern in (("nl_NL", "%d-%m-%Y"), ("fr_FR", "%d/%m/%Y")):
            with self.subTest(lang=lang):
                self.env["res.lang"]._activate_lang(lang)
                email = f"{lang}@example.com".lower()
                partner = self._make_portal_contact(email, lang=lang)
                self._move_end(partner, end)
                self._announce()
                mail = self._notices(partner)
                self.assertIn(end.strftime(pattern), mail.subject)
                self.assertIn(end.strftime(pattern), mail.body_html)

    def test_who_may_not_come_in_hears_nothing(self):
        archived = self._make_portal_contact("archived@example.com")
        archived.active = False
        former = self._make_portal_contact("former@example.com")
        former.portal_user = False
        for partner in archived + former:
            self._end_in(5, partner)
        self._announce()
        self.assertFalse(self._notices(archived + former))

    def test_who_has_no_address_is_not_tried_again(self):
        self.env.cr.execute(
            "UPDATE res_partner SET email = NULL, email_normalized = NULL"
            " WHERE id = %s",
            self.partner.ids,
        )
        self.env.invalidate_all()
        self._end_in(5)
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self._announce()
            self._announce()
        self.assertLessEqual(len(self._notices(self.partner)), 1)

    @takes_long
    def test_each_company_counts_its_own_days(self):
        self._set_param(PARAM_NOTICE_DAYS, 1)
        company = self.env["res.company"].create({"name": "East"})
        company.partner_id.tz = "Pacific/Auckland"
        emma = self._make_portal_contact("east@example.com", company_id=company.id)
        for partner in emma + self.partner:
            self._move_end(partner, date(2026, 3, 11))
        with freeze_time("2026-03-09 12:00:00"):  # In Auckland it is the 10th.
            self._announce()
        self.assertTrue(self._notices(emma))
        self.assertFalse(self._notices(self.partner))

    def test_the_mail_is_queued_and_belongs_to_the_contact(self):
        self._end_in(5)
        self._announce()
        mail = self._notices(self.partner)
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, self.partner)

    @takes_long
    def test_a_template_that_fails_for_one_contact_does_not_stop_the_others(self):
        bad = self._make_portal_contact("bad@example.com")
        template = self.env.ref("customer_portal.mail_template_support_end")
        template.subject = f"{{{{ 1 / (object.id - {bad.id}) }}}} support ends"
        self._end_in(5)
        self._end_in(5, bad)
        with mute_logger("odoo.addons.mail", PERIOD_LOGGER):
            self._announce()
        self.assertTrue(self._notices(self.partner))
        self.assertFalse(self._notices(bad))

    def test_without_its_template_nobody_counts_as_told(self):
        self.env.ref("customer_portal.mail_template_support_end").unlink()
        self._end_in(5)
        self._announce()
        self.assertFalse(self._notices(self.partner))
        self.assertFalse(self.partner.support_end_announced)
