from contextlib import closing
from unittest.mock import patch

import requests
from psycopg2.errors import ActiveSqlTransaction, ReadOnlySqlTransaction

from odoo.exceptions import AccessError, UserError
from odoo.http import request, root
from odoo.sql_db import db_connect
from odoo.tests import JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from ...models.viewing import ir_http
from ...models.viewing.ir_http import LEAVE_URL, REFUSED_URL
from ...models.viewing.session import View, ViewingSession
from ...models.viewing.viewing import COOKIE
from ..common import PASSWORD, PATIENCE, CustomerPortalCommon, takes_long
from ..viewing_common import ViewingCommon

READ_ONLY = "you can only look"
AGENT_GROUP = "customer_portal.group_customer_portal_user"


@tagged("post_install", "-at_install")
class TestWhoMaySee(ViewingCommon):
    """Nobody sees as anybody whom they are not there for."""

    def _find(self, agent, partner):
        viewings = self.env["customer.portal.viewing"].with_user(agent)
        return viewings._find_customer(partner.with_user(agent))

    def test_agents_see_as_customers(self):
        for agent in (self.agent, self.manager):
            self.assertEqual(self._find(agent, self.emma), self.user)

    def test_nobody_but_agents_does(self):
        system = new_test_user(self.env, "settings", "base.group_system")
        system.group_ids -= self.env.ref(
            "customer_portal.group_customer_portal_manager"
        )
        system.group_ids -= self.env.ref(AGENT_GROUP)
        portal, public = self._user_of(self.other), self.env.ref("base.public_user")
        for user in (self.clerk, portal, public, system):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._find(user, self.emma)

    def test_never_as_an_employee_or_administrator(self):
        for user in (self.clerk, self.manager, self.env.ref("base.user_admin")):
            with self.subTest(user.login), self.assertRaises(UserError):
                self._find(self.agent, user.partner_id)

    def test_never_as_the_contact_of_an_employee_who_has_a_portal_user_too(self):
        self._make_second_user(self.clerk.partner_id, "second@example.com")
        with self.assertRaises(AccessError):
            self._find(self.agent, self.clerk.partner_id)

    def test_never_as_the_users_that_odoo_copies(self):
        template = self.env["res.users"]._get_portal_template()
        template.active = True
        with self.assertRaises(AccessError):
            self._find(self.agent, template.partner_id)

    def test_only_as_who_has_access(self):
        self.other.portal_user = False
        for partner in (self.contact, self.other, self.env["res.partner"]):
            with self.subTest(partner.name), self.assertRaises(UserError):
                self._find(self.agent, partner)

    def test_only_as_customers_of_ones_companies(self):
        company = self.env["res.company"].create({"name": "Second"})
        theirs = self._make_portal_contact("theirs@example.com", company_id=company.id)
        with self.assertRaises(AccessError):
            self._find(self.agent, theirs)
        self.agent.company_ids += company
        self.assertEqual(self._find(self.agent, theirs), self._user_of(theirs))

    def test_nor_as_a_shared_contact_whose_portal_is_another_companys(self):
        company = self.env["res.company"].create({"name": "Second"})
        self.user.write(
            {"company_ids": [(6, 0, company.ids)], "company_id": company.id}
        )
        self.assertFalse(self.emma.company_id)
        with self.assertRaises(AccessError):
            self._find(self.agent, self.emma)

    def test_nor_as_who_sees_records_of_another_company_too(self):
        company = self.env["res.company"].create({"name": "Second"})
        self.user.company_ids += company
        with self.assertRaises(AccessError):
            self._find(self.agent, self.emma)
        self.agent.company_ids += company
        self.assertEqual(self._find(self.agent, self.emma), self.user)

    def test_rules_of_contacts_count(self):
        self.env["ir.rule"].create(
            {
                "name": "Agents do not see Emma",
                "model_id": self.env.ref("base.model_res_partner").id,
                "groups": [(4, self.env.ref(AGENT_GROUP).id)],
                "domain_force": f"[('id', '!=', {self.emma.id})]",
            }
        )
        with self.assertRaises(AccessError):
            self._find(self.agent, self.emma)

    def test_the_method_is_of_no_use_to_customers_and_clerks(self):
        for login, password in (("other@example.com", PASSWORD), ("clerk", "clerk")):
            self.authenticate(login, password)
            with (
                self.subTest(login),
                mute_logger("odoo.http"),
                self.assertRaises(JsonRpcException),
            ):
                self._see_as(self.emma)
            self.assertFalse(self._get_viewing())
            self.assertNotIn(COOKIE, self.opener.cookies)

    @takes_long
    def test_a_program_has_no_browser_to_see_it_in(self):
        key = self._make_api_key(self.agent)
        with mute_logger("odoo.http"):
            response = requests.post(
                self.base_url() + "/json/2/res.partner/action_see_as_customer",
                json={"ids": self.emma.ids},
                headers={"Authorization": f"Bearer {key}"},
                cookies=self._get_test_cookie(),
                timeout=PATIENCE,
            )
        self.assertGreaterEqual(response.status_code, 400)
        self.assertNotIn("Set-Cookie", response.headers.get("Set-Cookie", ""))
        self.assertFalse(self._get_viewing())

    def _get_test_cookie(self):
        """Return what lets a request pass to the test's database, and nothing else."""
        names = ("session_id", COOKIE)
        return {
            cookie.name: cookie.value
            for cookie in self.opener.cookies
            if cookie.name not in names
        }


