from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from ..common import CustomerPortalCommon, takes_long

PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    b"AABJRU5ErkJggg=="
)
LISTS = (
    "project.task",
    "res.partner",
    "customer.portal.faq",
    "customer.portal.document",
)


@tagged("post_install", "-at_install")
class TestOnboarding(CustomerPortalCommon):
    """Getting Started, and what is said above lists."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        named = cls.env["res.company"].search([("name", "=", "My Company")])
        named.name = "Named"
        cls.company = cls.env["res.company"].create({"name": "My Company"})
        cls.boss = new_test_user(
            cls.env,
            login="boss",
            groups="base.group_system,customer_portal.group_customer_portal_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.boss.email = "boss@example.com"
        cls.onboarding = cls.env["customer.portal.onboarding"].with_user(cls.boss)
        cls.env["res.partner"].search([("portal_user", "=", True)]).portal_user = False
        cls.env["customer.portal.faq"].search([]).is_published = False

    def _steps(self, user=None, model_name="res.partner"):
        onboarding = self.onboarding.with_user(user or self.boss)
        steps = onboarding.get_panel(model_name)["steps"]
        return {step["code"]: step for step in steps}

    def _is_done(self, code):
        return self._steps()[code]["done"]

    def _notices(self, model_name, user=None):
        onboarding = self.onboarding.with_user(user or self.boss)
        return onboarding.get_panel(model_name)["notices"]

    def _send_test_mail(self, **errors):
        with self._mail_server(**errors), mute_logger("odoo.models.unlink"):
            return self.onboarding.open_step("mail")

    def _set_visible(self, code, visible):
        module = self.env["customer.portal.module"].search([("code", "=", code)])
        rows = self.env["customer.portal.permission"].search(
            [("module_id", "=", module.id)]
        )
        rows.visible = False
        if visible:
            profile = self.env["customer.portal.profile"]._get_default()
            rows.filtered(lambda row: row.profile_id == profile).visible = True

    # === Steps === #

    def test_at_first_nothing_is_done(self):
        steps = self._steps()
        self.assertEqual(
            list(steps),
            ["mail", "company", "assignee", "look", "faq", "customer", "visit"],
        )
        for code, step in steps.items():
            with self.subTest(code):
                self.assertFalse(step["done"])
                self.assertTrue(step["title"] and step["text"] and step["button"])

    def test_a_test_mail_that_was_sent_ticks_email_until_a_server_changes(self):
        action = self._send_test_mail()
        self.assertEqual(action["params"]["type"], "success")
        self.assertTrue(self._is_done("mail"))
        server = self.env["ir.mail_server"].create(
            {"name": "New", "smtp_host": "mail.example.com"}
        )
        later = fields.Datetime.now() + timedelta(seconds=2)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_mail_server SET write_date = %s WHERE id = %s",
            [later, server.id],
        )
        self.assertFalse(self._is_done("mail"))

    def test_a_test_mail_that_was_refused_unticks_email(self):
        self.company.portal_mail_tested = fields.Datetime.now()
        action = self._send_test_mail(connect=ConnectionRefusedError("nobody there"))
        self.assertEqual(action["params"]["type"], "danger")
        self.assertIn("nobody there", action["params"]["message"])
        self.assertFalse(self._is_done("mail"))

    def test_a_test_mail_that_fails_says_what_to_do(self):
        self.env["ir.mail_server"].search([]).active = False
        refused = ConnectionRefusedError("nobody there")
        message = self._send_test_mail(connect=refused)["params"]["message"]
        self.assertIn("choose Outgoing Email Servers", message)
        self.assertIn("nobody there", message)
        server = {"name": "Ours", "smtp_host": "mail.example.com"}
        self.env["ir.mail_server"].create(server)
        message = self._send_test_mail(connect=refused)["params"]["message"]
        self.assertIn("Check the outgoing mail server", message)
        self.boss.email = False
        message = self._send_test_mail()["params"]["message"]
        self.assertIn("Enter one in My Preferences", message)

    @takes_long
    def test_a_company_is_introduced_by_name_logo_and_email(self):
        for values in (
            {"name": "Acme"},
            {"logo": PIXEL},
            {"email": "help@example.com"},
        ):
            self.assertFalse(self._is_done("company"))
            self.company.write(values)
        self.assertTrue(self._is_done("company"))

    def test_cases_need_somebody_who_can_still_log_in(self):
        self.company.portal_assignee_ids = self.agent
        self.assertTrue(self._is_done("assignee"))
        self.agent.active = False
        self.assertFalse(self._is_done("assignee"))

    @takes_long
    def test_look_and_address_are_both_needed(self):
        self.company.portal_title = "Acme Support"
        self._set_param("web.base.url", "http://localhost:8069")
        self.assertFalse(self._is_done("look"))
        self.company.portal_url = "https://portal.example.com"
        self.assertTrue(self._is_done("look"))
        self.company.portal_title = False
        self.assertFalse(self._is_done("look"))
        self.company.portal_logo = PIXEL
        self.assertTrue(self._is_done("look"))

    def test_an_faq_counts_once_it_is_published(self):
        faq = self.env["customer.portal.faq"].create({"question": "Why?"})
        self.assertFalse(self._is_done("faq"))
        faq.is_published = True
        self.assertTrue(self._is_done("faq"))

    def test_the_first_customer_and_their_first_login_are_noticed(self):
        partner = self._make_portal_contact()
        self.assertTrue(self._is_done("customer"))
        self.assertFalse(self._is_done("visit"))
        user = self._user_of(partner)
        self.env["res.users.log"].with_user(user).sudo().create({})
        self.assertTrue(self._is_done("visit"))

    def test_a_customer_of_another_company_is_not_ours(self):
        self._make_portal_contact(company_id=self.env.company.id)
        self.assertFalse(self._is_done("customer"))

    # === Where steps lead === #

    def test_a_contact_of_the_first_step_has_access_and_nobody_turns_it_off(self):
        step = self._steps()["customer"]
        self.assertIn("Portal User is on for a contact you add here", step["text"])
        action = self.onboarding.open_step("customer")
        contacts = self.env["res.partner"].with_context(**safe_eval(action["context"]))
        with Form(contacts, "customer_portal.res_partner_view_form_portal") as form:
            form.name, form.email = "Grace", "grace@example.com"
            self.assertTrue(form.portal_user)

    def test_the_step_of_the_assignee_names_its_setting(self):
        settings = self.env["res.config.settings"]
        label = settings._fields["portal_assignee_id"]._description_string(self.env)
        self.assertIn(label, self._steps()["assignee"]["text"])

    def test_the_lists_still_begin_as_lists(self):
        for name in ("res_partner_action_portal", "project_task_action_cases"):
            action = self.env.ref(f"customer_portal.{name}")
            self.assertEqual(
                [mode for _id, mode in action.views][:2], ["list", "kanban"]
            )

    @takes_long
    def test_each_step_leads_to_a_page_that_opens(self):
        for code in self._steps():
            with self.subTest(code), self._mail_server():
                action = self.onboarding.open_step(code)
                self.assertTrue(action["type"].startswith("ir.actions."))
                if action["type"] == "ir.actions.act_window":
                    views = [view for view in action["views"] if view[1] == "form"]
                    model = self.env[action["res_model"]].with_user(self.boss)
                    self.assertTrue(model.get_views(views)["views"]["form"])

    # === Who sees it === #

    def test_only_administrators_see_it_and_only_what_they_may_do(self):
        self.assertEqual(list(self._steps(self.manager)), ["faq", "customer", "visit"])
        self.assertFalse(self._steps(self.agent))
        self.assertFalse(self._steps(self.clerk))

    def test_steps_of_others_cannot_be_done(self):
        contact = self._make_portal_contact()
        for user, code in (
            (self.manager, "mail"),
            (self.manager, "servers"),
            (self.agent, "faq"),
            (self.boss, "allowed_codes"),
            (self._user_of(contact), "visit"),
        ):
            with (
                self.subTest(user=user.login, code=code),
                self.assertRaises(AccessError),
            ):
                self.onboarding.with_user(user).open_step(code)
        for user in (self.agent, self._user_of(contact)):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.onboarding.with_user(user).hide_panel()
        with self.assertRaises(AccessError):
            self._notices("res.partner", self._user_of(contact))

    def test_it_stands_above_the_first_pages_alone(self):
        shown = [name for name in LISTS if self._steps(model_name=name)]
        self.assertEqual(shown, ["project.task", "res.partner"])

    def test_it_is_hidden_for_the_company_until_settings_bring_it_back(self):
        self.onboarding.hide_panel()
        self.assertFalse(self._steps())
        self.assertTrue(self._steps(self.manager), "another company")
        settings = self.env["res.config.settings"].with_user(self.boss).create({})
        action = settings.action_show_portal_onboarding()
        self.assertEqual(action["res_model"], "res.partner")
        self.assertTrue(self._steps())

    @takes_long
    def test_it_costs_few_queries(self):
        """So often as somebody opens the app: the least that asks what is done.

        One of them is asked only until the first customer has logged in.
        """
        self._steps()
        self.env.invalidate_all()
        with self.assertQueryCount(15):
            self._steps()
        self.onboarding.hide_panel()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            self._steps()

    # === Notices === #

    def test_a_list_says_that_no_profile_shows_its_module(self):
        for code, model_name, name in (
            ("cases", "project.task", "Cases"),
            ("faqs", "customer.portal.faq", "FAQs"),
            ("documents", "customer.portal.document", "Documents"),
        ):
            with self.subTest(code):
                self._set_visible(code, False)
                (notice,) = self._notices(model_name)
                self.assertIn(f"No profile shows {name}", notice["text"])
                self.assertIn("Open profile", notice["button"])
                action = self.onboarding.open_step(notice["code"])
                self.assertEqual(action["res_model"], "customer.portal.profile")
                (told,) = self._notices(model_name, self.agent)
                self.assertFalse(told["button"], "agents cannot change profiles")
                self._set_visible(code, True)
                self.assertFalse(self._notices(model_name))

    @takes_long
    def test_the_list_of_faqs_says_that_none_is_published(self):
        self._set_visible("faqs", True)
        faq = self.env["customer.portal.faq"].create({"question": "Why?"})
        (notice,) = self._notices("customer.portal.faq")
        self.assertIn("No FAQs are published", notice["text"])
        faq.is_published = True
        self.assertFalse(self._notices("customer.portal.faq"))

    @takes_long
    def test_login_emails_that_wait_for_a_mail_server_are_counted(self):
        rows = self.env["customer.portal.mail"].sudo()
        rows.search([("kind", "=", "login")]).unlink()
        self.env["ir.mail_server"].search([]).active = False
        values = {"partner_id": self.contact.id, "kind": "login"}
        row = rows.create({**values, "state": "queued"})
        self.assertFalse(self._notices("res.partner"), "it may leave at any moment")
        row.date -= timedelta(hours=1)
        rows.create({**values, "state": "retry"})
        rows.create({**values, "state": "sent"})
        (notice,) = self._notices("res.partner")
        self.assertEqual(
            notice["text"], "No outgoing mail server. Login emails waiting: 2"
        )
        action = self.onboarding.open_step(notice["code"])
        self.assertEqual(action["res_model"], "ir.mail_server")
        (told,) = self._notices("res.partner", self.manager)
        self.assertFalse(told["button"], "mail servers are for administrators of Odoo")
        self.env["ir.mail_server"].create(
            {"name": "Dead", "smtp_host": "mail.example.com"}
        )
        (notice,) = self._notices("res.partner")
        self.assertIn("is not accepting login emails. Waiting: 2", notice["text"])
