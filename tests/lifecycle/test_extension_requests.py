from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...const import PARAM_SUPPORT_MONTHS
from ...models.access.res_partner_extension import REQUESTED
from ..common import CustomerPortalHttpCommon, takes_long
from ..lifecycle_common import LifecycleCommon


class ExtensionCommon(LifecycleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.noah = cls._make_portal_contact(
            "noah@example.com", parent_id=cls.organization.id
        )
        for partner in cls.emma + cls.noah:
            partner._write_without_sync({"support_end_date": cls.tomorrow})
        cls.user = cls._user_of(cls.emma)

    def _ask(self, *partners):
        """Let contacts ask; return their requests, in their order."""
        for partner in partners or (self.emma,):
            partner.with_user(self._user_of(partner))._ask_for_extension()
        return self._requests(*partners)

    def _requests(self, *partners):
        requests = self.env["customer.portal.extension"].with_user(self.boss)
        found = [
            requests.search([("partner_id", "=", partner.id)])
            for partner in partners or (self.emma,)
        ]
        return found[0].union(*found)

    def _answers(self, partner=None):
        return self._followed("extension_answer", partner or self.emma)

    def _to_boss(self):
        return self._followed("extension_request", self.boss.partner_id)

    def _activities(self, partner=None):
        return (partner or self.emma)._get_extension_activities_sudo()

    def _answer(self, requests, decision, **values):
        action = getattr(requests, f"action_{decision}")()
        answers = self.env["customer.portal.extension.answer"].with_user(self.boss)
        form = Form(answers.with_context(**action["context"]))
        for name, value in values.items():
            setattr(form, name, value)
        answer = form.save()
        answer.action_answer()
        return answer


@tagged("post_install", "-at_install")
class TestExtensionRequests(ExtensionCommon):
    """A request is a record, an activity and an email to who decides."""

    def test_a_request_is_a_record_with_what_there_is_to_know(self):
        request = self._ask()
        self.assertRecordValues(
            request,
            [
                {
                    "partner_id": self.emma.id,
                    "organization_id": self.organization.id,
                    "user_id": self.boss.id,
                    "end_date": self.tomorrow,
                    "state": "open",
                }
            ],
        )
        self.assertEqual(len(self._activities()), 1)
        self.assertEqual(
            self.emma.with_user(self.boss).portal_open_extension_id, request
        )
        action = self.emma.with_user(self.boss).action_view_portal_extension()
        self.assertEqual(action["res_id"], request.id)

    def test_who_decides_gets_one_email_whose_buttons_lead_to_the_request(self):
        self.boss.notification_type = "email"
        request = self._ask()
        mail = self._mails_to(self.boss.partner_id).filtered(
            lambda mail: "extension" in (mail.subject or "")
        )
        self.assertEqual(mail, self._to_boss())
        self.assertIn("emma@example.com", mail.reply_to)
        url = f"/odoo/portal-extensions/{request.id}"
        self.assertEqual(mail.body_html.count(f'{url}"'), 3)
        for text in ("Extend by 12 Months", "Choose Date", "Refuse", "Oakline"):
            self.assertIn(text, mail.body_html)

    @takes_long
    def test_the_email_names_the_months_of_settings(self):
        self._set_param(PARAM_SUPPORT_MONTHS, "6")
        self._ask()
        self.assertIn("Extend by 6 Months", self._to_boss().body_html)

    @takes_long
    def test_a_representative_who_is_no_agent_gets_no_buttons(self):
        (self.organization | self.emma).user_id = self.clerk
        self._ask()
        mail = self._followed("extension_request", self.clerk.partner_id)
        self.assertNotIn("/odoo/portal-extensions/", mail.body_html)
        self.assertIn("ask an agent", mail.body_html)

    def test_a_second_request_is_the_same_and_one_after_a_day_is_asked_anew(self):
        request = self._ask()
        self.assertEqual(self._ask(), request)
        self._activities().action_feedback()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_portal_touchpoint SET date = %s WHERE kind = %s",
            (fields.Datetime.now() - timedelta(hours=25), REQUESTED),
        )
        self.env.invalidate_all()
        self.assertEqual(self._ask(), request, "one row, as it is still open")
        self.assertEqual(len(self._activities()), 1)
        self.assertEqual(len(self._to_boss()), 2)

    @takes_long
    def test_without_its_template_core_still_tells_who_decides(self):
        self.boss.notification_type = "email"
        self.env.ref("customer_portal.mail_template_extension_asked").unlink()
        self._ask()
        self.assertFalse(self._to_boss())
        self.assertTrue(self._mails_to(self.boss.partner_id))

    @takes_long
    def test_a_template_that_fails_keeps_nobody_from_asking(self):
        template = self.env.ref("customer_portal.mail_template_extension_asked")
        template.subject = "{{ 1/0 }}"
        with mute_logger(
            "odoo.addons.mail", "odoo.addons.customer_portal.models.lifecycle.letter"
        ):
            self.assertEqual(self._ask().state, "open")

    def test_customers_and_employees_who_give_no_access_reach_no_request(self):
        request = self._ask()
        for user in (self.user, self.clerk):
            own = request.with_user(user)
            with self.assertRaises(AccessError):
                own.read(["state"])
            for name in ("extend", "choose", "refuse"):
                with (
                    self.subTest(user.login, name=name),
                    self.assertRaises(AccessError),
                ):
                    getattr(own, f"action_{name}")()
        with self.assertRaises(AccessError):
            request.write({"state": "granted"})
        with self.assertRaises(AccessError):
            request.create({"partner_id": self.noah.id})

    def test_agents_of_another_company_reach_no_request(self):
        other = self.env["res.company"].create({"name": "Other"})
        request = self._ask()
        (self.emma + self.organization).company_id = self.env.company
        self.agent.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.env.invalidate_all()
        foreign = request.with_user(self.agent)
        self.assertFalse(foreign.search([("id", "=", request.id)]))
        with self.assertRaises(AccessError):
            foreign.action_extend()
        answers = self.env["customer.portal.extension.answer"].with_user(self.agent)
        answer = answers.sudo().create({"extension_ids": request.ids})
        with self.assertRaises(UserError):
            answer.sudo(False).action_answer()
        self.assertEqual(self.emma.support_end_date, self.tomorrow)

    def test_nobody_uses_the_answer_of_somebody_else(self):
        answer = (
            self.env["customer.portal.extension.answer"]
            .with_user(self.boss)
            .create({"extension_ids": self._ask().ids, "decision": "refused"})
        )
        with self.assertRaises(AccessError):
            answer.with_user(self.agent).message = "x"


