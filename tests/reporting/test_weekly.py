from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import CustomerPortalCommon, takes_long

MONDAY = datetime(2026, 3, 9, 7)


@tagged("post_install", "-at_install")
class TestWeekly(CustomerPortalCommon):
    """Those who manage the portal read every week what happened in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.weekly = cls.env["customer.portal.weekly"]
        group = cls.env.ref("customer_portal.group_customer_portal_manager")
        group.sudo().all_user_ids.portal_report_date = MONDAY.date()
        cls.manager = new_test_user(
            cls.env,
            "weekly@example.com",
            "base.group_user,customer_portal.group_customer_portal_manager",
            email="weekly@example.com",
        )
        cls.anna = cls._make_portal_contact("anna@example.com", name="Anna")
        cls.env["customer.portal.touchpoint"].sudo().search([]).unlink()

    def setUp(self):
        super().setUp()
        cron = self.registry["ir.cron"]
        self.enterContext(patch.object(cron, "_commit_progress", return_value=60))
        self.enterContext(freeze_time(MONDAY))

    def _note(self, days_ago, kind="login", **values):
        self.env["customer.portal.touchpoint"].sudo().create(
            {
                "partner_id": self.anna.id,
                "kind": kind,
                "date": MONDAY - timedelta(days=days_ago),
                **values,
            }
        )

    def _get_mails(self):
        return self.env["mail.mail"].sudo().search([("email_to", "ilike", "weekly@")])

    def _get_figures(self, user=None):
        figures = self.weekly._get_report(user or self.manager)["figures"]
        return {one.label: (one.value, one.before) for one in figures}

    def test_each_figure_stands_beside_that_of_the_week_before(self):
        for days_ago in (0, 1, 1, 2, 8, 20):
            self._note(days_ago)
        self._note(3, "denied", attempts=7)
        self._note(3, "denied")
        figures = self._get_figures()
        self.assertEqual(figures["Customers who logged in"], (1, 1))
        self.assertEqual(figures["Other attempts refused"], (8, 0))
        self.assertEqual(figures["Logins refused"], (0, 0))

    def test_a_report_is_sent_once_a_week_however_often_the_action_runs(self):
        self.weekly._cron_send()
        self.weekly._cron_send()
        mail = self._get_mails()
        self.assertEqual(len(mail), 1)
        self.assertIn("Customers who logged in", mail.body_html)
        self.assertIn("Auto-Submitted", mail.headers)
        with freeze_time(MONDAY + timedelta(days=6)):
            self.weekly._cron_send()
        self.assertEqual(len(self._get_mails()), 1)
        with freeze_time(MONDAY + timedelta(days=7)):
            self.weekly._cron_send()
        self.assertEqual(len(self._get_mails()), 2)

    def test_the_figures_of_an_email_are_counted_once(self):
        weekly = self.registry["customer.portal.weekly"]
        with patch.object(
            weekly, "_get_counts", autospec=True, side_effect=weekly._get_counts
        ) as count:
            self.weekly._cron_send()
        self.assertEqual(len(self._get_mails()), 1)
        self.assertEqual(count.call_count, 1)

    def test_agents_and_managers_who_left_get_none(self):
        group = self.env.ref("customer_portal.group_customer_portal_manager")
        self.manager.group_ids -= group
        self.weekly._cron_send()
        self.manager.group_ids += group
        self.manager.active = False
        self.weekly._cron_send()
        self.assertFalse(self._get_mails())

    def test_the_template_can_be_saved_whoever_it_is_tried_on(self):
        template = self.env.ref("customer_portal.mail_template_weekly_report")
        for user in (self.manager, self._user_of(self.anna)):
            text = template._render_field("body_html", user.ids)[user.id]
            self.assertIn(user.name, text)
            has_figures = "Customers who logged in" in text
            self.assertEqual(has_figures, user == self.manager)

    def test_one_report_that_fails_stops_no_other(self):
        other = self.manager.copy({"login": "second", "email": "second@example.com"})
        template = self.registry["mail.template"]
        send_mail = template.send_mail

        def fail(template, res_id, **values):
            if res_id == other.id:
                raise ValueError("broken")
            return send_mail(template, res_id, **values)

        with (
            patch.object(template, "send_mail", fail),
            mute_logger("odoo.addons.customer_portal.models.reporting.weekly"),
        ):
            self.weekly._cron_send()
        self.assertEqual(len(self._get_mails()), 1)
        self.assertFalse(other.portal_report_date)

    def test_a_manager_of_another_company_counts_only_what_they_may_read(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.anna.company_id = self.env.company
        self._note(1)
        self.manager.write(
            {"company_ids": [(6, 0, company.ids)], "company_id": company.id}
        )
        self.assertEqual(self._get_figures()["Customers who logged in"], (0, 0))

    @takes_long
    def test_the_template_is_saved_whoever_is_the_first_user(self):
        """Odoo renders it for the first user by name, at each install and update."""
        template = self.env.ref("customer_portal.mail_template_weekly_report")
        employee = new_test_user(self.env, "weekly.employee", "base.group_user")
        for user in (self._user_of(self.anna), employee):
            self.assertEqual(self._get_figures(user), {})
            user.sudo().name = "!"
            template.write(
                {"subject": template.subject, "body_html": template.body_html}
            )
            user.sudo().name = "Z"

    @takes_long
    def test_it_speaks_the_language_of_its_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.manager.lang = "fr_FR"
        self.weekly._cron_send()
        self.assertEqual(len(self._get_mails()), 1)

    def test_settings_switch_it_on_and_off(self):
        cron = self.env.ref("customer_portal.ir_cron_weekly_report")
        self.assertFalse(cron.active)
        for wanted in (True, False):
            settings = self.env["res.config.settings"].create({})
            self.assertEqual(settings.portal_weekly_report, not wanted)
            settings.portal_weekly_report = wanted
            settings.execute()
            self.assertEqual(cron.active, wanted)

    @takes_long
    def test_the_week_begins_where_its_reader_is(self):
        self._note(0.75)  # On Sunday at 13:00, which is Monday in Auckland.
        for tz, value in (("UTC", 1), ("Pacific/Auckland", 0)):
            self.manager.tz = tz
            with self.subTest(tz):
                found = self._get_figures()["Customers who logged in"]
                self.assertEqual(found, (value, 0))
        with freeze_time(MONDAY + timedelta(days=6, hours=6)):
            found = self._get_figures()["Customers who logged in"]
            self.assertEqual(found, (1, 0))
            self.assertEqual(self.weekly._get_start(self.manager), MONDAY.date())

    @takes_long
    def test_a_week_in_which_clocks_change_is_an_hour_shorter(self):
        self.manager.tz = "America/New_York"
        in_winter = datetime(2026, 3, 2, 5)  # Midnight there.
        self._note((MONDAY - in_winter) / timedelta(days=1))
        self.assertEqual(self._get_figures()["Customers who logged in"], (1, 0))
        touchpoint = self.env["customer.portal.touchpoint"].sudo().search([], limit=1)
        touchpoint.date = in_winter - timedelta(minutes=30)  # On the Sunday before.
        self.assertEqual(self._get_figures()["Customers who logged in"], (0, 1))
