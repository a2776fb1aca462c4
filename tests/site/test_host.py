import json
import re
from http.client import HTTPConnection
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.exceptions import ValidationError
from odoo.http import root
from odoo.tests import tagged
from odoo.tests.common import HOST as HOST_HERE
from odoo.tests.common import TEST_CURSOR_COOKIE_NAME
from odoo.tools import config, file_open, mute_logger

from ...const import GROUP_AGENT
from ...models.site.host import HOST_PATHS, HOST_USER_PATHS
from ..common import PASSWORD, CustomerPortalHttpCommon, takes_long

HOST = "portal.example.com"
# No page of customers.
HIDDEN = [
    "/odoo",
    "/odoo/contacts",
    "/odoo/action-base.action_res_users",
    "/web",
    "/web?debug=1",
    "/scoped_app",
    "/web/database/manager",
    "/web/database/selector",
    "/web/database/list",
    "/web/become",
    "/web/tests",
    "/web/session/modules",
    "/web/webclient/version_info",
    "/web/version",
    "/json/1/res.partner",
    "/json/version",
    "/xmlrpc/2/common",
    "/xmlrpc/2/object",
    "/jsonrpc",
    "/base_setup/data",
    "/web/export/csv",
    "/discuss/channel/1",
    "/html_editor/attachment/add_url",
    "/web/filestore/a",
    "/nothing",
    "/myself",
]
PAGES = ["/my", "/my/home", "/my/profile", "/my/account", "/my/security", "/my/p/cases"]