@tagged("post_install", "-at_install")
class TestNothingIsWritten(ViewingCommon):
    """Every way to change something is refused, or the database refuses it."""

    def setUp(self):
        super().setUp()
        self._see_as(self.emma)
        self.before = self._count_changes()

    def _assert_unchanged(self):
        self.assertEqual(self._count_changes(), self.before)

    @takes_long
    def test_every_method_but_reading_is_refused_on_every_page(self):
        urls = ("/my", "/my/profile", "/my/language", "/my/security", "/my/account")
        urls += ("/my/deactivate_account", "/my/extension", "/my/p/cases/new")
        urls += ("/my/p/cases/1/comment", "/my/documents/upload", "/my/nowhere")
        for url in urls:
            for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
                with self.subTest(url=url, method=method):
                    response = self.url_open(url, method=method)
                    self.assertEqual(response.status_code, 403)
                    self.assertIn(READ_ONLY, response.text)
        self._assert_unchanged()

    def test_a_token_of_the_page_or_of_the_agents_session_helps_nothing(self):
        page = self.url_open("/my/profile").text
        for token in (self._csrf_token(), self._read_token(page)):
            response = self.url_open(
                "/my/profile", data={"csrf_token": token, "phone": "+1 555"}
            )
            self.assertEqual(response.status_code, 403)
        self._assert_unchanged()

    def _read_token(self, page):
        return page.partition('csrf_token: "')[2].partition('"')[0]

    def test_the_pages_token_is_none_of_the_agents_session(self):
        token = self._read_token(self.url_open("/my/profile").text)
        self.assertTrue(token)
        with mute_logger("odoo.http"):
            response = self.url_open(
                "/web/session/logout_everywhere", data={"csrf_token": token}
            )
            self.assertNotEqual(response.status_code, 200)
            response = self.url_open("/web/login", data={"csrf_token": token})
        self.assertEqual(response.status_code, 400)

    def test_scripts_of_the_page_are_answered_so_that_they_can_tell(self):
        headers = {"Referer": self.base_url() + "/my", "Accept": "application/json"}
        response = self.url_open("/my/p/cases/new", data={"a": 1}, headers=headers)
        self.assertEqual(response.status_code, 403)
        answer = response.json()
        self.assertIn(READ_ONLY, answer["error"])
        self.assertEqual(answer["errors"], {"": answer["error"]})

    def test_whatever_the_page_asks_by_rpc_is_refused(self):
        names = ("mail/message/post", "mail/thread/messages", "web/dataset/call_kw")
        names += ("web/session/destroy", "mail/data", "bus/has_missed_notifications")
        names += ("web/session/get_session_info", "my/counters", "web/action/load")
        names += ("web/session/modules", "payment/transaction", "mail/rating/1/x")
        params = {"thread_model": "res.partner", "thread_id": self.emma.id}
        for name in names:
            with self.subTest(name):
                response = self._open_part(f"/{name}", json={"params": params})
                self.assertEqual(response.status_code, 403)
                self.assertIn(READ_ONLY, response.json()["error"]["message"])
        self._assert_unchanged()

    def test_json_2_is_refused_from_the_page(self):
        response = self._open_part("/json/2/res.partner/write", json={"ids": [1]})
        self.assertEqual(response.status_code, 403)
        self._assert_unchanged()

    def test_the_page_leads_nowhere_but_to_portal_pages(self):
        urls = ("/web/session/logout", "/payment/pay", "/mail/view", "/web/login")
        urls += ("/web/signup?token=x", "/web/reset_password?token=x")
        urls += ("/mail/unfollow", "/web/become", "/json/1/res.partner", "/web/tests")
        for url in urls:
            with self.subTest(url):
                response = self._open_part(url, allow_redirects=False)
                self.assertEqual(response.status_code, 403)
                self.assertIn(READ_ONLY, response.text)
        self._assert_unchanged()
        self.assertFalse(self._get_viewing().date_end)

    def test_the_page_gets_no_websocket(self):
        headers = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "MDEyMzQ1Njc4OTAxMjM0NQ==",
            "Origin": self.base_url(),
            "Referer": self.base_url() + "/my",
        }
        url = self.base_url() + "/websocket?version=19.0-2"
        options = {"headers": headers, "stream": True, "timeout": PATIENCE}
        with self.opener.get(url, **options) as response:
            self.assertGreaterEqual(response.status_code, 400)

    def test_a_page_that_writes_when_it_is_opened_stays_closed(self):
        def write(_waiting):
            request.env.user.sudo().partner_id.comment = "written"
            request.env.flush_all()

        with (
            patch.object(self.registry["customer.portal.waiting"], "_get_items", write),
            mute_logger("odoo.http", "odoo.sql_db"),
        ):
            response = self.url_open("/my")
        self.assertEqual(response.status_code, 403)
        self.assertIn("This page changes something", response.text)
        self._assert_unchanged()
        self.assertFalse(self.emma.comment)

    def test_no_cookie_is_set_and_nothing_is_kept(self):
        sid = self.opener.cookies["session_id"]
        for url in ("/my", "/my?debug=1", "/my/profile", "/my/nowhere"):
            with self.subTest(url):
                response = self.url_open(url)
                self.assertNotIn("Set-Cookie", response.headers)
                self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertFalse(root.session_store.get(sid)["debug"])

    def test_the_customers_session_cannot_be_saved(self):
        session = ViewingSession.make(View(1, self.user.id, "0" * 64), self.user)
        self.assertFalse(session.can_save)
        for work in (
            lambda: root.session_store.save(session),
            lambda: root.session_store.rotate(session, self.env),
        ):
            with self.assertRaises(ValueError):
                work()

    def test_the_page_may_send_nothing_elsewhere(self):
        policy = self.url_open("/my").headers["Content-Security-Policy"]
        parts = dict(part.split(" ", 1) for part in policy.split("; "))
        base = self.base_url()
        self.assertEqual(
            parts["form-action"].split(),
            [f"{base}/my", f"{base}/my/", f"{base}{LEAVE_URL}"],
        )
        self.assertEqual(
            parts["connect-src"].split(), [f"{base}{url}" for url in ir_http.FETCHED]
        )
        self.assertEqual(parts["worker-src"], "'none'")

    def test_a_token_in_an_address_is_not_looked_at(self):
        """Some of Odoo's pages note who has come by a link."""
        seen = {}

        def look(_widgets):
            seen.update(request.params)
            return []

        with patch.object(self.registry["customer.portal.widget"], "_get_menu", look):
            self.url_open("/my?access_token=abc&x=1")
        self.assertEqual(seen, {"x": "1", "access_token": None})

    def test_a_record_without_a_token_gets_none(self):
        task = self.env["project.task"].create({"name": "No token"})
        view = View(1, self.user.id, "0" * 64)
        viewings = self.registry["customer.portal.viewing"]
        with patch.object(viewings, "_get_current", lambda _model: view):
            self.assertEqual(task._portal_ensure_token(), "")
        self.assertFalse(task.access_token)
        self.assertTrue(task._portal_ensure_token())

    def test_tokens_are_not_read_so_nobody_copies_one_to_act_with_afterwards(self):
        task = self.env["project.task"].create({"name": "Has a token"})
        token = task._portal_ensure_token()
        self.env.invalidate_all()
        view = View(1, self.user.id, "0" * 64)
        viewings = self.registry["customer.portal.viewing"]
        with patch.object(viewings, "_get_current", lambda _model: view):
            self.assertFalse(task.access_token)
            self.assertNotIn(token, task.get_portal_url())
        self.env.invalidate_all()
        self.assertEqual(task.access_token, token)

    def test_no_page_is_given_a_token_that_was_made_for_it(self):
        self.env["ir.ui.view"].create(
            {
                "name": "Form of payment",
                "key": "customer_portal.test_token",
                "type": "qweb",
                "arch": "<p><t t-out='access_token'/> <t t-out='amount'/></p>",
            }
        )
        views, values = self.env["ir.ui.view"], {"access_token": "secret", "amount": 5}
        view = View(1, self.user.id, "0" * 64)
        viewings = self.registry["customer.portal.viewing"]
        template = "customer_portal.test_token"
        self.assertIn("secret", views._render_template(template, dict(values)))
        with patch.object(viewings, "_get_current", lambda _model: view):
            shown = views._render_template(template, dict(values))
        self.assertNotIn("secret", shown)
        self.assertIn("5", shown)


