import json
import time
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import Mock, patch
from xmlrpc.client import Fault

from freezegun import freeze_time
from passlib.totp import TOTP

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessDenied
from odoo.http import SessionExpiredException, root
from odoo.tests import JsonRpcException, tagged, warmup
from odoo.tools import format_date, hash_sign, mute_logger

from odoo.addons.auth_passkey.models.auth_passkey_key import AuthPasskeyKey

from ...models.access.ir_http import IrHttp
from ...models.base.touchpoint import CustomerPortalTouchpoint
from ..common import PASSWORD, CustomerPortalHttpCommon, takes_long

RPC_LOGGERS = ("odoo.addons.rpc.controllers.xmlrpc", "odoo.http")
WRONG = "Wrong login/password"
NEW_PASSWORD = "a new password"
# What a browser sends with a click; routes for keys want it from a session.
NAVIGATION = {
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-User": "?1",
}


class DoorCommon(CustomerPortalHttpCommon):
    """A contact with an open period, and what the door says once it is over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls._make_portal_contact()
        cls.user = cls._user_of(cls.partner)
        cls.disabled = cls._disabled_since(cls.yesterday)

    @classmethod
    def _disabled_since(cls, day):
        return f"Access to the portal was disabled on {format_date(cls.env, day)}"

    @classmethod
    def _make_key(cls, user):
        return (
            cls.env["res.users.apikeys"]
            .with_user(user)
            .sudo()
            ._generate(None, "test", datetime.now() + timedelta(days=1))
        )

    def _set_period(self, start, end, partner=None):
        """Move the period as time does: nothing follows from it."""
        self._settle_period(partner or self.partner, start, end)

    def _settle_period(self, partner, start, end):
        partner._write_without_sync(
            {"support_start_date": start, "support_end_date": end}
        )
        self.env.flush_all()

    @contextmanager
    def _log_of_refusals(self):
        """Yield the reasons that are logged.

        What a request logs apart is kept when the request fails, but not in a test: its
        cursors are all inside one transaction.
        """
        reasons = []
        log = Mock(side_effect=lambda user, reason: reasons.append(reason))
        with patch.object(CustomerPortalTouchpoint, "_log_refused", log):
            yield reasons

    def _is_inside(self, response=None):
        response = response or self.url_open("/my", allow_redirects=False)
        return response.status_code == 200 and "o_portal_my_home" in response.text


@tagged("post_install", "-at_install")
class TestDoorByPassword(DoorCommon):
    def test_in_the_period_the_password_opens(self):
        self.assertTrue(self._is_inside(self._log_in("emma@example.com")))

    def test_the_first_and_the_last_day_are_inside(self):
        self._set_period(self.today, self.today)
        self.assertTrue(self._is_inside(self._log_in("emma@example.com")))

    def test_an_open_ended_period_is_open(self):
        self._set_period(False, False)
        self.assertTrue(self._is_inside(self._log_in("emma@example.com")))

    def test_after_the_period_the_right_password_learns_the_date(self):
        self._expire(self.partner)
        response = self._log_in("emma@example.com")
        self.assertIn(self.disabled, response.text)
        self.assertFalse(self._is_inside())

    def test_before_the_period_the_right_password_learns_the_day(self):
        self._set_period(self.tomorrow, False)
        response = self._log_in("emma@example.com")
        day = format_date(self.env, self.tomorrow)
        self.assertIn(f"Your access to the portal starts on {day}", response.text)
        self.assertFalse(self._is_inside())

    def test_who_does_not_know_the_password_learns_nothing(self):
        former = self._make_portal_contact("former@example.com")
        former.portal_user = False
        self._expire(self.partner)
        for login, password in (
            ("emma@example.com", "wrong"),
            ("nobody@example.com", PASSWORD),
            ("former@example.com", PASSWORD),
            ("emma@example.com", " "),
            ("' OR 1=1 --", "x"),
        ):
            with self.subTest(login=login, password=password):
                text = self._log_in(login, password).text
                self.assertIn(WRONG, text)
                self.assertNotIn("disabled on", text)

    def test_a_later_date_lets_the_same_password_in_again(self):
        self._expire(self.partner)
        self._log_in("emma@example.com")
        self.partner.with_user(self.agent).support_end_date = self.tomorrow
        self.assertTrue(self._is_inside(self._log_in("emma@example.com")))

    def test_the_date_is_told_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.partner.lang = "fr_FR"
        self._settle_period(self.partner, False, datetime(2020, 3, 9).date())
        self.assertIn("09/03/2020", self._log_in("emma@example.com").text)

    @takes_long
    def test_midnight_is_that_of_the_company(self):
        company = self.env["res.company"].create({"name": "Down Under"})
        company.partner_id.tz = "Pacific/Auckland"
        emma = self._make_portal_contact("kiwi@example.com", company_id=company.id)
        self._set_period(False, datetime(2026, 3, 9).date(), emma)
        last_second, midnight = "2026-03-09 10:59:59", "2026-03-09 11:00:00"  # UTC
        with freeze_time(last_second):
            self.assertEqual(emma.portal_state, "active")
            self.assertTrue(self._is_inside(self._log_in("kiwi@example.com")))
        self.env.invalidate_all()
        with freeze_time(midnight):
            self.assertEqual(emma.portal_state, "expired")
            self.assertFalse(self._is_inside())
            self.assertIn("disabled on", self._log_in("kiwi@example.com").text)

    def test_a_contact_without_the_tick_does_not_come_in(self):
        self.partner._write_without_sync({"portal_user": False})
        self.assertIn("has not been enabled", self._log_in("emma@example.com").text)

    def test_a_login_by_jsonrpc_is_refused_with_the_date(self):
        self._expire(self.partner)
        self.authenticate(None, None)
        answer = self.url_open(
            "/web/session/authenticate",
            json=self.build_rpc_payload(
                {
                    "db": self.env.cr.dbname,
                    "login": self.user.login,
                    "password": PASSWORD,
                }
            ),
        ).json()
        self.assertEqual(answer["error"]["data"]["message"], self.disabled)
        with self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request("/web/session/get_session_info")

    def test_a_crafted_login_is_an_error_but_no_way_in(self):
        self.authenticate(None, None)
        for login in (["emma@example.com"], {"a": 1}, self.user.id, None, True):
            with self.subTest(login=login), mute_logger("odoo.http", "odoo.sql_db"):
                params = {"db": self.env.cr.dbname, "login": login, "password": "x"}
                with self.assertRaises(JsonRpcException):
                    self.make_jsonrpc_request("/web/session/authenticate", params)


@tagged("post_install", "-at_install")
class TestDoorWithOpenSession(DoorCommon):
    def setUp(self):
        super().setUp()
        self._log_in("emma@example.com")
        self.url_open("/my")

    def _get_sid(self):
        return self.opener.cookies["session_id"]

    def test_the_next_click_ends_at_the_login_page_with_the_date(self):
        self._expire(self.partner)
        response = self.url_open("/my")
        self.assertIn("/web/login", response.url)
        self.assertEqual(len(response.history), 1)
        self.assertIn(self.disabled, response.text)

    @takes_long
    def test_the_reason_is_told_once(self):
        self._expire(self.partner)
        self.assertIn(self.disabled, self.url_open("/web/login").text)
        self.assertNotIn(self.disabled, self.url_open("/web/login").text)

    def test_the_refusal_is_logged_once(self):
        self._expire(self.partner)
        with self._log_of_refusals() as reasons:
            self.url_open("/my")
            self.url_open("/my")
        self.assertEqual(reasons, [self.disabled])

    def test_the_old_cookie_is_useless_even_if_the_period_is_extended(self):
        self._expire(self.partner)
        sid = self._get_sid()
        self.url_open("/my", allow_redirects=False)
        self.assertFalse(root.session_store.get(sid).uid)
        self._set_period(False, self.tomorrow)
        self.opener.cookies.set("session_id", sid)
        self.assertFalse(self._is_inside())

    @takes_long
    def test_public_pages_still_serve(self):
        self._expire(self.partner)
        response = self.url_open("/web/reset_password", allow_redirects=False)
        self.assertEqual(response.status_code, 200)
        self.assertNotIn(self.user.name, response.text)
        self.assertEqual(self.url_open("/web/health").status_code, 200)

    def test_a_page_without_a_route_serves_the_public(self):
        self._expire(self.partner)
        sid = self._get_sid()
        with mute_logger("odoo.http"):
            response = self.url_open("/no/such/page")
        self.assertEqual(response.status_code, 404)
        self.assertFalse(root.session_store.get(sid).uid)

    @takes_long
    def test_a_session_of_a_deleted_user_is_no_error(self):
        self.user.unlink()
        self.assertIn("/web/login", self.url_open("/my").url)

    def test_a_jsonrpc_call_gets_session_expired(self):
        self._expire(self.partner)
        params = {
            "model": "res.partner",
            "method": "read",
            "args": [self.partner.ids, ["name"]],
            "kwargs": {},
        }
        with self._log_of_refusals() as reasons:
            for _attempt in range(2):
                with self.assertRaises(JsonRpcException) as caught:
                    self.make_jsonrpc_request("/web/dataset/call_kw", params)
                self.assertEqual(caught.exception.code, 100)
        self.assertEqual(reasons, [self.disabled])

    @takes_long
    def test_no_route_knows_the_session(self):
        invoice = self.env["account.move"].search([], limit=1).id or 1
        for path in (
            "/my/account",
            "/my/invoices",
            f"/my/invoices/{invoice}",
            "/my/security",
            "/odoo",
            "/web/session/logout?redirect=/my",
            "/web/login?redirect=/my",
            f"/web/image/res.partner/{self.partner.id}/avatar_128",
            "/json/1/res.partner",
        ):
            with self.subTest(path=path), mute_logger("odoo.http"):
                self._set_period(False, self.tomorrow)
                self._log_in("emma@example.com")
                self.assertTrue(self._is_inside())
                self._expire(self.partner)
                self.url_open(path, headers=NAVIGATION)
                self._set_period(False, self.tomorrow)
                self.assertFalse(self._is_inside())

    def test_a_key_does_not_reopen_a_session_that_was_closed(self):
        key = self._make_key(self.user)
        self._expire(self.partner)
        headers = {"Authorization": f"Bearer {key}"}
        with mute_logger("odoo.http"):
            response = self.url_open(
                "/json/2/res.partner/search_count", json={"domain": []}, headers=headers
            )
        self.assertEqual(response.status_code, 403, response.text)

    def test_a_session_token_does_not_outlive_the_housekeeping(self):
        self.user._void_portal_access()
        self.assertFalse(self._is_inside())

    def test_a_websocket_ends_with_the_period(self):
        env = self.env(user=self.user)
        env["bus.bus"]._poll(["broadcast"])
        self._expire(self.partner)
        with self.assertRaises(SessionExpiredException):
            env["bus.bus"]._poll(["broadcast"])

    def test_a_message_on_a_websocket_closes_the_session(self):
        session = root.session_store.get(self._get_sid())
        env = self.env(user=self.user)
        IrWebsocket = self.registry["ir.websocket"]
        path = "odoo.addons.customer_portal.models.access.ir_websocket.wsrequest"
        core_path = "odoo.addons.bus.models.ir_websocket.wsrequest"
        grace_path = "odoo.addons.customer_portal.models.lifecycle.grace_websocket"
        wsrequest = Mock(session=session, env=env)
        with (
            patch(path, wsrequest),
            patch(core_path, wsrequest),
            patch(f"{grace_path}.wsrequest", wsrequest),
        ):
            IrWebsocket._authenticate()
            self._expire(self.partner)
            with self.assertRaises(SessionExpiredException):
                IrWebsocket._authenticate()
        self.assertFalse(session.uid)


@tagged("post_install", "-at_install")
class TestDoorByRpc(DoorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_param_cls("portal.allow_api_keys", "True")
        cls.key = cls._make_key(cls.user)

    @classmethod
    def _set_param_cls(cls, key, value):
        cls.env["ir.config_parameter"].set_param(key, value)

    def _read_name_by_xmlrpc(self, secret):
        ids, database = self.partner.ids, self.env.cr.dbname
        return self.xmlrpc_object.execute_kw(
            database, self.user.id, secret, "res.partner", "read", [ids, ["name"]]
        )

    def _read_name_by_jsonrpc(self, secret):
        args = [self.env.cr.dbname, self.user.id, secret, "res.partner", "read"]
        return self.make_jsonrpc_request(
            "/jsonrpc",
            {
                "service": "object",
                "method": "execute_kw",
                "args": [*args, [self.partner.ids, ["name"]]],
            },
        )

    def _read_name_by_json2(self, secret):
        return self.url_open(
            "/json/2/res.partner/read",
            json={"ids": self.partner.ids, "fields": ["name"]},
            headers={"Authorization": f"Bearer {secret}"},
        )

    def test_password_and_key_work_in_the_period_only_also_when_cached(self):
        for secret in (PASSWORD, self.key):
            for read, error in (
                (self._read_name_by_xmlrpc, Fault),
                (self._read_name_by_jsonrpc, JsonRpcException),
            ):
                with self.subTest(secret=secret, read=read.__name__):
                    self._set_period(False, self.tomorrow)
                    self.assertEqual(read(secret)[0]["name"], "emma")
                    self._expire(self.partner)
                    with self.assertRaises(error), mute_logger(*RPC_LOGGERS):
                        read(secret)
                    self._set_period(False, self.tomorrow)
                    self.assertEqual(read(secret)[0]["name"], "emma")

    def test_an_uncached_call_is_refused_too(self):
        self._expire(self.partner)
        self.env.registry.clear_cache()
        with self.assertRaises(Fault) as caught, mute_logger(*RPC_LOGGERS):
            self._read_name_by_xmlrpc(self.key)
        self.assertIn(self.disabled, caught.exception.faultString)

    def test_a_wrong_password_by_rpc_learns_nothing(self):
        self._expire(self.partner)
        with self.assertRaises(Fault) as caught, mute_logger(*RPC_LOGGERS):
            self._read_name_by_xmlrpc("wrong")
        self.assertNotIn("disabled", caught.exception.faultString)

    def test_xmlrpc_authenticate_gives_no_id_outside_the_period(self):
        database = self.env.cr.dbname
        arguments = (database, self.user.login, PASSWORD, {})
        self.assertEqual(self.xmlrpc_common.authenticate(*arguments), self.user.id)
        self._expire(self.partner)
        self.assertFalse(self.xmlrpc_common.authenticate(*arguments))

    def test_a_bearer_key_works_in_the_period_only(self):
        self.assertEqual(self._read_name_by_json2(self.key).json()[0]["name"], "emma")
        self._expire(self.partner)
        with mute_logger("odoo.http"):
            response = self._read_name_by_json2(self.key)
        self.assertEqual(response.status_code, 403)
        self.assertEqual(response.json()["message"], self.disabled)
        self._set_period(False, self.tomorrow)
        self.assertEqual(self._read_name_by_json2(self.key).status_code, 200)

    def test_a_bearer_key_before_the_period_is_refused(self):
        self._set_period(self.tomorrow, False)
        with mute_logger("odoo.http"):
            self.assertEqual(self._read_name_by_json2(self.key).status_code, 403)

    def test_keys_of_internal_users_never_end(self):
        agent_key = self._make_key(self.agent)
        self._settle_period(self.agent.partner_id, False, self.yesterday)
        self.assertEqual(self._read_name_by_json2(agent_key).status_code, 200)

    def test_refused_calls_are_logged(self):
        self.assertEqual(self._read_name_by_xmlrpc(self.key)[0]["name"], "emma")
        self._expire(self.partner)
        with mute_logger(*RPC_LOGGERS), self._log_of_refusals() as reasons:
            with self.assertRaises(Fault):
                self._read_name_by_xmlrpc(self.key)
            with self.assertRaises(Fault):
                self._read_name_by_xmlrpc("wrong")
            self._read_name_by_json2(self.key)
        wrong = "Wrong login or password"
        self.assertEqual(reasons, [self.disabled, wrong, self.disabled])


@tagged("post_install", "-at_install")
class TestDoorByTwoFactors(DoorCommon):
    SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

    def _post_code(self, code=None):
        self.opener.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux) Firefox/140.0"
        code = code or TOTP(self.SECRET).generate(time.time()).token
        data = {"totp_token": code, "csrf_token": self._csrf_token(), "remember": "1"}
        return self.url_open("/web/login/totp", data)

    def test_both_factors_open_in_the_period(self):
        self.user.totp_secret = self.SECRET
        self.assertIn("/web/login/totp", self._log_in("emma@example.com").url)
        self.assertTrue(self._is_inside(self._post_code()))
        self.assertEqual(self._kinds(self.partner), ["granted", "login"])

    def test_a_period_that_ends_before_the_code_refuses_with_the_date(self):
        self.user.totp_secret = self.SECRET
        self._log_in("emma@example.com")
        self._expire(self.partner)
        self.assertIn(self.disabled, self._post_code().text)
        self.assertFalse(self._is_inside())
        self.assertEqual(self._kinds(self.partner)[-1], "refused")

    def test_a_wrong_code_learns_nothing(self):
        self.user.totp_secret = self.SECRET
        self._log_in("emma@example.com")
        self._expire(self.partner)
        self.assertNotIn("disabled", self._post_code("000000").text)

    def test_without_the_second_factor_nobody_learns_the_date_by_a_wrong_password(self):
        self.user.totp_secret = self.SECRET
        self._expire(self.partner)
        self.assertIn(self.disabled, self._log_in("emma@example.com").text)
        self.assertIn(WRONG, self._log_in("emma@example.com", "wrong").text)

    def test_a_trusted_device_does_not_replace_the_period(self):
        self.user.totp_secret = self.SECRET
        self._log_in("emma@example.com")
        self._post_code()
        device = self.opener.cookies["td_id"]
        self._expire(self.partner)
        self._log_in("emma@example.com")
        self._set_period(False, self.tomorrow)
        self.authenticate(None, None)
        self.opener.cookies.set("td_id", device)
        data = {
            "login": "emma@example.com",
            "password": PASSWORD,
            "csrf_token": self._csrf_token(),
        }
        self.url_open("/web/login", data, allow_redirects=False)
        self._expire(self.partner)
        response = self.url_open("/web/login/totp")
        self.assertIn("/web/login", response.url)
        self.assertIn(self.disabled, response.text)
        self.assertFalse(self._is_inside())


@tagged("post_install", "-at_install")
class TestDoorByPasskey(DoorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute(
            "INSERT INTO auth_passkey_key (name, credential_identifier, create_uid,"
            " public_key, sign_count) VALUES ('key', 'emma-key', %s, 'x', 0)",
            [cls.user.id],
        )

    def _log_in_by_passkey(self, identifier="emma-key"):
        self.authenticate(None, None)
        with patch.object(AuthPasskeyKey, "_verify_auth", return_value=1):
            return self.url_open(
                "/web/login",
                {
                    "type": "webauthn",
                    "login": "",
                    "password": "",
                    "webauthn_response": json.dumps({"id": identifier}),
                    "csrf_token": self._csrf_token(),
                },
            )

    def test_a_passkey_opens_in_the_period_only(self):
        self.assertTrue(self._is_inside(self._log_in_by_passkey()))
        self._expire(self.partner)
        self.assertIn(self.disabled, self._log_in_by_passkey().text)
        self.assertFalse(self._is_inside())
        self.assertEqual(self._kinds(self.partner), ["granted", "login", "refused"])

    def test_a_new_address_voids_what_its_former_owner_holds(self):
        self.user.totp_secret = "JBSWY3DPEHPK3PXP"
        self.partner.email = "new@example.com"
        self.assertFalse(self.user.totp_enabled)
        self.assertIn("Unknown passkey", self._log_in_by_passkey().text)
        self.assertFalse(self._is_inside())

    def test_an_unknown_passkey_learns_nothing(self):
        self._expire(self.partner)
        text = self._log_in_by_passkey("another-key").text
        self.assertIn("Unknown passkey", text)


@tagged("post_install", "-at_install")
class TestDoorByLink(DoorCommon):
    def _get_url(self, partner, signup_type="signup"):
        partner.sudo().signup_prepare(signup_type)
        self.env.flush_all()
        return partner.sudo()._get_signup_url().removeprefix(self.base_url())

    def _choose_password(self, url, password=NEW_PASSWORD):
        self.authenticate(None, None)
        self.url_open(url)
        data = {
            "login": self.user.login,
            "name": "emma",
            "password": password,
            "confirm_password": password,
            "csrf_token": self._csrf_token(),
        }
        return self.url_open(url, data)

    def _assert_refused(self, response, words="This link is no longer valid"):
        """Assert that a link leads to a page without a form, which says why."""
        self.assertIn(words, response.text)
        self.assertNotIn('type="password"', response.text)

    def test_a_link_lets_choose_a_password_and_in(self):
        response = self._choose_password(self._get_url(self.partner))
        self.assertTrue(self._is_inside(response))

    def test_a_link_works_once(self):
        url = self._get_url(self.partner)
        self._choose_password(url)
        response = self._choose_password(url, "somebody else's password")
        self._assert_refused(response, "This link has already been used")
        self.assertTrue(self._is_inside(self._log_in(self.user.login, NEW_PASSWORD)))

    def test_links_are_void_outside_the_period(self):
        for signup_type in ("signup", "reset"):
            with self.subTest(signup_type=signup_type):
                self._set_period(False, self.tomorrow)
                url = self._get_url(self.partner, signup_type)
                self._expire(self.partner)
                self._assert_refused(self._choose_password(url))

    def test_posting_a_void_link_changes_no_password(self):
        url = self._get_url(self.partner)
        self._expire(self.partner)
        self.authenticate(None, None)
        data = {
            "login": "emma@example.com",
            "name": "emma",
            "password": NEW_PASSWORD,
            "confirm_password": NEW_PASSWORD,
            "csrf_token": self._csrf_token(),
        }
        self._assert_refused(self.url_open(url, data))
        self._set_period(False, self.tomorrow)
        self.assertTrue(self._is_inside(self._log_in("emma@example.com")))

    def test_revoking_voids_the_link(self):
        url = self._get_url(self.partner)
        self.partner.portal_user = False
        self._assert_refused(self._choose_password(url))

    def test_a_changed_address_voids_the_link(self):
        url = self._get_url(self.partner)
        self.partner.email = "emma@example.org"
        self._assert_refused(self._choose_password(url))

    def test_an_old_link_stays_void_when_a_new_one_is_sent(self):
        old = self._get_url(self.partner)
        self.partner.email = "emma@example.org"
        new = self._get_url(self.partner)
        self._assert_refused(self._choose_password(old))
        self.assertTrue(self._is_inside(self._choose_password(new)))

    def test_a_used_reset_link_stays_void_when_a_new_one_is_asked_for(self):
        url = self._get_url(self.partner, "reset")
        self._choose_password(url)
        self._get_url(self.partner, "reset")
        self._assert_refused(self._choose_password(url))

    def test_links_sent_before_the_addon_was_installed_work(self):
        self.partner.sudo().signup_prepare()
        stock = [self.partner.id, self.user.ids, None, "signup"]
        token = hash_sign(self.env, "signup", stock, expiration_hours=1)
        self.assertTrue(self.partner._get_partner_from_token(token))
        self.user._end_portal_sessions()
        self.assertFalse(self.partner._get_partner_from_token(token))

    def test_who_is_scheduled_chooses_a_password_and_is_told_the_day(self):
        self._set_period(self.tomorrow, False)
        response = self._choose_password(self._get_url(self.partner))
        self.assertIn("Your access to the portal starts on", response.text)
        self.assertFalse(self._is_inside())
        self._set_period(self.today, False)
        response = self._log_in("emma@example.com", NEW_PASSWORD)
        self.assertTrue(self._is_inside(response))

    def test_who_is_scheduled_cannot_reset_yet(self):
        self._set_period(self.tomorrow, False)
        url = self._get_url(self.partner, "reset")
        self._assert_refused(self._choose_password(url))

    def test_a_crafted_token_is_refused(self):
        for token in ("x", "", "AAAA" * 50, "é"):
            with self.subTest(token=token), mute_logger("odoo.http"):
                response = self.url_open(f"/web/signup?token={token}")
                self.assertIn(response.status_code, (200, 404))


@tagged("post_install", "-at_install")
class TestDoorForOthers(DoorCommon):
    def test_internal_users_are_never_affected(self):
        self.agent.password = PASSWORD
        self._settle_period(self.agent.partner_id, False, self.yesterday)
        self.agent.partner_id._write_without_sync({"portal_user": True})
        self.assertIsNone(self.agent._get_portal_refusal())
        self.assertIn("/odoo", self._log_in("agent").url)
        self.assertFalse(self._kinds(self.agent.partner_id))
        self._log_in("agent", "wrong")
        self.assertFalse(self._kinds(self.agent.partner_id))

    def test_the_public_user_and_the_superuser_are_never_refused(self):
        users = self.env["res.users"].browse(SUPERUSER_ID)
        for user in users + self.env.ref("base.public_user"):
            self.assertIsNone(user._get_portal_refusal())

    @contextmanager
    def _without_door(self):
        """Serve requests as stock Odoo does."""
        with (
            patch.object(IrHttp, "_close_portal_session", return_value=False),
            patch.object(IrHttp, "_get_portal_visitor", return_value=None),
        ):
            yield

    def _count_queries(self, url):
        """Return the fewest queries of some requests, the first of which warm up."""
        counts = []
        for _attempt in range(4):
            before = self.env.cr.sql_log_count
            self.url_open(url)
            counts.append(self.env.cr.sql_log_count - before)
        return min(counts)

    def test_the_door_costs_internal_users_nothing(self):
        self.authenticate("agent", "agent")
        cost = self._count_queries("/web/session/modules")
        with self._without_door():
            self.assertEqual(cost, self._count_queries("/web/session/modules"))

    @takes_long
    def test_the_door_costs_customers_one_query(self):
        self._log_in("emma@example.com")
        for page in ("/my", "/my/invoices"):
            with self.subTest(page=page):
                cost = self._count_queries(page)
                with self._without_door():
                    self.assertLessEqual(cost, self._count_queries(page) + 1)

    def test_a_visit_of_the_public_costs_nothing(self):
        self.authenticate(None, None)
        cost = self._count_queries("/web/login")
        with self._without_door():
            self.assertEqual(cost, self._count_queries("/web/login"))

    @warmup
    def test_asking_again_costs_no_query(self):
        self.user._get_portal_refusal()
        with self.assertQueryCount(0):
            self.user._get_portal_refusal()

    def test_a_check_of_identity_asks_the_door(self):
        self._expire(self.partner)
        credential = {"type": "password", "password": PASSWORD, "login": "emma"}
        with self.assertRaises(AccessDenied) as caught:
            self.user.with_user(self.user)._check_credentials(
                credential, {"interactive": True}
            )
        self.assertEqual(str(caught.exception), self.disabled)