@tagged("post_install", "-at_install")
class TestExtensionDecisions(ExtensionCommon):
    """What is decided moves the period, closes the activity and tells the customer."""

    def test_one_button_extends_by_the_months_of_settings_or_twelve(self):
        for setting, months in (("6", 6), ("0", 12), ("", 12)):
            with self.subTest(setting=setting):
                self._set_param(PARAM_SUPPORT_MONTHS, setting)
                self.emma._write_without_sync({"support_end_date": self.tomorrow})
                request = self._requests() or self._ask()
                request.sudo().state = "open"
                request.action_extend()
                end = self.tomorrow + relativedelta(months=months)
                self.assertEqual(self.emma.support_end_date, end)
                self.assertRecordValues(
                    request,
                    [
                        {
                            "state": "granted",
                            "new_end_date": end,
                            "decided_by_id": self.boss.id,
                        }
                    ],
                )
                self.assertFalse(self._activities())

    def test_support_that_is_over_is_extended_from_today(self):
        self._expire(self.emma)
        self._ask().action_extend()
        end = self.today + relativedelta(months=12)
        self.assertEqual(self.emma.support_end_date, end)
        self.assertEqual(self.emma.portal_state, "active")

    def test_the_customer_is_told_by_email_and_it_is_logged(self):
        self._ask().action_extend()
        [mail] = self._answers()
        self.assertEqual(mail.recipient_ids, self.emma)
        self.assertIn("Your support was extended", mail.subject)
        self.assertIn("extension_granted", self._kinds(self.emma))

    def test_a_date_can_be_chosen_with_a_message(self):
        end = self.today + timedelta(days=90)
        request = self._ask()
        self._answer(request, "choose", new_end_date=end, message="See <b>you</b>")
        self.assertEqual(self.emma.support_end_date, end)
        self.assertEqual(request.state, "granted")
        body = self._answers().body_html
        self.assertIn("See &lt;b&gt;you&lt;/b&gt;", body)

    @takes_long
    def test_the_date_that_is_proposed_is_that_of_the_button(self):
        request = self._ask()
        action = request.action_choose()
        answers = self.env["customer.portal.extension.answer"].with_user(self.boss)
        form = Form(answers.with_context(**action["context"]))
        self.assertEqual(form.new_end_date, request._get_extended_end())

    def test_a_date_that_extends_nothing_is_refused(self):
        request = self._ask()
        for end in (self.tomorrow, self.today, self.yesterday):
            with self.subTest(end=end), self.assertRaises(UserError):
                self._answer(request, "choose", new_end_date=end)
        self._expire(self.emma)
        with self.assertRaises(UserError):
            self._answer(request, "choose", new_end_date=self.yesterday)
        self.assertEqual(request.state, "open")

    def test_who_is_refused_reads_why_and_the_period_stays(self):
        request = self._ask()
        self._answer(request, "refuse", message="Please renew your contract first.")
        self.assertEqual(request.state, "refused")
        self.assertEqual(self.emma.support_end_date, self.tomorrow)
        self.assertFalse(self._activities())
        [mail] = self._answers()
        self.assertIn("Please renew your contract first.", mail.body_html)
        self.assertIn("extension_refused", self._kinds(self.emma))

    @takes_long
    def test_many_are_extended_at_once_each_from_its_own_end(self):
        self._expire(self.noah)
        requests = self._ask(self.emma, self.noah)
        action = requests.action_extend()
        self.assertIn("2", action["params"]["message"])
        year = relativedelta(months=12)
        self.assertEqual(self.emma.support_end_date, self.tomorrow + year)
        self.assertEqual(self.noah.support_end_date, self.today + year)
        for partner in self.emma + self.noah:
            self.assertEqual(len(self._answers(partner)), 1)

    @takes_long
    def test_many_are_refused_at_once_and_decided_ones_are_left_alone(self):
        requests = self._ask(self.emma, self.noah)
        requests[0].action_extend()
        end = self.emma.support_end_date
        self._answer(requests, "refuse")
        self.assertEqual(requests.mapped("state"), ["granted", "refused"])
        self.assertEqual(self.emma.support_end_date, end)
        self.assertEqual(len(self._answers()), 1)

    def test_who_decides_second_changes_nothing_and_learns_it(self):
        request = self._ask()
        action = request.action_refuse()
        request.action_extend()
        end = self.emma.support_end_date
        with self._no_mail(), self._no_touchpoint():
            with self.assertRaisesRegex(UserError, "already been decided"):
                request.action_extend()
            answers = self.env["customer.portal.extension.answer"].with_user(self.agent)
            answer = answers.create(
                {
                    "extension_ids": action["context"]["default_extension_ids"],
                    "decision": "refused",
                }
            )
            with self.assertRaisesRegex(UserError, "already been decided"):
                answer.action_answer()
        self.assertEqual((request.state, self.emma.support_end_date), ("granted", end))

    def test_moving_the_end_on_the_contact_grants_the_request(self):
        request = self._ask()
        self.emma.with_user(self.agent).support_end_date = self.today
        self.assertEqual(request.state, "open", "an earlier end is no extension")
        self.emma.with_user(self.agent).support_end_date = False
        self.assertEqual(request.state, "granted")
        self.assertEqual(request.decided_by_id, self.agent)
        self.assertIn("no longer has an end date", self._answers().body_html)

    def test_a_request_falls_with_the_access(self):
        request = self._ask()
        self.emma.with_user(self.agent).portal_user = False
        self.assertEqual(request.state, "void")
        self.assertFalse(self._activities() or self._answers())
        with self.assertRaises(UserError):
            request.action_extend()

    @takes_long
    def test_access_that_ended_unnoticed_is_not_extended(self):
        request = self._ask()
        self.emma._write_without_sync({"portal_user": False})
        with self.assertRaisesRegex(UserError, "no longer a portal user"):
            request.action_extend()

    @takes_long
    def test_who_has_opted_out_is_answered_in_the_portal_alone(self):
        request = self._ask()
        self.env["mail.blacklist"]._add(self.emma.email)
        request.action_extend()
        row = self.emma.portal_mail_ids.filtered(lambda r: r.kind == "extension_answer")
        self.assertEqual(row.state, "not_sent")
        self.assertEqual(self.emma._get_portal_answer()["state"], "granted")

    @takes_long
    def test_an_answer_that_cannot_be_mailed_is_still_given(self):
        request = self._ask()
        template = self.env.ref("customer_portal.mail_template_extension_granted")
        template.subject = "{{ 1 / (0 if object.new_end_date else 1) }}"
        with mute_logger(
            "odoo.addons.mail", "odoo.addons.customer_portal.models.lifecycle.letter"
        ):
            request.action_extend()
        self.assertEqual(request.state, "granted")

    def test_the_company_of_the_customer_answers(self):
        company = self.env["res.company"].create(
            {"name": "East", "email": "east@company.example.com"}
        )
        self.boss.company_ids += company
        self.user.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        self._ask().action_extend()
        self.assertIn("east@company.example.com", self._answers().email_from)

    @takes_long
    def test_there_is_no_end_after_the_year_9999(self):
        request = self._ask()
        self.emma._write_without_sync({"support_end_date": "9999-06-01"})
        with self.assertRaises(UserError):
            request.action_extend()

    @takes_long
    def test_the_button_in_the_list_and_the_form_says_how_long(self):
        requests = self.env["customer.portal.extension"]
        for months, label in (
            ("1", "Extend by 1 Month"),
            ("24", "Extend by 24 Months"),
        ):
            self._set_param(PARAM_SUPPORT_MONTHS, months)
            for kind in ("form", "list"):
                arch = requests.get_view(view_type=kind)["arch"]
                self.assertIn(f'string="{label}"', arch)