@tagged("post_install", "-at_install")
class TestReadOnlyCursor(CustomerPortalCommon):
    """The database refuses; on connections of their own, as servers have them."""

    def setUp(self):
        super().setUp()
        self.connection = db_connect(self.env.cr.dbname)

    def _read_mode(self, cr):
        cr.execute("SHOW transaction_read_only")
        return cr.fetchone()[0]

    def test_neither_a_commit_nor_a_rollback_lets_a_request_write_again(self):
        with closing(self.connection.cursor()) as cr:
            cr.execute("SELECT 1")
            self.env["customer.portal.viewing"]._make_read_only(cr)
            self.assertTrue(cr.readonly)
            for finish in (cr.commit, cr.rollback):
                self.assertEqual(self._read_mode(cr), "on")
                with (
                    self.assertRaises(ReadOnlySqlTransaction),
                    mute_logger("odoo.sql_db"),
                ):
                    cr.execute("UPDATE res_partner SET comment = 'x'")
                cr.rollback()
                cr.execute("SELECT 1")
                with (
                    self.assertRaises(ActiveSqlTransaction),
                    mute_logger("odoo.sql_db"),
                ):
                    cr.execute("SET TRANSACTION READ WRITE")
                finish()

    @takes_long
    def test_the_next_request_on_the_connection_can_write(self):
        with closing(self.connection.cursor()) as cr:
            self.env["customer.portal.viewing"]._make_read_only(cr)
            process = cr.connection.get_backend_pid()
        with closing(self.connection.cursor()) as cr:
            self.assertEqual(cr.connection.get_backend_pid(), process)
            self.assertEqual(self._read_mode(cr), "off")


