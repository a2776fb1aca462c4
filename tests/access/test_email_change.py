import re
from contextlib import suppress
from datetime import timedelta
from html import unescape
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from ..common import PASSWORD, CustomerPortalHttpCommon, takes_long

WAY = "/my/profile/email"


@tagged("post_install", "-at_install")
class TestEmailChange(CustomerPortalHttpCommon):
    """A customer's new email address, which they confirm by a link sent there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls._make_portal_contact(name="Emma", phone="1")
        cls.user = cls._user_of(cls.partner)
        cls.changes = cls.env["customer.portal.email.change"]

    def _ask(self, email="new@example.com", user=None):
        """Ask for an address as all forms do; return the link's token."""
        user = user or self.user
        partner = user.partner_id.with_user(user).sudo()
        partner.email = email
        return self._token()

    def _mails(self):
        return self.env["mail.mail"].sudo().search([], order="id")

    def _token(self):
        bodies = "".join(self._mails().mapped("body_html"))
        tokens = re.findall(WAY + r'\?token=([^"]+)"', bodies)
        return unescape(tokens[-1]) if tokens else None

    def _confirm(self, token):
        data = {"token": token, "csrf_token": self._csrf_token()}
        return self.url_open(WAY, data)

    def _assert_login(self, login):
        self.assertRecordValues(self.user, [{"login": login, "email": login}])

    # === THE GOOD CASE === #

    def test_nothing_changes_before_the_link_is_followed_by_a_click(self):
        token = self._ask()
        self._assert_login("emma@example.com")
        self.authenticate("emma@example.com", PASSWORD)
        page = self.url_open(f"{WAY}?token={token}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("new@example.com", page.text)
        self.url_open(f"{WAY}?token={token}")
        self._assert_login("emma@example.com")
        self._confirm(token)
        self._assert_login("new@example.com")

    def test_who_confirms_stays_logged_in_and_keeps_the_password(self):
        token = self._ask()
        self.authenticate("emma@example.com", PASSWORD)
        response = self._confirm(token)
        self.assertIn("Your email address is confirmed", response.text)
        self.assertEqual(self.url_open("/my/profile").status_code, 200)
        self.assertTrue(self.url_open("/my").url.endswith("/my"))
        response = self._log_in("new@example.com", PASSWORD)
        self.assertTrue(response.url.endswith("/my"), response.url)
        self.assertEqual(self.partner.portal_credentials_state, "own")

    def test_other_sessions_and_links_to_the_old_address_end(self):
        self.partner.signup_prepare("reset")
        link = self.partner._get_signup_url()
        other = self.authenticate("emma@example.com", PASSWORD)
        token = self._ask()
        self.authenticate("emma@example.com", PASSWORD)
        self._confirm(token)
        self.assertFalse(self._partner_from_link(link))
        self.assertTrue(self.url_open("/my/profile").url.endswith("/my/profile"))
        self.opener.cookies.clear()
        self.opener.cookies["session_id"] = other.sid
        self.assertIn("/web/login", self.url_open("/my/profile").url)

    @takes_long
    def test_both_addresses_are_told(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.user.lang = "fr_FR"
        template = self.env.ref("customer_portal.mail_template_email_confirm")
        template.with_context(lang="fr_FR").subject = "Confirmez"
        token = self._ask()
        confirm, asked = self._mails()[-2:]
        self.assertEqual(confirm.email_to, "new@example.com")
        self.assertEqual(confirm.subject, "Confirmez")
        self.assertEqual(asked.email_to, "emma@example.com")
        self.assertNotIn("token=", asked.body_html)
        self.assertIn("new@example.com", asked.body_html)
        self.assertFalse(confirm.recipient_ids + asked.recipient_ids)
        self.assertFalse(confirm.mail_message_id.body, "Who asks reads no link.")
        self.changes._confirm(self.user, token)
        changed = self._mails()[-1]
        self.assertEqual(changed.email_to, "emma@example.com")
        self.assertIn("new@example.com", changed.body_html)

    @takes_long
    def test_agents_see_who_asked_and_who_changed_what(self):
        self.flush_tracking()
        token = self._ask()
        note = self.partner.message_ids[:1]
        self.assertEqual(note.author_id, self.partner)
        self.assertIn("emma@example.com", note.body)
        self.assertIn("new@example.com", note.body)
        self.authenticate("emma@example.com", PASSWORD)
        self._confirm(token)
        self.flush_tracking()
        tracked = self.partner.message_ids.tracking_value_ids.filtered(
            lambda value: value.field_id.name == "email"
        )
        self.assertEqual(tracked.old_value_char, "emma@example.com")
        self.assertEqual(tracked.new_value_char, "new@example.com")
        self.assertEqual(tracked.mail_message_id.author_id, self.partner)
        touchpoint = self.env["customer.portal.touchpoint"].search(
            [("partner_id", "=", self.partner.id), ("kind", "=", "email_requested")]
        )
        self.assertEqual(touchpoint.user_id, self.user)

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()

    def test_the_same_address_in_other_letters_needs_no_link(self):
        with self._no_mail():
            self.partner.with_user(self.user).sudo().email = "Emma@Example.com"
        self.assertEqual(self.partner.email, "Emma@Example.com")

    def test_an_agent_changes_it_as_before(self):
        self.partner.with_user(self.agent).email = "new@example.com"
        self.assertEqual(self.user.login, "new@example.com")

    def test_what_else_is_written_is_written_at_once(self):
        self.partner.with_user(self.user).sudo().write(
            {"email": "new@example.com", "phone": "77"}
        )
        self.assertRecordValues(
            self.partner, [{"email": "emma@example.com", "phone": "77"}]
        )

    # === LINKS THAT ARE VOID === #

    def _assert_void(self, token):
        page = self.url_open(f"{WAY}?token={token}")
        self.assertEqual(page.status_code, 404)
        self.assertIn("no longer works", page.text)
        login = self.user.login
        self.assertEqual(self._confirm(token).status_code, 404)
        self.assertEqual(self.user.login, login)

    def test_a_link_works_once(self):
        token = self._ask()
        self.authenticate("emma@example.com", PASSWORD)
        self._confirm(token)
        self._assert_void(token)
        back = self._ask("emma@example.com")
        self._confirm(back)
        self._assert_login("emma@example.com")
        self._assert_void(token)

    def test_a_link_ends_after_a_day(self):
        token = self._ask()
        later = fields.Datetime.now() + timedelta(hours=24, minutes=1)
        with freeze_time(later):
            self.assertFalse(self.changes._find(self.user, token))
            self.assertFalse(self.changes._confirm(self.user, token))
        self.assertTrue(self.changes._find(self.user, token))

    def test_the_link_of_another_is_void(self):
        token = self._ask()
        self._make_portal_contact("liam@example.com", name="Liam")
        self.authenticate("liam@example.com", PASSWORD)
        self._assert_void(token)
        self._assert_login("emma@example.com")

    def test_nobody_confirms_without_logging_in(self):
        token = self._ask()
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(f"{WAY}?token={token}").url)
        self._confirm(token)
        self._assert_login("emma@example.com")

    def test_a_further_change_makes_the_link_void(self):
        first = self._ask("first@example.com")
        second = self._ask("second@example.com")
        self.authenticate("emma@example.com", PASSWORD)
        self._assert_void(first)
        self._confirm(second)
        self._assert_login("second@example.com")

    def test_a_change_by_an_agent_makes_the_link_void(self):
        token = self._ask()
        self.partner.email = "agent-says@example.com"
        self.assertFalse(self.changes._find(self.user, token))
        self.partner.email = "emma@example.com"
        self.assertFalse(self.changes._find(self.user, token))

    def test_a_new_password_by_a_reset_link_makes_the_link_void(self):
        token = self._ask()
        self.user._end_portal_sessions()
        self.assertFalse(self.changes._find(self.user, token))

    def test_a_profile_that_only_shows_the_address_makes_the_link_void(self):
        token = self._ask()
        row = self.partner.portal_profile_id.permission_ids.filtered(
            lambda row: row.module_id.code == "contacts"
        )
        line = row.field_ids.filtered(lambda one: one.field_id.name == "email")
        line.access = "read"
        self.assertFalse(self.changes._confirm(self.user, token))
        self._assert_login("emma@example.com")

    @takes_long
    def test_who_thinks_better_of_it_keeps_the_old_address(self):
        token = self._ask()
        self.authenticate("emma@example.com", PASSWORD)
        self.assertIn("new@example.com", self.url_open("/my/profile").text)
        page = self.url_open(f"{WAY}/cancel", {"csrf_token": self._csrf_token()})
        self.assertNotIn("new@example.com", page.text)
        self._assert_void(token)

    def test_nonsense_is_void(self):
        token = self._ask()
        self.authenticate("emma@example.com", PASSWORD)
        for bad in ("", "x", "é", "AQ", "🎈", token[:-3], f"{token}x", "A" * 5000):
            with self.subTest(bad[:9]):
                self._assert_void(bad)

    @takes_long
    def test_an_address_that_became_a_login_meanwhile_is_refused(self):
        token = self._ask()
        self._make_portal_contact("new@example.com", name="Faster")
        self.authenticate("emma@example.com", PASSWORD)
        response = self._confirm(token)
        self.assertIn("This email address can&#39;t be used.", response.text)
        self._assert_login("emma@example.com")

    # === ADDRESSES THAT ARE REFUSED === #

    def test_addresses_that_are_none_or_somebody_elses_are_refused(self):
        self._make_portal_contact("secret@example.com", name="Secret")
        for bad in (
            *("", False, "nonsense", "@example.com", "a@b.c, d@e.f"),
            *("x@example.com\nBcc: y@example.com", "x@example.com\r\nSubject: z"),
            *("Emma\r\nBcc: y@example.com <emma@example.com>", "SECRET@example.com"),
            f"{'x' * 250}@example.com",
        ):
            refused = self.assertRaises(ValidationError)
            with self.subTest(bad), self._no_mail(), refused, self.cr.savepoint():
                self._ask(bad)
        self._assert_login("emma@example.com")

    def test_nobody_has_the_portal_write_mails_without_end(self):
        for number in range(10):
            self._ask(f"new{number}@example.com")
        with self._no_mail(), self.assertRaises(UserError):
            self._ask("victim@example.com")

    def test_nobody_finds_out_without_end_who_has_a_login(self):
        self._make_portal_contact("secret@example.com", name="Secret")
        self.env["res.lang"]._activate_lang("fr_FR")
        for number in range(10):
            self.user.lang = "fr_FR" if number % 2 else "en_US"
            with suppress(ValidationError):  # The test's savepoint would undo the log.
                self._ask("secret@example.com")
        with self.assertRaisesRegex(UserError, "Too many attempts"):
            self.user.lang = "en_US"
            self._ask("secret@example.com")

    # === ALL WAYS === #

    @mute_logger("odoo.http")
    def test_rpc_asks_for_the_link_too(self):
        self.authenticate("emma@example.com", PASSWORD)
        self._write_user({"email": "new@example.com"})
        self._assert_login("emma@example.com")
        self.assertTrue(self._token())
        with self.assertRaises(JsonRpcException):
            self._write_user({"portal_new_email": "x@example.com"})
        for method in ("_ask", "_confirm", "_cancel", "_find", "_get_url"):
            with self.subTest(method), self.assertRaises(JsonRpcException):
                self._call("customer.portal.email.change", method, [self.user.id, "x"])
        context = {"customer_portal_email_confirmed": True}
        self._write_user({"email": "forged@example.com"}, context=context)
        self._assert_login("emma@example.com")

    def _write_user(self, values, **kwargs):
        self._call("res.users", "write", [self.user.ids, values], **kwargs)

    def _call(self, model, method, args, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.make_jsonrpc_request("/web/dataset/call_kw", params)

    def test_a_mail_server_that_is_down_stops_nobody(self):
        path = "odoo.addons.base.models.ir_mail_server.IrMail_Server._connect__"
        with patch(path, side_effect=OSError):
            token = self._ask()
        self.assertEqual(self.changes._confirm(self.user, token), "new@example.com")
