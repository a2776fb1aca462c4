import re
import time
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import JsonRpcException, new_test_user, tagged
from odoo.tools import format_date, mute_logger

from ...models.access.ir_http import PROOF_SECONDS, SESSION_REFUSED
from ...models.access.res_partner_extension import ACTIVITY_TYPE, REQUESTED
from ..common import CustomerPortalCommon, CustomerPortalHttpCommon, takes_long

WORDS = "We have received your request for an extension"


class ExtensionCommon(CustomerPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = new_test_user(
            cls.env,
            login="boss",
            name="Anita Oliver",
            email="anita@company.example.com",
            groups="customer_portal.group_customer_portal_user",
        )
        cls.boss.phone = "+1 555 0100"
        cls.organization = cls.env["res.partner"].create(
            {"name": "Way", "is_company": True, "user_id": cls.boss.id}
        )
        cls.emma = cls._make_portal_contact(
            support_end_date=cls.tomorrow, parent_id=cls.organization.id
        )
        cls.user = cls._user_of(cls.emma)

    def _requests(self, partner=None):
        domain = [
            ("res_model", "=", "res.partner"),
            ("res_id", "=", (partner or self.emma).id),
            ("activity_type_id", "=", self.env.ref(ACTIVITY_TYPE).id),
        ]
        activities = self.env["mail.activity"].with_context(active_test=False)
        return activities.search(domain)

    def _ask(self, partner=None):
        partner = partner or self.emma
        partner.with_user(self._user_of(partner))._ask_for_extension()
        return self._requests(partner)

    def _wait(self, hours):
        """Let the last request be some hours old."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_portal_touchpoint SET date = %s WHERE kind = %s",
            (fields.Datetime.now() - timedelta(hours=hours), REQUESTED),
        )
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestExtension(ExtensionCommon):
    """A request for more support reaches somebody, and once."""

    def test_the_representative_of_the_organization_gets_an_activity(self):
        request = self._ask()
        self.assertEqual(request.user_id, self.boss)
        self.assertIn(format_date(self.env, self.tomorrow), request.summary)
        self.assertIn("Extension requested", request.summary)
        self.assertEqual(request.create_uid, self.user)
        self.assertIn(request, self.emma.with_user(self.agent).activity_ids)
        self.assertEqual(self._kinds(self.emma)[-1], REQUESTED)

    def test_the_representative_is_told_by_an_answerable_mail(self):
        self.boss.notification_type = "email"
        known = self._mails_to(self.boss.partner_id)
        self._ask()
        [mail] = self._mails_to(self.boss.partner_id) - known
        self.assertIn("emma@example.com", mail.reply_to)

    def test_the_contacts_own_representative_comes_first(self):
        self.emma.user_id = self.agent
        self.assertEqual(self._ask().user_id, self.agent)

    def test_who_has_left_is_not_asked(self):
        self.emma.user_id = self.agent
        self.agent.active = False
        self.assertEqual(self._ask().user_id, self.boss)

    def test_without_a_representative_some_agent_hears_of_it(self):
        (self.organization | self.emma).user_id = False
        agents = self.env["customer.portal.agents"]._find(self.emma)
        self.assertIn(self._ask().user_id, agents)

    def test_a_second_request_changes_nothing(self):
        request = self._ask()
        with self._no_mail(), self._no_touchpoint():
            self.assertEqual(self._ask(), request)
        self._wait(25)
        self.assertEqual(self._ask(), request, "somebody has still to answer it")

    def test_who_was_answered_asks_again_on_another_day_only(self):
        self._ask().with_user(self.boss).action_feedback()
        self.assertEqual(len(self._ask()), 1)
        self._wait(25)
        self.assertEqual(len(self._ask()), 2)

    @takes_long
    def test_colleagues_ask_each_for_themselves(self):
        noah = self._make_portal_contact(
            "noah@example.com",
            support_end_date=self.tomorrow,
            parent_id=self.organization.id,
        )
        self._ask()
        self.assertEqual(noah._get_portal_extension()["state"], "open")
        self.assertEqual(len(self._ask(noah)), 1)

    def test_whose_support_is_over_may_ask(self):
        self._expire(self.emma)
        self.assertEqual(len(self._ask()), 1)

    def test_nobody_asks_whom_no_end_keeps_out(self):
        later = self.tomorrow + timedelta(days=9)
        for values in (
            {"support_end_date": False},
            {"support_start_date": self.tomorrow, "support_end_date": later},
            {"portal_user": False},
        ):
            with self.subTest(values=values):
                self.emma.write({"portal_user": True, **values})
                self.assertIsNone(self.emma._get_portal_extension()["state"])
                self.assertFalse(self._ask())

    @takes_long
    def test_a_later_end_answers_the_request(self):
        request = self._ask()
        self.emma.with_user(self.agent).support_end_date = self.tomorrow
        self.assertTrue(request.active)
        self.emma.with_user(self.agent).support_end_date = self.today
        self.assertTrue(request.active, "an earlier end is no extension")
        self.emma.with_user(self.agent).support_end_date = False
        self.assertFalse(request.active)

    def test_without_the_kind_of_activity_a_request_still_comes_in_once(self):
        self.env.ref(ACTIVITY_TYPE).unlink()
        domain = [("res_model", "=", "res.partner"), ("res_id", "=", self.emma.id)]
        for _time in range(2):
            self.emma.with_user(self.user)._ask_for_extension()
        self.assertEqual(self.env["mail.activity"].search_count(domain), 1)


@tagged("post_install", "-at_install")
class TestHelper(ExtensionCommon):
    """Customers read whom to ask."""

    def setUp(self):
        super().setUp()
        self.company = self.env.company
        self.company.write({"email": "office@company.example.com", "phone": "+1 555 9"})

    def test_the_representative_is_named(self):
        expected = ("Anita Oliver", "+1 555 0100", "anita@company.example.com")
        self.assertEqual(self.emma._get_portal_helper(), expected)

    def test_the_company_stands_in_for_what_is_missing(self):
        self.boss.write({"phone": False, "email": False})
        expected = ("Anita Oliver", "+1 555 9", "office@company.example.com")
        self.assertEqual(self.emma._get_portal_helper(), expected)
        (self.organization | self.emma).user_id = False
        expected = (self.company.name, "+1 555 9", "office@company.example.com")
        self.assertEqual(self.emma._get_portal_helper(), expected)

    def test_the_representative_and_the_company_are_read_at_once(self):
        partner = self.emma.sudo()
        partner._get_portal_helper()
        self.env.flush_all()
        self.env.invalidate_all()
        partner.mapped("commercial_partner_id.user_id")
        self.env.user.company_id.sudo().mapped("partner_id")
        partner.mapped("user_ids.company_id.partner_id")
        with self.assertQueryCount(2):  # users, then the contacts of all
            partner._get_portal_helper()

    @takes_long
    def test_the_company_is_that_of_the_customer(self):
        other = self.env["res.company"].create({"name": "B", "phone": "+1 555 7"})
        (self.organization | self.emma).user_id = False
        self.user.write(
            {"company_id": other.id, "company_ids": [Command.set(other.ids)]}
        )
        self.assertEqual(self.emma._get_portal_helper(), ("B", "+1 555 7", False))


@tagged("post_install", "-at_install")
class TestExtensionPages(ExtensionCommon, CustomerPortalHttpCommon):
    def _post(self, page=None, **values):
        """Ask, by the button of a page if there is one."""
        token = self._csrf_token()
        if page:
            [token] = re.findall(r'extension".*?csrf_token" value="(\w+)"', page, re.S)
        return self.url_open("/my/extension", {"csrf_token": token, **values})

    def _refuse(self):
        self._expire(self.emma)
        return self._log_in("emma@example.com")

    def test_who_is_refused_reads_whom_to_ask_and_asks(self):
        page = self._refuse().text
        for words in (
            "Access to the portal was disabled on",
            "Anita Oliver",
            "tel:+15550100",
            "mailto:anita@company.example.com",
            "Request an Extension",
        ):
            self.assertIn(words, page)
        response = self._post(page)
        self.assertIn("/web/login", response.url)
        self.assertIn("Access to the portal was disabled on", response.text)
        self.assertIn(WORDS, response.text)
        self.assertNotIn("Request an Extension", response.text)
        self.assertEqual(self._requests().user_id, self.boss)

    @takes_long
    def test_many_requests_are_one(self):
        self._refuse()
        for _time in range(4):
            self.assertIn(WORDS, self._post().text)
        self.assertEqual(len(self._requests()), 1)
        self._log_in("emma@example.com")
        self._post()
        self.assertEqual(len(self._requests()), 1)

    def test_whoever_has_proved_nothing_asks_for_nothing_and_learns_nothing(self):
        self._expire(self.emma)
        self.authenticate(None, None)
        pages = []
        for login in ("emma@example.com", "nobody@example.com"):
            with mute_logger("odoo.addons.base.models.res_users"):
                refused = self._log_in(login, "wrong")
            self.assertIn("Wrong login/password", refused.text)
            self.assertNotIn("Anita", refused.text)
            answer = self._post(
                login=login, partner_id=str(self.emma.id), user_id=str(self.user.id)
            )
            pages.append(re.sub(r'csrf_token[^>]*>|"[^"]*token[^,]*,', "", answer.text))
            self.assertNotIn("Anita", answer.text)
            self.assertNotIn(WORDS, answer.text)
        self.assertEqual(len(pages[0]), len(pages[1]))
        self.assertFalse(self._requests())

    def test_a_wrong_password_takes_the_proof_back(self):
        self._refuse()
        with mute_logger("odoo.addons.base.models.res_users"):
            page = self.url_open(
                "/web/login",
                {
                    "login": "noah@example.com",
                    "password": "wrong",
                    "csrf_token": self._csrf_token(),
                },
            )
        self.assertNotIn("Anita", page.text)
        self._post()
        self.assertFalse(self._requests())

    def test_the_login_page_itself_tells_nothing_of_a_proof(self):
        self._refuse()
        self.assertNotIn("Anita", self.url_open("/web/login").text)

    def test_an_old_proof_is_none(self):
        self._refuse()
        for seconds in (time.time() - PROOF_SECONDS - 1, time.time() + 3600):
            self.session[SESSION_REFUSED] = [self.user.id, int(seconds)]
            self._save_session()
            self._post()
        self.assertFalse(self._requests())

    def _save_session(self):
        from odoo.http import root

        root.session_store.save(self.session)

    def test_an_access_that_was_taken_away_meanwhile_asks_for_nothing(self):
        self._refuse()
        self.emma.portal_user = False
        self._post()
        self.assertFalse(self._requests())

    def test_neither_a_link_nor_another_site_asks(self):
        self._refuse()
        with mute_logger("odoo.http"):
            response = self.url_open("/my/extension", allow_redirects=False)
            self.assertEqual(response.status_code, 303)
            response = self.url_open("/my/extension", {"csrf_token": "guessed"})
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self._requests())

    def test_an_open_session_that_the_end_has_closed_asks_too(self):
        self._log_in("emma@example.com")
        self._expire(self.emma)
        page = self.url_open("/my").text
        self.assertIn("Anita Oliver", page)
        self.assertIn(WORDS, self._post(page).text)
        self.assertEqual(len(self._requests()), 1)

    def test_the_home_page_asks_before_the_end(self):
        self._log_in("emma@example.com")
        page = self.url_open("/my").text
        for words in ("Your support ends on", "Anita Oliver", "Request an Extension"):
            self.assertIn(words, page)
        response = self._post(page, partner_id=str(self.contact.id))
        self.assertIn("/my", response.url)
        self.assertIn(WORDS, response.text)
        self.assertNotIn("Request an Extension", response.text)
        self.assertEqual(len(self._requests()), 1)
        self.assertFalse(self._requests(self.contact))

    def test_who_may_not_come_in_yet_reads_whom_to_ask_without_a_button(self):
        self.emma.write(
            {"support_start_date": self.tomorrow, "support_end_date": False}
        )
        page = self._log_in("emma@example.com").text
        self.assertIn("Your access to the portal starts on", page)
        self.assertIn("Anita Oliver", page)
        self.assertNotIn("Request an Extension", page)
        self._post()
        self.assertFalse(self._requests())

    def test_by_rpc_nobody_asks_in_anothers_name(self):
        noah = self._make_portal_contact(
            "noah@example.com", support_end_date=self.tomorrow
        )
        self._log_in("emma@example.com")
        calls = (
            ("res.partner", "_ask_for_extension", [noah.ids, self.user.id]),
            ("res.partner", "_schedule_extension", [noah.ids]),
            ("res.partner", "activity_schedule", [noah.ids, ACTIVITY_TYPE]),
        )
        for model, method, args in calls:
            params = {"model": model, "method": method, "args": args, "kwargs": {}}
            with (
                self.subTest(method=method),
                mute_logger("odoo.http"),
                self.assertRaises(JsonRpcException),
            ):
                self.make_jsonrpc_request("/web/dataset/call_kw", params)
        self.assertFalse(self._requests(noah))

    def test_internal_users_ask_for_nothing(self):
        self.authenticate("agent", "agent")
        self._post()
        self.assertFalse(self._requests(self.agent.partner_id))
