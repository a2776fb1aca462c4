from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.tests import tagged

from ...models.access.res_partner_link import LOGIN_LINK_DAYS
from ..common import (
    PASSWORD,
    CustomerPortalCommon,
    CustomerPortalHttpCommon,
    takes_long,
)


class Clash(SerializationFailure):
    """As PostgreSQL raises it."""

    pgcode = "40001"


def token_of(link):
    """Return the token of a link in a mail."""
    return link.partition("token=")[2].partition("&")[0]


@tagged("post_install", "-at_install")
class TestLinkStates(CustomerPortalCommon):
    """How long links to choose a password work, and what is said of the others."""

    def _token(self, partner):
        return token_of(self._link_in(self._mails_to(partner)[:1]))

    def _refusal(self, token):
        self.env.invalidate_all()
        return self.env["res.partner"]._get_link_refusal(token)

    def test_a_login_link_lives_for_two_weeks_from_the_start_on(self):
        days = {self.contact: LOGIN_LINK_DAYS}
        self.contact.portal_user = True
        later = self._make_portal_contact(
            "later@example.com", support_start_date=self.today + timedelta(days=30)
        )
        days[later] = 30 + LOGIN_LINK_DAYS
        for partner, number in days.items():
            token = self._token(partner)
            for day, refusal in ((number, None), (number + 2, "expired")):
                when = fields.Datetime.now() + timedelta(days=day)
                with self.subTest(day=day), freeze_time(when):
                    self.assertEqual(self._refusal(token), refusal)

    @takes_long
    def test_a_longer_time_of_odoo_counts(self):
        self._set_param("auth_signup.signup.validity.hours", 24 * 60)
        self.contact.portal_user = True
        with freeze_time(fields.Datetime.now() + timedelta(days=59)):
            self.assertIsNone(self._refusal(self._token(self.contact)))

    def test_a_link_that_was_used_says_so(self):
        self.contact.portal_user = True
        token = self._token(self.contact)
        self.env["res.users"].signup({"password": PASSWORD}, token)
        self.assertEqual(self._refusal(token), "used")

    @takes_long
    def test_a_link_from_before_the_first_login_was_used(self):
        self.contact.portal_user = True
        token = self._token(self.contact)
        user = self._user_of(self.contact)
        self.env["res.users.log"].with_user(user).sudo().create({})
        self.assertEqual(self._refusal(token), "used")

    def test_a_link_of_an_access_that_was_taken_back_is_void(self):
        self.contact.portal_user = True
        token = self._token(self.contact)
        self.contact.portal_user = False
        self.assertEqual(self._refusal(token), "void")
        self.contact.portal_user = True
        self.assertEqual(self._refusal(token), "void")
        self.assertIsNone(self._refusal(self._token(self.contact)))

    def test_a_link_to_a_former_address_is_void(self):
        self.contact.portal_user = True
        token = self._token(self.contact)
        self.contact.email = "new@example.com"
        self.assertEqual(self._refusal(token), "void")

    def test_whatever_was_not_signed_is_void(self):
        self.contact.portal_user = True
        token = self._token(self.contact)
        broken = (token[:-5], token[:20], f"{token[:60]}A{token[61:]}", "x", "é", "AQ")
        for text in broken:
            with self.subTest(text):
                self.assertEqual(self._refusal(text), "void")

    def test_the_contact_shows_that_its_link_has_expired(self):
        self.contact.portal_user = True
        self.contact.portal_mail_ids.sudo()._settle_sent()
        domain = [("portal_link_expired", "=", True), ("id", "=", self.contact.id)]
        agents = self.env["res.partner"].with_user(self.agent)
        self.assertFalse(self.contact.portal_link_expired)
        with freeze_time(fields.Datetime.now() + timedelta(days=LOGIN_LINK_DAYS + 2)):
            self.env.invalidate_all()
            self.assertTrue(self.contact.with_user(self.agent).portal_link_expired)
            self.assertEqual(agents.search(domain), self.contact)
            self.contact.with_user(self.agent).action_send_portal_credentials()
            self.assertFalse(self.contact.portal_link_expired)
        self.assertFalse(agents.search(domain))


