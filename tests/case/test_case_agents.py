from io import BytesIO

from werkzeug.datastructures import FileStorage

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..case_common import AGENT, TaskMailCommon, TicketMailCommon
from ..common import takes_long


class AgentStories:
    """Whatever a customer does reaches somebody."""

    def _archive(self, user):
        user.active = False
        self.env.invalidate_all()

    # === NEW === #

    def test_a_new_case_goes_to_the_default_assignee_by_page_and_by_mail(self):
        self.company.portal_assignee_id = self.boss
        self.organization.user_id = self.agent
        with self._new_mails() as mails:
            cases = self._make_case(), self._receive(self.emma.email)
        for case in cases:
            self.assertEqual(case[self.ASSIGNEE], self.boss)
            self.assertEqual(case.partner_id, self.emma)
        self.assertGreaterEqual(len(self._told(mails, self.boss.partner_id)), 2)
        self.assertNotIn(self.agent.partner_id, self._told(mails))

    def test_else_it_goes_to_the_account_representative(self):
        self.organization.user_id = self.agent
        for assignee in (False, self.boss):
            self.company.portal_assignee_id = assignee
            if assignee:
                self._archive(self.boss)
            with self._new_mails() as mails:
                cases = self._make_case(), self._receive(self.emma.email)
            for case in cases:
                self.assertEqual(case[self.ASSIGNEE], self.agent)
            self.assertIn(self.agent.partner_id, self._told(mails))

    def test_else_all_agents_of_the_company_are_told(self):
        other = self.env["res.company"].create({"name": "Other"})
        away = new_test_user(
            self.env,
            "away",
            AGENT,
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.company.portal_assignee_id = self.boss
        self._archive(self.boss)
        for make in (self._make_case, lambda: self._receive(self.emma.email)):
            with self._new_mails() as mails:
                case = make()
            self.assertFalse(case[self.ASSIGNEE])
            told = self._told(mails)
            self.assertLessEqual((self.agent | self.manager).partner_id, told)
            self.assertFalse((away | self.clerk | self.boss).partner_id & told)

    def test_else_agents_of_other_companies_are_told(self):
        lonely = self.env["res.company"].create({"name": "Lonely"})
        contact = self.env["res.partner"].create(
            {"name": "Lou", "email": "lou@example.org", "company_id": lonely.id}
        )
        told = self.agents._find(contact)
        self.assertLessEqual(self.agent | self.boss, told)
        self.assertNotIn(self.env.ref("base.user_root"), told)

    @takes_long
    def test_a_team_takes_cases_in_turn(self):
        self.company.write(
            {
                "portal_assignee_id": self.boss.id,
                "portal_assignee_ids": [Command.set(self.agent.ids)],
            }
        )
        cases = [self._make_case() for _number in range(4)]
        users = [case[self.ASSIGNEE] for case in cases]
        self.assertEqual(users.count(self.boss), 2)
        self.assertEqual(users.count(self.agent), 2)
        for case in cases:
            if case[self.ASSIGNEE] == self.agent:
                case.stage_id = self.stages["closed"]
        self.assertEqual(self._make_case()[self.ASSIGNEE], self.agent)
        self.assertEqual(self._receive(self.emma.email)[self.ASSIGNEE], self.agent)
        self._archive(self.agent)
        self.assertEqual(self._make_case()[self.ASSIGNEE], self.boss)

    # === LATER === #

    def _steps(self, case):
        """Return what a customer can do with a case, by name."""
        user, res_id = self.user, case.id
        file = FileStorage(BytesIO(b"hums"), filename="hum.txt")
        return {
            "upload": lambda: (
                self.env["customer.portal.file"]
                .with_user(user)
                .add_files("cases", res_id, [file])
            ),
            "priority": lambda: (
                self.env["customer.portal.form"]
                .with_user(user)
                .write_record(
                    "cases", res_id, {"priority": "0" if case.priority > "0" else "1"}
                )
            ),
            "comment": lambda: (
                self.env["customer.portal.thread"]
                .with_user(user)
                .post_comment("cases", res_id, "Well?")
            ),
            "mail": lambda: self._answer(case, self.emma.email),
            "close": lambda: (
                self.env["customer.portal.form"]
                .with_user(user)
                .close_record("cases", res_id)
            ),
            "reopen": lambda: (
                self.env["customer.portal.form"]
                .with_user(user)
                .reopen_record("cases", res_id)
            ),
            "close again": lambda: (
                self.env["customer.portal.form"]
                .with_user(user)
                .close_record("cases", res_id)
            ),
            "rating": lambda: (
                self.env["customer.portal.form"]
                .with_user(user)
                .rate_record("cases", res_id, 1, "Bad")
            ),
        }

    def test_whatever_a_customer_does_reaches_the_assignee(self):
        self.company.portal_assignee_id = self.boss
        case = self._make_case()
        for name, step in self._steps(case).items():
            with self.subTest(name), self._new_mails() as mails:
                step()
            self.assertEqual(len(self._told(mails, self.boss.partner_id)), 1, name)

    @takes_long
    def test_it_reaches_somebody_else_where_the_assignee_has_left(self):
        self.company.portal_assignee_id = self.boss
        case = self._make_case()
        self._archive(self.boss)
        self.company.portal_assignee_id = self.agent
        for name, step in self._steps(case).items():
            with self.subTest(name), self._new_mails() as mails:
                step()
            self.assertEqual(len(self._told(mails, self.agent.partner_id)), 1, name)
            self.assertNotIn(self.manager.partner_id, self._told(mails), name)

    @takes_long
    def test_it_reaches_all_agents_where_nobody_is_responsible(self):
        case = self._make_case()
        for name, step in self._steps(case).items():
            with self.subTest(name), self._new_mails() as mails:
                step()
            told = self._told(mails)
            self.assertLessEqual((self.agent | self.boss).partner_id, told, name)

    @takes_long
    def test_a_good_rating_and_the_same_priority_bother_nobody(self):
        self.company.portal_assignee_id = self.boss
        case = self._make_case()
        self.env["customer.portal.form"].with_user(self.user).close_record(
            "cases", case.id
        )
        with self._new_mails() as mails:
            self.env["customer.portal.form"].with_user(self.user).rate_record(
                "cases", case.id, 5
            )
            values = {"priority": case.priority}
            self.env["customer.portal.form"].with_user(self.user).write_record(
                "cases", case.id, values
            )
        self.assertFalse(self._told(mails, self.boss.partner_id))

    def _rate_by_link(self, case, rate, words):
        """Rate as the link in one of Odoo's mails does; return what the boss gets."""
        token = case._rating_get_access_token(self.emma)
        rating = case.sudo().rating_ids[:1] or self.env["rating.rating"].search(
            [("access_token", "=", token)]
        )
        with self._new_mails() as mails:
            case.rating_apply(rate, rating=rating, feedback=words)
        return self._told(mails, self.boss.partner_id)

    def test_a_low_rating_by_a_link_in_a_mail_reaches_the_assignee_once(self):
        self.company.portal_assignee_id = self.boss
        case = self._make_case()
        [mail] = self._rate_by_link(case, 1, "It still hums")
        self.assertIn("It still hums", mail.body_html)
        self.assertFalse(self._rate_by_link(case, 1, "Really"))

    def test_a_rating_by_a_link_that_gets_low_is_told(self):
        self.company.portal_assignee_id = self.boss
        case = self._make_case()
        self._rate_by_link(case, 5, "Good")
        [mail] = self._rate_by_link(case, 1, "It still hums")
        self.assertIn("rated this 1 out of 5. It still hums", mail.body_html)


@tagged("post_install", "-at_install")
class TestTaskAgents(AgentStories, TaskMailCommon):
    def test_settings_warn_while_nobody_takes_new_cases(self):
        settings = self.env["res.config.settings"].create({})
        self.assertIn("No one is selected", settings.portal_assignee_problem)
        self.assertNotIn("No one is notified", settings.portal_assignee_problem)
        self.company.portal_assignee_id = self.boss
        self.assertFalse(
            self.env["res.config.settings"].create({}).portal_assignee_problem
        )
        self._archive(self.boss)
        settings = self.env["res.config.settings"].create({})
        self.assertIn(self.boss.name, settings.portal_assignee_problem)
        self.company.portal_assignee_ids = self.agent
        self.assertFalse(
            self.env["res.config.settings"].create({}).portal_assignee_problem
        )

    def test_settings_warn_while_nobody_can_hear_of_new_cases(self):
        self.company.portal_assignee_id = self.boss
        self.boss.sudo().write({"email": False, "notification_type": "email"})
        settings = self.env["res.config.settings"].create({})
        self.assertIn("no email address", settings.portal_hearing_problem)
        self.boss.sudo().notification_type = "inbox"
        self.assertFalse(
            self.env["res.config.settings"].create({}).portal_hearing_problem
        )

    def test_settings_name_those_whose_answers_have_no_sender(self):
        self.company.portal_assignee_ids = self.boss | self.agent
        self.boss.sudo().email = "boss@example.com"
        self.agent.sudo().write({"email": False, "notification_type": "inbox"})
        settings = self.env["res.config.settings"].create({})
        self.assertFalse(settings.portal_hearing_problem)
        self.assertIn(self.agent.name, settings.portal_sender_problem)
        self.assertNotIn(self.boss.name, settings.portal_sender_problem)
        self.agent.sudo().email = "agent@example.com"
        self.assertFalse(
            self.env["res.config.settings"].create({}).portal_sender_problem
        )

    def test_other_projects_take_mails_as_before(self):
        self.company.portal_assignee_id = self.boss
        self.env["project.project"].create(
            {"name": "Other", "alias_name": "other", "alias_contact": "everyone"}
        )
        task = self._receive(self.emma.email, to="other@example.com")
        self.assertTrue(task)
        self.assertFalse(task.user_ids)

    def test_an_employee_who_is_written_to_stays_the_assignee(self):
        self.company.portal_assignee_id = self.boss
        to = f"{self.ADDRESS}, {self.agent.email}"
        self.assertEqual(self._receive(self.emma.email, to=to).user_ids, self.agent)


@tagged("post_install", "-at_install", "long")
class TestTicketAgents(AgentStories, TicketMailCommon):
    def test_a_ticket_is_never_the_customers_own_work(self):
        self.company.helpdesk_mgmt_ticket_auto_assign = True
        self.assertFalse(self._receive(self.emma.email).user_id)
        self.company.portal_assignee_id = self.boss
        self.assertEqual(self._receive(self.emma.email).user_id, self.boss)