@tagged("post_install", "-at_install")
class TestNobodyElseGetsIn(ViewingCommon):
    """The cookie is worth nothing by itself, and never more than the agent's right."""

    def setUp(self):
        super().setUp()
        self._see_as(self.emma)
        self.cookie = self.opener.cookies[COOKIE]

    def _open_with(self, cookie, url="/my"):
        return self.url_open(url, headers={"Cookie": self._make_header(cookie)})

    def _make_header(self, cookie):
        cookies = {one.name: one.value for one in self.opener.cookies}
        cookies[COOKIE] = cookie
        return "; ".join(f"{name}={value}" for name, value in cookies.items())

    def _assert_closed(self, response):
        self.assertNotIn("Emma Stone", response.text)
        self.assertNotIn("o_cp_viewing ", response.text)

    def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(self):
        [cookie] = [one for one in self.opener.cookies if one.name == COOKIE]
        self.assertTrue(cookie.has_nonstandard_attr("HttpOnly"))
        self.assertEqual(cookie.get_nonstandard_attr("SameSite"), "Strict")
        self.assertTrue(cookie.discard)

    def test_copied_to_another_session_it_opens_nothing_and_ends_nothing(self):
        for login, password in (
            (None, None),
            ("agent", "agent"),
            ("portal_manager", "portal_manager"),
            ("other@example.com", PASSWORD),
        ):
            with self.subTest(login):
                self.authenticate(login, password)
                self._assert_closed(self._open_with(self.cookie))
                self.url_open(
                    LEAVE_URL,
                    data={"x": 1},
                    headers={"Cookie": self._make_header(self.cookie)},
                    allow_redirects=False,
                )
                self.assertFalse(self._get_viewing().date_end)

    def test_another_id_or_key_opens_nothing(self):
        number, __, key = self.cookie.partition("-")
        for cookie in (
            f"{int(number) + 1}-{key}",
            f"{number}-{key[:-1]}",
            f"{number}-",
            number,
            f"{number}-{key}x",
            f"-{key}",
            "0-",
            f"{'9' * 30}-{key}",
            "é-é",
        ):
            with self.subTest(cookie):
                self._assert_closed(self._open_with(cookie.encode().decode("latin-1")))

    def test_the_key_is_not_in_the_database(self):
        viewing, key = self._get_viewing(), self.cookie.partition("-")[2]
        values = viewing.read(["key_hash", "session_hash", "display_name"])[0]
        self.assertNotIn(key, str(values))
        with self.assertRaises(AccessError):
            viewing.with_user(self.manager).read(["display_name"])

    def test_it_ends_with_the_rights_on_either_side(self):
        company = self.env["res.company"].create({"name": "Second"})
        changes = {
            "agent archived": lambda: self.agent.write({"active": False}),
            "agent moved": lambda: self.agent.write(
                {"company_ids": [(6, 0, company.ids)], "company_id": company.id}
            ),
            "customer revoked": lambda: self.emma.write({"portal_user": False}),
            "customer hired": lambda: new_test_user(
                self.env, "hired", "base.group_user", partner_id=self.emma.id
            ),
            "customer moved": lambda: self.user.write(
                {"company_ids": [(6, 0, company.ids)], "company_id": company.id}
            ),
        }
        for name, change in changes.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.assertTrue(self._is_permitted())
                change()
                self.assertFalse(self._is_permitted())
                savepoint.rollback()
                self.env.invalidate_all()
                self.registry.clear_all_caches()

    def _is_permitted(self):
        viewings = self.env["customer.portal.viewing"]
        return viewings._is_permitted(self.agent, self.user)

    def test_a_new_password_of_the_agent_ends_it(self):
        self.agent.password = "another one, please"
        self._assert_closed(self.url_open("/my"))

    def test_pictures_and_files_are_those_the_customer_may_read(self):
        files = self.env["ir.attachment"].with_user(self.agent)
        secret = files.create({"name": "s.txt", "raw": b"secret"})
        url = f"/web/content/{secret.id}"
        self.assertEqual(self.url_open(url).content, b"secret")
        self.assertNotIn(b"secret", self._open_part(url).content)

    def test_records_of_others_stay_closed(self):
        project = self.env.ref("customer_portal.project_cases")
        case = self.env["project.task"].create(
            {"name": "Not hers", "project_id": project.id, "partner_id": self.other.id}
        )
        self.assertEqual(self.url_open(f"/my/p/cases/{case.id}").status_code, 404)

    def test_a_customer_with_a_made_up_cookie_harms_nobody(self):
        self.authenticate("other@example.com", PASSWORD)
        self._assert_closed(self._open_with("1-x"))
        self.assertIn("Otto Other", self.url_open("/my").text)

    def test_the_refusal_itself_shows_nothing(self):
        self.authenticate(None, None)
        response = self.url_open(REFUSED_URL)
        self.assertEqual(response.status_code, 403)
        self._assert_closed(response)

    @takes_long
    def test_pages_keep_working_without_a_view(self):
        """Whoever has no cookie is asked nothing more."""
        self.authenticate("other@example.com", PASSWORD)
        self.url_open("/my")
        viewings = self.registry["customer.portal.viewing"]
        with patch.object(viewings, "_find_view") as find:
            self.url_open("/my")
        find.assert_not_called()
