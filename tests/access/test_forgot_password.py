from unittest.mock import patch

from lxml import etree, html
from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server, MailDeliveryException

from ...const import PARAM_RESET_TEMPLATE
from ...models.access.credentials import CustomerPortalCredentials
from ...models.access.reset import CRON
from ...models.base.touchpoint import MOST_PER_HOUR
from ..common import CustomerPortalHttpCommon, takes_long

USERS_LOGGER = "odoo.addons.customer_portal.models.base.lock"
MAIL_LOGGERS = ("odoo.addons.mail.models.mail_mail", USERS_LOGGER)


@tagged("post_install", "-at_install")
class TestForgotPassword(CustomerPortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("auth_signup.reset_password", "True")
        cls.partner = cls._make_portal_contact()
        cls.user = cls._user_of(cls.partner)

    def _ask(self, login):
        """Ask for a link; return the status and the words of the page."""
        self.authenticate(None, None)
        data = {"login": login, "csrf_token": self._csrf_token()}
        response = self.url_open("/web/reset_password", data)
        self._answer_resets()
        page = html.fromstring(response.text)
        etree.strip_elements(page, "script")
        words = page.text_content().replace(login, "").split()
        return response.status_code, " ".join(words)

    def _resets(self, partner=None):
        mails = self._mails_to(partner or self.partner)
        return mails.filtered(lambda mail: "new password" in mail.subject)

    def _count_reset_touchpoints(self, partner=None):
        return self._kinds(partner or self.partner).count("reset_requested")

    @takes_long
    def test_the_page_says_the_same_for_any_address(self):
        expired = self._make_portal_contact("expired@example.com")
        self._expire(expired)
        scheduled = self._make_portal_contact("later@example.com")
        scheduled._write_without_sync({"support_start_date": self.tomorrow})
        former = self._make_portal_contact("former@example.com")
        former.portal_user = False
        for name in ("twin one", "twin two"):
            twin = self._make_portal_contact(f"{name.replace(' ', '.')}@example.com")
            twin._write_without_sync({"email": "twins@example.com"})
        self.clerk.email = "clerk@example.com"
        self.agent.email = False
        status, words = self._ask("emma@example.com")
        self.assertEqual(status, 200)
        self.assertIn("instructions sent", words)
        with mute_logger(*MAIL_LOGGERS):
            for login in (
                "nobody@example.com",
                "expired@example.com",
                "later@example.com",
                "former@example.com",
                "twins@example.com",
                "clerk@example.com",
                "clerk",
                "agent",
                "no address",
                "' OR 1=1 --",
                "%",
                "é@ü.com",
            ):
                with self.subTest(login=login):
                    self.assertEqual(self._ask(login), (status, words))

    def test_asking_does_the_same_for_any_login(self):
        """The request knows nobody: it makes the same queries, and the same rows."""
        expired = self._make_portal_contact("expired@example.com")
        self._expire(expired)
        opted_out = self._make_portal_contact("out@example.com")
        self.env["mail.blacklist"]._add(opted_out.email)
        former = self._make_portal_contact("former@example.com")
        former.portal_user = False
        users = self.env["res.users"].sudo()
        users.reset_password("warm@example.com")
        done = []
        for login in (
            *("nobody@example.com", "emma@example.com", "expired@example.com"),
            *("out@example.com", "former@example.com", "clerk", "admin"),
        ):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with self._no_mail(), self._no_touchpoint():
                users.reset_password(login)
                self.env.flush_all()
            done.append(self.cr.sql_log_count - before)
        self.assertEqual(set(done), {done[0]})

    def test_nothing_that_was_asked_gets_lost(self):
        users = self.env["res.users"].sudo()
        for login in ("broken", "emma@example.com", "x" * 5000, "a\0b", "", None):
            users.reset_password(login)
        self.assertTrue(
            self.env["ir.cron.trigger"].search_count(
                [("cron_id", "=", self.env.ref(CRON).id)]
            )
        )
        self._answer_resets()
        self.assertEqual(len(self._resets()), 1)
        self.assertFalse(self.env["customer.portal.reset"].search([]))

    def test_a_mail_server_that_is_down_says_the_same(self):
        answer = self._ask("nobody@example.com")
        self.clerk.email = "clerk@example.com"
        down = MailDeliveryException("down", ConnectionRefusedError())
        with (
            patch.object(IrMail_Server, "_connect__", side_effect=down),
            mute_logger(*MAIL_LOGGERS),
        ):
            self.assertEqual(self._ask("emma@example.com"), answer)
            self.assertEqual(self._ask("clerk@example.com"), answer)
        self.assertEqual(self._resets().state, "outgoing")

    def test_whatever_fails_says_the_same_and_is_reported(self):
        answer = self._ask("nobody@example.com")
        for error in (UserError("no"), ValueError("template")):
            with (
                patch.object(CustomerPortalCredentials, "_queue", side_effect=error),
                self.assertLogs(USERS_LOGGER, "ERROR"),
            ):
                self.assertEqual(self._ask("emma@example.com"), answer)

    def test_the_mail_is_queued_only_while_the_period_is_open(self):
        self._ask("emma@example.com")
        self.assertEqual(self._resets().state, "outgoing")
        self.assertIn("/web/reset_password?", self._resets().body_html)
        self._expire(self.partner)
        self._ask("emma@example.com")
        self.partner._write_without_sync(
            {"support_start_date": self.tomorrow, "support_end_date": False}
        )
        self._ask("emma@example.com")
        self.assertEqual(len(self._resets()), 1)

    def test_asking_is_logged_with_the_reason_of_a_refusal(self):
        self._ask("emma@example.com")
        self._expire(self.partner)
        self._ask("emma@example.com")
        touchpoints = self.env["customer.portal.touchpoint"].search(
            [("partner_id", "=", self.partner.id), ("kind", "=", "reset_requested")],
            order="id",
        )
        self.assertEqual(touchpoints.user_id, self.user)
        self.assertFalse(touchpoints[0].detail)
        self.assertIn("disabled on", touchpoints[1].detail)
        self.assertEqual(set(touchpoints.mapped("ip_address")), {"127.0.0.1"})

    def test_the_template_of_settings_is_used(self):
        template = self.env.ref("customer_portal.mail_template_forgot_password").copy(
            {"subject": "Our own new password"}
        )
        self._set_param(PARAM_RESET_TEMPLATE, template.id)
        self._ask("emma@example.com")
        self.assertEqual(self._resets().subject, "Our own new password")

    @takes_long
    def test_a_template_that_is_gone_falls_back_to_ours(self):
        for template_id in ("999999999", "", "0"):
            self._set_param(PARAM_RESET_TEMPLATE, template_id)
            self._ask("emma@example.com")
        self.assertEqual(len(self._resets()), 3)

    def test_the_link_works_once(self):
        self._ask("emma@example.com")
        link = html.fromstring(self._resets().body_html).xpath(
            "//a[contains(@href, '/web/reset_password')]/@href"
        )[0]
        path = link.removeprefix(self.base_url())
        self.authenticate(None, None)
        self.assertNotIn("Invalid", self.url_open(path).text)
        data = {
            "login": self.user.login,
            "name": self.partner.name,
            "password": "another password",
            "confirm_password": "another password",
            "csrf_token": self._csrf_token(),
        }
        self.assertIn("reset successfully", self.url_open(path, data).text)
        self.assertIn("already been used", self.url_open(path).text)
        self.assertIn("/my", self._log_in(self.user.login, "another password").url)

    def test_the_chatter_does_not_hold_the_link(self):
        self._ask("emma@example.com")
        self.assertFalse(self._resets().model)
        self.assertNotIn("token", "".join(self.partner.message_ids.mapped("body")))

    def test_nobody_can_flood_a_customer(self):
        for _attempt in range(MOST_PER_HOUR + 3):
            self.env["res.users"].sudo().reset_password("emma@example.com")
        self._answer_resets()
        self.assertEqual(len(self._resets()), MOST_PER_HOUR)
        self.assertEqual(self._count_reset_touchpoints(), MOST_PER_HOUR)

    def test_a_portal_user_gets_nothing_by_rpc_that_the_page_does_not_give(self):
        victim = self._make_portal_contact("victim@example.com")
        self._log_in("emma@example.com")
        for method, args in (
            ("reset_password", [[], "victim@example.com"]),
            ("reset_password", [[], "admin"]),
            ("action_reset_password", [self._user_of(victim).ids]),
            ("signup", [{"login": "victim@example.com", "password": "x"}]),
        ):
            with self.subTest(method=method), mute_logger("odoo.http"):
                params = {"model": "res.users", "method": method, "args": args}
                try:
                    answer = self.make_jsonrpc_request(
                        "/web/dataset/call_kw", {**params, "kwargs": {}}
                    )
                except JsonRpcException:
                    answer = None
                self.assertIn(answer, (None, True))  # as for an unknown address
        self.assertFalse(self._user_of(victim).partner_id.sudo().signup_type == "reset")
        with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
            self.make_jsonrpc_request(
                "/web/dataset/call_kw",
                {
                    "model": "res.partner",
                    "method": "read",
                    "args": [self.partner.ids, ["signup_type"]],
                    "kwargs": {},
                },
            )

    @takes_long
    def test_capitals_and_blanks_lead_to_the_same_login(self):
        for login in ("EMMA@Example.com", "  emma@example.com ", " Emma@example.COM"):
            with self.subTest(login):
                response = self._log_in(login)
                self.assertIn("/my", response.url)
                mails = self._mails_to(self.partner)
                self.env["res.users"].sudo().reset_password(login)
                self._answer_resets()
                self.assertEqual(len(self._mails_to(self.partner) - mails), 1)
                self.env["customer.portal.touchpoint"].sudo().search(
                    [("partner_id", "=", self.partner.id)]
                ).unlink()

    @takes_long
    def test_a_login_from_before_with_capitals_is_found_without_them(self):
        user = self._user_of(self.partner)
        user.login = "Emma@Example.com"
        self.assertIn("/my", self._log_in("emma@example.com").url)
        other = self._make_portal_contact("liam@example.com")
        self.assertIn("/my", self._log_in("LIAM@example.com").url)
        self.assertEqual(other.email, "liam@example.com")

    def test_no_pattern_finds_a_login(self):
        for login in ("%", "emma@example.co_", "e%", "", " "):
            users = self.env["res.users"].sudo()
            with self.subTest(login):
                self.assertFalse(users.search(users._get_login_domain(login)))

    def test_no_address_is_nobodys_not_even_who_has_none(self):
        users = self.env["res.users"].sudo()
        users.search([("email", "=", False)]).email = "somebody@example.com"
        self.partner._write_without_sync({"email": False})  # as from before the addon
        for address in ("", " ", "\u200b", None, False):
            with self.subTest(address):
                self.assertFalse(users.search(users._get_email_domain(address)))
        with self._no_mail(), self._no_touchpoint():
            users.reset_password(" ")
            self._answer_resets()

    @takes_long
    def test_a_clash_puts_an_answer_off_and_stops_nobody(self):
        """What an answer depends on changes just now: it is tried again at once."""
        other = self._make_portal_contact("liam@example.com")
        clashes = [SerializationFailure("clash")]
        queue = CustomerPortalCredentials._queue

        def clash(credentials, kind, template, partners):
            if clashes and partners == self.partner:
                raise clashes.pop()
            return queue(credentials, kind, template, partners)

        triggers = self.env["ir.cron.trigger"]
        for_answers = [("cron_id", "=", self.env.ref(CRON).id)]
        for partner in (self.partner, other):
            self.env["res.users"].sudo().reset_password(partner.email)
        triggers.search(for_answers).unlink()
        with patch.object(CustomerPortalCredentials, "_queue", clash):
            self._run_action()
            asked = self.env["customer.portal.reset"].search([])
            self.assertEqual(asked.mapped("login"), [self.partner.email])
            self.assertFalse(self._resets() or self._count_reset_touchpoints())
            self.assertEqual(len(self._resets(other)), 1)
            self.assertTrue(triggers.search_count(for_answers))
            self._run_action()
        self.assertFalse(asked.exists())
        for partner in (self.partner, other):
            self.assertEqual(len(self._resets(partner)), 1)
            self.assertEqual(self._count_reset_touchpoints(partner), 1)

    def _run_action(self):
        """Run the scheduled action in a transaction of its own, as Odoo does."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["customer.portal.reset"].sudo()._cron_answer()
        self.env.invalidate_all()

    @takes_long
    def test_a_template_that_is_gone_everywhere_falls_back_to_odoos(self):
        settings = self.env["res.config.settings"].create({})
        self.assertFalse(settings.portal_template_problems)
        self.env.ref("customer_portal.mail_template_forgot_password").unlink()
        self.env.ref("customer_portal.mail_template_login_details").unlink()
        self.env.ref("customer_portal.mail_template_not_started").unlink()
        self.env.ref("customer_portal.mail_template_support_end").unlink()
        settings = self.env["res.config.settings"].create({})
        [login, reset, start, notice] = settings.portal_template_problems.splitlines()
        for line in (login, reset):
            self.assertIn("Odoo's own email is sent", line)
        for line in (start, notice):
            self.assertIn("not sent", line)
        sent = []
        users = type(self.user)
        with patch.object(
            users, "_action_reset_password", lambda user, kind: sent.append(user)
        ):
            self._ask("emma@example.com")
        self.assertEqual(sent, [self.user])

    def test_login_details_go_out_by_odoos_template(self):
        self.env.ref("customer_portal.mail_template_login_details").unlink()
        contact = self.env["res.partner"].create(
            {"name": "Liam", "email": "liam@example.com", "portal_user": True}
        )
        self.assertEqual(contact.portal_credentials_state, "queued")
        [mail] = self._mails_to(contact)
        self.assertEqual(self._partner_from_mail(mail), contact)

    @takes_long
    def test_a_chosen_template_that_is_gone_is_told(self):
        self._set_param(PARAM_RESET_TEMPLATE, "999999999")
        settings = self.env["res.config.settings"].create({})
        self.assertIn("default template is used", settings.portal_template_problems)