class HostCommon(CustomerPortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.emma = cls._make_portal_contact()

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        # Only now: whoever works at the portal's host, could not set it.
        self.company.portal_url = f"https://{HOST}"

    def _ask(self, path, data=None, host=HOST, **headers):
        """Return the response of a host, without following redirects."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        # The client keeps cookies for the host it knows: give them to any.
        jar = self.opener.cookies
        for cookie in list(jar):
            jar.clear(cookie.domain, cookie.path, cookie.name)
        for name, value in {"session_id": self.session.sid, **self._cookies}.items():
            jar.set(name, value)
        headers = {"Host": host, **names}
        response = self.url_open(path, data, headers=headers, allow_redirects=False)
        self._cookies |= response.cookies.get_dict()
        return response

    def authenticate(self, *args, **kwargs):
        self._cookies = {}
        return super().authenticate(*args, **kwargs)

    def _log_in_here(self, login="emma@example.com", password=PASSWORD):
        self.authenticate(None, None)
        return self._ask(
            "/web/login",
            {"login": login, "password": password, "csrf_token": self._csrf_token()},
        )

    def _status(self, path, *args, **kwargs):
        return self._ask(path, *args, **kwargs).status_code


@tagged("post_install", "-at_install")
class TestHost(HostCommon):
    """A portal on its own host name: pages of customers, and nothing else."""

    def test_nothing_more_is_looked_up_where_no_portal_has_a_host(self):
        hosts = self.env["customer.portal.host"]
        self.env["res.company"].search([]).portal_url = False
        with patch.object(type(hosts), "_get_odoo_host", side_effect=AssertionError):
            self.assertFalse(hosts._get_hosts())

    def test_nothing_else_answers_whoever_asks(self):
        visitors = {
            "nobody": (None, None),
            "customer": ("emma@example.com", PASSWORD),
            "agent": (self.agent.login, self.agent.login),
            "administrator": ("admin", "admin"),
        }
        for visitor, (login, password) in visitors.items():
            self.authenticate(login, password)
            for path in HIDDEN:
                with self.subTest(path, visitor=visitor):
                    self.assertEqual(self._status(path), 404)
                    self.assertEqual(self._status(path, {"a": "b"}), 404)

    @takes_long
    def test_nginx_refuses_what_odoo_answers_without_a_database(self):
        """Then Odoo does not know of the portal; all else is refused by Odoo itself."""
        with file_open("customer_portal/docs/nginx.conf") as file:
            text = file.read()
        refused = re.findall(r"location ~ (\S+) \{\s+return 404;", text)

        def is_refused(path):
            return any(re.search(pattern, path) for pattern in refused)

        hosts, pages = self.env["customer.portal.host"], (*HOST_PATHS, *HOST_USER_PATHS)
        for rule in root.nodb_routing_map.iter_rules():
            path = re.sub("<[^>]+>", "x", rule.rule)
            with self.subTest(rule.rule):
                self.assertNotEqual(is_refused(path), hosts._is_among(rule.rule, pages))
        for path in (*pages, "/web/static/a", "/fr/my", "/webshop", "/odoo-partners"):
            with self.subTest(path):
                self.assertFalse(is_refused(path))

    def test_rpc_does_not_answer(self):
        call = {
            "jsonrpc": "2.0",
            "method": "call",
            "params": {
                "service": "common",
                "method": "login",
                "args": [self.env.cr.dbname, "emma@example.com", PASSWORD],
            },
        }
        xml = "<methodCall><methodName>version</methodName></methodCall>"
        for path, body, kind in (
            ("/jsonrpc", json.dumps(call), "application/json"),
            ("/web/session/authenticate", json.dumps(call), "application/json"),
            ("/json/2/res.partner/search_read", "{}", "application/json"),
            ("/xmlrpc/2/common", xml, "text/xml"),
            ("/xmlrpc/common", xml, "text/xml"),
        ):
            with self.subTest(path):
                response = self._ask(path, body, Content_Type=kind)
                self.assertEqual(response.status_code, 404)

    def test_pages_of_customers_answer(self):
        self.assertEqual(self._status("/web/login"), 200)
        self.assertEqual(self._status("/web/reset_password"), 200)
        self.assertEqual(urlsplit(self._log_in_here().headers["Location"]).path, "/my")
        page = self._ask("/my")
        self.assertEqual(page.status_code, 200)
        for path in PAGES:
            with self.subTest(path):
                self.assertIn(self._status(path), (200, 404 if "/p/" in path else 200))
        found = re.findall(r'(?:href|src)="(/[^"#]*)"', page.text)
        self.assertTrue(any("/web/assets/" in url for url in found))
        for url in found:
            with self.subTest(url):
                self.assertIn(self._status(url.replace("&amp;", "&")), (200, 303))

    @takes_long
    def test_scripts_of_pages_reach_what_they_need(self):
        """Two-factor authentication calls Odoo in the open session of a customer."""
        call = {"jsonrpc": "2.0", "method": "call", "params": {
            "model": "res.users", "method": "context_get", "args": [],
            "kwargs": {},
        }}  # fmt: skip
        path = "/web/dataset/call_kw/res.users/context_get"
        for login, password, status in (
            ("emma@example.com", PASSWORD, 200),
            (self.agent.login, self.agent.login, 404),
            (None, None, 404),
        ):
            self.authenticate(login, password)
            with self.subTest(login):
                answer = self._status(
                    path, json.dumps(call), Content_Type="application/json"
                )
                self.assertEqual(answer, status)
        self.authenticate("emma@example.com", PASSWORD)
        counters = {"jsonrpc": "2.0", "method": "call", "params": {"counters": []}}
        answer = self._status(
            "/my/counters", json.dumps(counters), Content_Type="application/json"
        )
        self.assertEqual(answer, 200)

    def test_the_root_leads_to_the_portal(self):
        response = self._ask("/")
        self.assertEqual(response.status_code, 303)
        self.assertEqual(urlsplit(response.headers["Location"]).path, "/my")
        self.authenticate(self.agent.login, self.agent.login)
        self.assertEqual(urlsplit(self._ask("/").headers["Location"]).path, "/my")

    def test_logins_and_logouts_stay_on_the_pages_of_the_host(self):
        response = self._log_in_here(self.manager.login, self.manager.login)
        self.assertEqual(urlsplit(response.headers["Location"]).path, "/my")
        response = self._ask("/web/session/logout")
        self.assertEqual(urlsplit(response.headers["Location"]).path, "/my")
        response = self._ask("/my")
        self.assertEqual(urlsplit(response.headers["Location"]).path, "/web/login")

    @takes_long
    def test_the_other_host_stays_as_it_was(self):
        self.authenticate("admin", "admin")
        for host in (None, "erp.example.com", "localhost"):
            host = host or urlsplit(self.base_url()).netloc
            with self.subTest(host):
                self.assertEqual(self._status("/odoo", host=host), 200)
                answer = self._ask(
                    "/web/webclient/version_info",
                    "{}",
                    host=host,
                    Content_Type="application/json",
                )
                self.assertEqual(answer.status_code, 200)

    def test_a_host_is_the_same_however_it_is_written(self):
        for host in (
            f"{HOST}:443",
            f"{HOST}:8069",
            HOST.upper(),
            f"{HOST}.",
            f"{HOST}.:8069",
            f"{HOST}:",
            f"{HOST}.:",
            f"{HOST.upper()}:",
            f"{HOST}:00080",
        ):
            with self.subTest(host):
                self.assertEqual(self._status("/web/database/manager", host=host), 404)
                self.assertEqual(self._status("/web/login", host=host), 200)

    def _ask_raw(self, path, *hosts):
        """Return the status of a request whose headers no client would send."""
        connection = HTTPConnection(HOST_HERE, self.http_port(), timeout=60)
        connection.putrequest("GET", path, skip_host=True)
        for host in hosts:
            connection.putheader("Host", host)
        with self.allow_requests():
            key = f"{TEST_CURSOR_COOKIE_NAME}={self.http_request_key}"
            connection.putheader("Cookie", f"session_id={self.session.sid}; {key}")
            connection.endheaders()
            status = connection.getresponse().status
        connection.close()
        return status

    def test_a_host_that_cannot_be_read_is_taken_for_the_portals(self):
        """What comes before Odoo may have read it, and sent the request here."""
        self.authenticate("admin", "admin")
        own = urlsplit(self.base_url()).netloc
        self.assertEqual(self._ask_raw("/odoo", own), 200)
        for hosts in (
            [""],
            [f"{HOST}:80:"],
            [f"{HOST}:.", f"{HOST}:443:443"],
            [f"{HOST}:x"],
            [f"{HOST}:0"],
            [f"{HOST}/"],
            [f"x@{HOST}"],
            [f"{HOST} "],
            [f"{HOST}, {own}"],
            [f"{own},{HOST}"],
            [own, HOST],
            [HOST, own],
            ["[::1"],
            ["portal%2eexample.com"],
            ["a b"],
        ):
            with self.subTest(hosts):
                self.assertIn(self._ask_raw("/odoo", *hosts), (400, 404))
                self.assertIn(self._ask_raw("/web/health", *hosts), (200, 400))

    @takes_long
    def test_other_hosts_are_read_as_before(self):
        self.authenticate("admin", "admin")
        for host in ("[::1]", "[::1]:8069", "odoo_1:8069", "127.0.0.1:", "LOCALHOST."):
            with self.subTest(host):
                self.assertEqual(self._ask_raw("/odoo", host), 200)

    @takes_long
    def test_an_address_of_digits_is_a_host_of_the_portal_too(self):
        self.company.portal_url = "https://[2001:db8::1]"
        self.authenticate("admin", "admin")
        for host in ("[2001:db8::1]", "[2001:DB8:0::1]:443", "[2001:db8::1]:"):
            with self.subTest(host):
                self.assertEqual(self._ask_raw("/odoo", host), 404)
                self.assertEqual(self._ask_raw("/web/health", host), 200)

    @takes_long
    def test_behind_a_proxy_the_host_is_the_one_it_names_last(self):
        self.authenticate("admin", "admin")
        own = urlsplit(self.base_url()).netloc
        with patch.dict(config.options, {"proxy_mode": True}):
            for hosts, status in (
                (f"{HOST}:", 404),
                (HOST.upper(), 404),
                (f"{own}, {HOST}:", 404),
                (f"{HOST}, {own}", 200),
                (f"{HOST}:80:80", 404),
            ):
                with self.subTest(hosts):
                    answer = self._status("/odoo", host=own, X_Forwarded_Host=hosts)
                    self.assertEqual(answer, status)
            answer = self._ask(
                "/odoo", host=own, X_Forwarded_Host=HOST, X_Forwarded_Port="443"
            )
            self.assertEqual(answer.status_code, 404)

    @takes_long
    def test_nonsense_as_a_host_does_no_harm(self):
        for host in (
            "",
            "a:b:c",
            "[::1",
            "[::1]:80",
            "%",
            "..",
            "x" * 3000,
            "a b",
            "<a>",
        ):
            with self.subTest(host[:10]):
                self.assertLess(self._ask_raw("/web/login", host), 500)

    def test_another_host_in_a_header_is_not_believed(self):
        """Without Odoo's proxy mode nobody can claim to have come from elsewhere."""
        own = urlsplit(self.base_url()).netloc
        for name in ("X-Forwarded-Host", "Forwarded", "X-Host", "X-Original-URL"):
            with self.subTest(name):
                headers = {name.replace("-", "_"): own}
                self.assertEqual(self._status("/odoo", **headers), 404)
        self.assertEqual(
            self._status("/web/login", host=own, X_Forwarded_Host=HOST), 200
        )

    def test_ways_around_a_path_lead_nowhere(self):
        self.authenticate("admin", "admin")
        for path in (
            *("/my/../odoo", "/my/..%2fodoo", "//odoo", "/ODOO", "/en/odoo"),
            *("/odoo/", "/my/../../web", "/web/login/../database/manager", "/web/."),
            *("/my;/odoo", "/web%2Fdatabase%2Fmanager", "/en_US/web/database/manager"),
        ):
            with self.subTest(path):
                response = self._ask(path)
                while response.is_redirect:
                    response = self._ask(urlsplit(response.headers["Location"]).path)
                self.assertEqual(response.status_code, 404)

    def test_an_administrators_login_does_not_move_odoo(self):
        """Odoo takes the host of such a login for its own address."""
        params = self.env["ir.config_parameter"].sudo()
        before = params.get_param("web.base.url")
        self._log_in_here("admin", "admin")
        self.env.invalidate_all()
        self.assertEqual(params.get_param("web.base.url"), before)
        self.assertEqual(self._status("/odoo"), 404)

    @takes_long
    def test_the_look_is_that_of_the_hosts_company(self):
        other = self.env["res.company"].create(
            {"name": "Other", "portal_url": "https://other.example.com"}
        )
        other.portal_css = ".other {}"
        page = self._ask("/web/login", host="other.example.com").text
        self.assertRegex(page, r"<title>\s*Other\s*</title>")
        style = re.search(r'href="(/customer_portal/look/\w+/style)"', page)[1]
        self.assertEqual(self._ask(style, host="other.example.com").text, ".other {}")
        self.assertNotIn("/style", self._ask("/web/login").text)

    @takes_long
    def test_what_is_not_there_is_told_on_a_page_of_the_portal(self):
        """Nothing that the page needs or leads to is refused, whoever asks."""
        for login, password in (
            (None, None),
            ("emma@example.com", PASSWORD),
            (self.agent.login, self.agent.login),
        ):
            self.authenticate(login, password)
            page = self._ask("/nothing")
            with self.subTest(login):
                self.assertEqual(page.status_code, 404)
                self.assertIn("o_cp_error", page.text)
                title = f"Page Not Found | {self.company.name}"
                self.assertIn(f"<title>{title}</title>", page.text)
            for url in re.findall(r'(?:href|src)="(/[^"#]*)"', page.text):
                with self.subTest(url, login=login):
                    expected = (404,) if url == "/odoo" else (200, 303)
                    self.assertIn(self._status(url.replace("&amp;", "&")), expected)

    def test_odoos_own_address_is_no_portal_host(self):
        self._set_param("web.base.url", f"https://{HOST}")
        self.authenticate("admin", "admin")
        self.assertEqual(self._status("/odoo"), 200)

    def test_nobody_locks_themselves_out(self):
        """Odoo's own address may be out of date; the one in use now stays reachable."""
        self.company.portal_url = False
        self.authenticate("admin", "admin")
        call = {"jsonrpc": "2.0", "method": "call", "params": {
            "model": "res.company", "method": "write", "kwargs": {},
            "args": [self.company.ids, {"portal_url": "https://erp.example.com"}],
        }}  # fmt: skip
        with mute_logger("odoo.http"):
            response = self._ask(
                "/web/dataset/call_kw/res.company/write",
                json.dumps(call),
                host="erp.example.com",
                Content_Type="application/json",
            )
        error = response.json()["error"]["data"]
        self.assertEqual(error["name"], f"{ValidationError.__module__}.ValidationError")
        self.assertIn("You are using Odoo at https://erp.example.com", error["message"])


@tagged("post_install", "-at_install")
class TestPortalLinks(HostCommon):
    """Mails and links to customers begin with the Portal URL, others do not."""

    def test_login_details_lead_to_the_portals_host(self):
        mia = self._make_portal_contact("mia@example.com")
        body = self._mails_to(mia)[:1].body_html
        self.assertIn(f"https://{HOST}/web/signup?", body)
        self.assertNotIn(self.contact.get_base_url(), body)

    @takes_long
    def test_a_comments_button_leads_customers_there_and_agents_to_odoo(self):
        rights = self.emma.portal_profile_id.permission_ids
        cases = rights.filtered(lambda right: right.module_id.code == "cases")
        cases.write({"visible": True, "show_comments": True})
        agent = self.agent
        agent.notification_type = "email"
        agent.group_ids += self.env.ref(GROUP_AGENT)
        project = self.env.ref("customer_portal.project_cases")
        task = self.env["project.task"].create(
            {"name": "A case", "project_id": project.id, "partner_id": self.emma.id}
        )
        task.message_post(
            body="Hello",
            partner_ids=(self.emma | agent.partner_id).ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        customer, employee = (
            self._mails_to(self.emma)[:1],
            self._mails_to(agent.partner_id)[:1],
        )
        self.assertIn(f"https://{HOST}/m", customer.body_html)
        self.assertNotIn(HOST, employee.body_html)