@tagged("post_install", "-at_install")
class TestLinkPages(CustomerPortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("auth_signup.reset_password", "True")
        cls.contact.portal_user = True

    def _open(self, path, token):
        self.authenticate(None, None)
        return self.url_open(f"{path}?token={token}").text

    def test_a_link_that_does_not_work_shows_no_form_but_the_next_step(self):
        token = token_of(self._link_in(self._mails_to(self.contact)))
        self.env["res.users"].signup({"password": PASSWORD}, token)
        for path in ("/web/signup", "/web/reset_password"):
            with self.subTest(path):
                page = self._open(path, token)
                self.assertIn("already been used", page)
                self.assertNotIn('type="password"', page)
                self.assertIn('href="/web/login"', page)
                self.assertNotIn("Jennifer", page)
                page = self._open(path, "nonsense")
                self.assertIn("no longer valid", page)
                self.assertIn('href="/web/reset_password"', page)
                self.assertNotIn('type="password"', page)

    @takes_long
    def test_who_has_used_the_link_and_is_logged_in_goes_on_to_the_portal(self):
        token = token_of(self._link_in(self._mails_to(self.contact)))
        self.env["res.users"].signup({"password": PASSWORD}, token)
        self._log_in("jennifer@example.com")
        page = self.url_open(f"/web/signup?token={token}").text
        self.assertIn("already been used", page)
        self.assertIn("Go to the portal", page)
        self.assertIn('href="/my"', page)
        self.assertNotIn('href="/web/login"', page)
        self.assertNotIn("Jennifer", page.split("<main")[-1])

    def test_an_expired_first_link_leads_to_one_that_works(self):
        token = token_of(self._link_in(self._mails_to(self.contact)))
        with freeze_time(fields.Datetime.now() + timedelta(days=40)):
            page = self._open("/web/signup", token)
        self.assertIn("This link has expired", page)
        self.assertIn('href="/web/reset_password"', page)
        self.env["res.users"].sudo().reset_password("jennifer@example.com")
        self._answer_resets()
        token = token_of(self._link_in(self._mails_to(self.contact)[:1]))
        self.assertIn('type="password"', self._open("/web/reset_password", token))

    def test_where_nobody_can_reset_it_names_whom_to_contact(self):
        self._set_param("auth_signup.reset_password", "False")
        self.env.company.write({"phone": "+1 555 9"})
        page = self._open("/web/signup", "nonsense")
        self.assertIn('href="tel:+15559"', page)
        self.assertNotIn("/web/reset_password", page)

    def test_a_link_that_works_shows_the_form(self):
        token = token_of(self._link_in(self._mails_to(self.contact)))
        self.assertIn('type="password"', self._open("/web/signup", token))

    def test_a_reset_before_the_start_is_answered_with_the_day_by_mail(self):
        later = self._make_portal_contact(
            "later@example.com", support_start_date=self.tomorrow
        )
        self.authenticate(None, None)
        data = {"login": "later@example.com", "csrf_token": self._csrf_token()}
        self.url_open("/web/reset_password", data)
        self._answer_resets()
        mail = self._mails_to(later)[:1]
        self.assertIn(self.tomorrow.strftime("%m/%d/%Y"), mail.subject)
        self.assertNotIn("token=", mail.body_html)

    @takes_long
    def test_a_password_that_is_chosen_while_something_clashes_is_kept(self):
        """Odoo repeats the request; its page took the clash for an answer."""
        self.contact.sudo().signup_prepare("reset")
        url = self.contact.sudo()._get_signup_url()
        users = self.registry["res.users"]
        end_sessions = users._end_portal_sessions
        clashes = [Clash("clash")]

        def clash(user):
            if clashes:
                raise clashes.pop()
            return end_sessions(user)

        self.authenticate(None, None)
        data = {"password": PASSWORD, "confirm_password": PASSWORD}
        data.update(login="jennifer@example.com", name="Jennifer")
        data["csrf_token"] = self._csrf_token()
        with (
            patch.object(users, "_end_portal_sessions", clash),
            patch("odoo.service.model.time.sleep"),
        ):
            page = self.url_open(url, data).text
        self.assertFalse(clashes)
        self.assertIn("reset successfully", page)
        self.assertIn("/my", self._log_in("jennifer@example.com").url)