@tagged("post_install", "-at_install")
class TestExtensionAnswerPages(ExtensionCommon, CustomerPortalHttpCommon):
    """Customers read on their home page what was decided."""

    def _home(self):
        return self.url_open("/my").text

    @takes_long
    def test_who_is_granted_more_reads_it_for_two_weeks(self):
        self._ask().action_extend()
        self._log_in("emma@example.com")
        page = self._home()
        self.assertIn("Your support was extended", page)
        self.assertNotIn("o_customer_portal_support_end", page)
        self.emma.sudo().portal_extension_decided -= timedelta(days=15)
        self.assertNotIn("Your support was extended", self._home())

    @takes_long
    def test_who_has_dismissed_it_reads_it_no_longer(self):
        request = self._ask()
        request.action_extend()
        self._log_in("emma@example.com")
        self.opener.cookies["customer_portal_extension"] = str(request.id)
        self.assertNotIn("Your support was extended", self._home())

    def test_who_is_refused_reads_it_and_why(self):
        self._answer(self._ask(), "refuse", message="Please <i>renew</i> first.")
        self._log_in("emma@example.com")
        page = self._home()
        self.assertIn("We could not grant your request", page)
        self.assertIn("Please &lt;i&gt;renew&lt;/i&gt; first.", page)
        self.assertNotIn("We have received your request", page)
        self.assertNotIn("Your support was extended", page)

    def test_who_is_kept_out_reads_it_at_the_login(self):
        self._expire(self.emma)
        self._answer(self._ask(), "refuse", message="Please call us.")
        page = self._log_in("emma@example.com").text
        self.assertIn("We could not grant your request", page)
        self.assertIn("Please call us.", page)

    def test_a_colleague_reads_nothing_of_it(self):
        self._ask().action_extend()
        self._log_in("noah@example.com")
        self.assertNotIn("Your support was extended", self._home())
