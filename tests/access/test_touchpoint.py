from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, JsonRpcException, tagged
from odoo.tools import mute_logger

from ...const import PARAM_TOUCHPOINT_DAYS
from ...models.base import batches
from ...models.base.touchpoint import MOST_PER_HOUR
from ..common import CustomerPortalCommon, CustomerPortalHttpCommon, takes_long

TOUCHPOINT_LOGGER = "odoo.addons.customer_portal.models.base.touchpoint"


@tagged("post_install", "-at_install")
class TestTouchpointsOfVisits(CustomerPortalHttpCommon):
    browser_name = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls._make_portal_contact()
        cls.user = cls._user_of(cls.partner)
        cls.Touchpoint = cls.env["customer.portal.touchpoint"]

    def authenticate(self, *args, **kwargs):
        session = super().authenticate(*args, **kwargs)
        self.opener.headers["User-Agent"] = self.browser_name
        return session

    def _get_last(self):
        return self.Touchpoint.search(
            [("partner_id", "=", self.partner.id)], order="id DESC", limit=1
        )

    def test_a_login_is_logged_once_a_session_with_address_and_browser(self):
        self._log_in("emma@example.com")
        for _click in range(3):
            self.url_open("/my")
        self.assertEqual(self._kinds(self.partner), ["granted", "login"])
        self.assertRecordValues(
            self._get_last(),
            [
                {
                    "user_id": self.user.id,
                    "ip_address": "127.0.0.1",
                    "user_agent": self.browser_name,
                    "detail": False,
                }
            ],
        )

    def test_each_session_is_a_login(self):
        for _session in range(2):
            self._log_in("emma@example.com")
            self.url_open("/my")
        self.assertEqual(self._kinds(self.partner).count("login"), 2)

    def test_a_logout_is_logged(self):
        self._log_in("emma@example.com")
        self.url_open("/web/session/logout")
        self.assertEqual(self._kinds(self.partner), ["granted", "login", "logout"])

    def test_a_logout_by_jsonrpc_is_logged(self):
        self._log_in("emma@example.com")
        self.make_jsonrpc_request("/web/session/destroy")
        self.assertEqual(self._kinds(self.partner), ["granted", "login", "logout"])

    def test_a_logout_without_a_session_is_none(self):
        self.authenticate(None, None)
        self.url_open("/web/session/logout")
        self.assertEqual(self._kinds(self.partner), ["granted"])

    @takes_long
    def test_visits_of_internal_users_are_not_logged(self):
        before = self.Touchpoint.search_count([])
        self.authenticate("agent", "agent")
        self.url_open("/web/session/logout")
        self._log_in("agent", "wrong")
        self.assertEqual(self.Touchpoint.search_count([]), before)

    def test_a_refused_login_is_logged_with_the_reason(self):
        self._log_in("emma@example.com", "wrong")
        self.assertEqual(self._get_last().detail, "Wrong login or password")
        self.assertEqual(self._get_last().ip_address, "127.0.0.1")
        self._expire(self.partner)
        self._log_in("emma@example.com")
        self.assertIn("Access to the portal was disabled on", self._get_last().detail)
        self.assertEqual(self._kinds(self.partner), ["granted", "refused", "refused"])

    def test_a_refused_login_of_a_former_customer_is_logged(self):
        self.partner.portal_user = False
        self._log_in("emma@example.com")
        self.assertEqual(self._kinds(self.partner)[-1], "refused")

    def test_an_unknown_address_is_not_logged(self):
        before = self.Touchpoint.search_count([])
        self._log_in("nobody@example.com", "x")
        self.assertEqual(self.Touchpoint.search_count([]), before)

    def test_guessing_passwords_does_not_fill_the_log(self):
        with mute_logger("odoo.addons.base.models.res_users"):
            for _attempt in range(MOST_PER_HOUR + 15):
                self._log_in("emma@example.com", "wrong")
        refused = self._kinds(self.partner).count("refused")
        self.assertLessEqual(refused, 2 * MOST_PER_HOUR)
        hour_ago = fields.Datetime.now() - timedelta(hours=1, seconds=1)
        self.Touchpoint.search([("kind", "=", "refused")]).date = hour_ago
        self.env.registry._login_failures.clear()
        self._log_in("emma@example.com", "wrong")
        self.assertEqual(self._kinds(self.partner).count("refused"), refused + 1)

    def test_readonly_routes_log_too(self):
        """The route to log out is one, and so is the first call of this client."""
        self.authenticate("emma@example.com", "")
        self.make_jsonrpc_request("/web/session/check")
        self.assertEqual(self._kinds(self.partner), ["granted", "login"])

    def test_a_long_name_of_a_browser_is_cut(self):
        self.browser_name = "x" * 5000
        self._log_in("emma@example.com")
        self.url_open("/my")
        self.assertEqual(len(self._get_last().user_agent), 250)

    def test_a_touchpoint_that_cannot_be_written_keeps_nobody_out(self):
        lost = psycopg2.errors.LockNotAvailable("locked")
        with (
            patch.object(type(self.Touchpoint), "create", side_effect=lost),
            self.assertLogs(TOUCHPOINT_LOGGER, "ERROR") as logs,
        ):
            self._log_in("emma@example.com")
            response = self.url_open("/my")
        self.assertIn("o_portal_my_home", response.text)
        self.assertIn("lost", logs.output[0])


@tagged("post_install", "-at_install")
class TestTouchpointAccess(CustomerPortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls._make_portal_contact()
        cls.user = cls._user_of(cls.partner)
        cls.touchpoint = cls.env["customer.portal.touchpoint"].search(
            [("partner_id", "=", cls.partner.id)]
        )

    def test_agents_and_managers_read_and_nothing_else(self):
        for user in self.agent, self.manager:
            touchpoint = self.touchpoint.with_user(user)
            self.assertEqual(touchpoint.kind, "granted")
            with self.assertRaises(AccessError):
                touchpoint.detail = "forged"
            with self.assertRaises(AccessError):
                touchpoint.unlink()
            with self.assertRaises(AccessError):
                touchpoint.copy()
            with self.assertRaises(AccessError):
                touchpoint.create({"partner_id": self.partner.id, "kind": "login"})

    def test_agents_read_nothing_of_contacts_of_another_company(self):
        self.touchpoint.with_user(self.agent).read(["detail"])
        other = self.env["res.company"].create({"name": "Other"})
        companies = {"company_id": other.id, "company_ids": other.ids}
        self.user.write(companies)
        self.partner.company_id = other
        touchpoints = self.touchpoint.with_user(self.agent)
        self.assertFalse(touchpoints.search([("partner_id", "=", self.partner.id)]))
        with self.assertRaises(AccessError):
            touchpoints.read(["detail"])
        self.agent.company_ids += other
        touchpoints.with_context(allowed_company_ids=other.ids).read(["detail"])

    def test_agents_cannot_forge_by_the_contact(self):
        partner = self.partner.with_user(self.agent)
        for command in (
            fields.Command.create({"kind": "login"}),
            fields.Command.delete(self.touchpoint.id),
            fields.Command.update(self.touchpoint.id, {"detail": "forged"}),
            fields.Command.clear(),
        ):
            with self.subTest(command=command), self.assertRaises(AccessError):
                partner.portal_touchpoint_ids = [command]
                self.env.flush_all()
        self.assertEqual(self._kinds(self.partner), ["granted"])

    def test_clerks_customers_and_the_public_read_nothing(self):
        public = self.env.ref("base.public_user")
        for user in self.clerk, self.user, public:
            with self.assertRaises(AccessError):
                self.touchpoint.with_user(user).read(["kind"])
            with self.assertRaises(AccessError):
                self.touchpoint.with_user(user).search([])

    def test_a_customer_reads_nothing_by_rpc(self):
        self.authenticate("emma@example.com", "")
        for model, method, args in (
            ("customer.portal.touchpoint", "search_read", [[]]),
            ("customer.portal.touchpoint", "read", [self.touchpoint.ids]),
            ("customer.portal.touchpoint", "create", [{"kind": "login"}]),
            ("customer.portal.touchpoint", "web_read_group", [[], ["kind"]]),
            (
                "customer.portal.touchpoint",
                "export_data",
                [self.touchpoint.ids, ["kind"]],
            ),
            ("customer.portal.touchpoint", "_log_in_new_transaction", ["login", 1]),
            ("customer.portal.period", "_cron_end_periods", []),
            ("customer.portal.credentials", "_send", [self.partner.ids]),
            ("res.partner", "read", [self.partner.ids, ["portal_touchpoint_ids"]]),
            ("res.partner", "search", [[("portal_touchpoint_ids.kind", "=", "login")]]),
            ("res.users", "read", [self.user.ids, ["portal_session_version"]]),
            ("res.users", "write", [self.user.ids, {"portal_session_version": 0}]),
            ("res.partner", "write", [self.partner.ids, {"support_end_date": False}]),
            ("res.partner", "read", [self.partner.ids, ["support_end_handled"]]),
        ):
            with (
                self.subTest(model=model, method=method, args=args),
                mute_logger("odoo.http"),
                self.assertRaises(JsonRpcException),
            ):
                self.make_jsonrpc_request(
                    "/web/dataset/call_kw",
                    {"model": model, "method": method, "args": args, "kwargs": {}},
                )

    @takes_long
    def test_a_clerk_reads_and_opens_contacts_as_before(self):
        partner = self.partner.with_user(self.clerk)
        ours = [name for name in partner.fields_get() if name.startswith("portal_")]
        self.assertIn("portal_state", ours)
        self.assertTrue(partner.read(ours))
        with Form(partner) as form:
            form.phone = "+1 555 0100"

    def test_an_agent_opens_the_touchpoints_of_a_contact(self):
        action = self.partner.with_user(self.agent).action_view_portal_touchpoints()
        touchpoints = self.env["customer.portal.touchpoint"].with_user(self.agent)
        self.assertEqual(touchpoints.search(action["domain"]), self.touchpoint)

    def test_the_views_show(self):
        touchpoints = self.env["customer.portal.touchpoint"].with_user(self.agent)
        views = [(False, kind) for kind in ("list", "graph", "search", "form")]
        loaded = touchpoints.get_views(views)["views"]
        self.assertEqual(len(loaded), 4)
        groups = touchpoints.web_read_group(
            [("partner_id", "=", self.partner.id)], ["date:week", "kind"]
        )
        self.assertEqual(groups["length"], 1)

    @takes_long
    def test_the_contact_counts_them_in_one_query(self):
        partners = self.partner
        for number in range(3):
            partners += self._make_portal_contact(f"more{number}@example.com")
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            self.assertEqual(sum(partners.mapped("portal_touchpoint_count")), 4)

    def test_touchpoints_go_with_the_contact_but_stay_without_the_user(self):
        self.user.unlink()
        self.assertTrue(self.touchpoint.exists())
        self.partner.unlink()
        self.assertFalse(self.touchpoint.exists())


@tagged("post_install", "-at_install")
class TestTouchpointRetention(CustomerPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Touchpoint = cls.env["customer.portal.touchpoint"].sudo()
        cls.Touchpoint.search([]).unlink()

    def _make(self, number, days):
        date = fields.Datetime.now() - timedelta(days=days)
        values = {"partner_id": self.contact.id, "kind": "login", "date": date}
        return self.Touchpoint.create([values] * number)

    def test_what_is_older_than_the_days_goes(self):
        old, young = self._make(2, 731), self._make(2, 729)
        self.assertEqual(self.Touchpoint._gc_touchpoints(), (2, False))
        self.assertFalse(old.exists())
        self.assertTrue(young.exists())

    @takes_long
    def test_it_goes_in_batches_until_nothing_is_left(self):
        old = self._make(5, 1000)
        with patch.object(batches, "GC_BATCH", 2):
            self.assertEqual(self.Touchpoint._gc_touchpoints(), (2, True))
            with self.enter_registry_test_mode():
                self.env.ref("base.autovacuum_job").method_direct_trigger()
        self.assertFalse(old.exists())

    def test_no_days_or_nonsense_keep_all(self):
        old = self._make(1, 5000)
        for days in ("0", "-1", "", "long"):
            self._set_param(PARAM_TOUCHPOINT_DAYS, days)
            self.assertEqual(self.Touchpoint._gc_touchpoints(), (0, 0))
        self.assertTrue(old.exists())
