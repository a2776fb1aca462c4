from xmlrpc.client import Fault
from xmlrpc.client import dumps as xmlrpc_dumps

from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from ...models.reporting.refusal import KEPT_PER_HOUR
from ..common import PASSWORD, CustomerPortalHttpCommon
from ..viewing_common import ViewingCommon
from .test_refusal import RefusalCommon

CORE = ("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.rpc")


@tagged("post_install", "-at_install")
class TestRefusalWays(RefusalCommon, CustomerPortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._make_wish(cls.stranger)
        cls.url = f"/my/p/wishes/{cls.other.id}"
        params = cls.env["ir.config_parameter"].sudo()
        params.set_param("portal.allow_api_keys", "True")

    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger(*CORE))

        # Cursors of tests share a connection: what is kept in a request that may write
        # would go with it. So see what is handed over.
        self.kept = []
        refusals = self.registry["customer.portal.refusal"]
        keep = refusals._keep

        def note(model, user, subject):
            self.kept.append(subject)
            return keep(model, user, subject)

        self.patch(refusals, "_keep", note)

    def _assert_kept(self, *subjects):
        self.assertEqual(self.kept, list(subjects))

    def test_pages_records_actions_and_files_that_are_refused_are_kept(self):
        self.authenticate("emma@example.com", PASSWORD)
        hidden = self._attach(self.other)
        post = {"csrf_token": self._csrf_token(), "body": "Hello"}
        self.assertEqual(self.url_open(self.url).status_code, 404)
        self.url_open(f"{self.url}/comment", post)
        self.url_open(f"{self.url}/file/{hidden.id}")
        self.url_open(f"/web/content/{hidden.id}")
        self.url_open(f"/my/tasks/{self.other.id}?access_token=secret")
        self._assert_kept(
            self.url,
            f"POST {self.url}/comment",
            f"{self.url}/file/{hidden.id}",
            f"/web/content/{hidden.id}",
            f"/my/tasks/{self.other.id}",
        )
        attempt = self._get_attempts()[0]
        self.assertEqual(attempt.subject, self.url)
        self.assertEqual(attempt.user_id, self.user)
        self.assertEqual(attempt.ip_address, "127.0.0.1")

    def test_calls_on_models_of_the_portal_are_kept_whichever_way_they_come(self):
        self.authenticate("emma@example.com", PASSWORD)
        with self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request(
                "/web/dataset/call_kw/project.task/read",
                {
                    "model": "project.task",
                    "method": "read",
                    "args": [[self.other.id]],
                    "kwargs": {},
                },
            )
        key = self._make_api_key(self.user)
        self.url_open(
            "/json/2/project.task/read",
            json={"ids": [self.other.id]},
            headers={"Authorization": f"Bearer {key}"},
        )
        self._assert_kept(*[f"project.task.read({self.other.id})"] * 2)

    def _read_by_rpc(self, password, ids, user=None):
        """Read as programs do that send the password with each call."""
        call = (self.env.cr.dbname, (user or self.user).id, password, "project.task")
        args = [*call, "read", [ids, ["name"]]]
        with self.assertRaises(Fault):
            self.xmlrpc_object.execute_kw(*args)
        payload = {"service": "object", "method": "execute_kw", "args": args}
        return self.url_open("/jsonrpc", json=self.build_rpc_payload(payload)).json()

    def test_calls_by_xml_and_json_rpc_are_kept(self):
        self.authenticate(None, None)
        key = self._make_api_key(self.user)
        for password in (PASSWORD, key):
            self.assertIn("error", self._read_by_rpc(password, self.other.ids))
        self._assert_kept(*[f"project.task.read({self.other.id})"] * 4)
        [first, *_others] = self._get_attempts()
        self.assertEqual(first.user_id, self.user)

    def test_nobody_fills_the_log_of_somebody_else_by_rpc(self):
        self.authenticate(None, None)
        self._read_by_rpc("wrong", self.other.ids)
        self._read_by_rpc("agent", [99999999], self.agent)
        gone = self.user.copy({"login": "gone@example.com"})
        gone.unlink()
        self._read_by_rpc(PASSWORD, self.other.ids, gone)
        self._assert_kept()

    def test_an_open_session_changes_nothing_about_a_call_by_rpc(self):
        """Odoo closes the request's cursor before it answers one."""
        self.authenticate("emma@example.com", PASSWORD)
        call = (self.env.cr.dbname, self.user.id, PASSWORD, "project.task", "read")
        body = xmlrpc_dumps((*call, self.other.ids), "execute")
        answer = self.url_open("/xmlrpc/2/object", data=body)
        self.assertIn("faultCode", answer.text)
        self.assertEqual(answer.status_code, 200)

    def test_odoo_s_own_pages_that_lead_home_are_kept(self):
        self.tasks_row.visible = True
        self.authenticate("emma@example.com", PASSWORD)
        self.url_open(f"/my/tasks/{self.other.id}?access_token=secret")
        url = f"/my/projects/{self.project.id}/task/{self.other.id}"
        self.url_open(url)
        self._assert_kept(f"/my/tasks/{self.other.id}", url)

    def test_what_exists_is_answered_and_kept_as_what_does_not(self):
        self._log_in("emma@example.com")
        gone = self.other.copy()
        gone_url = f"/my/p/wishes/{gone.id}"
        gone.unlink()
        hidden, missing = self.url_open(self.url), self.url_open(gone_url)
        self.assertEqual(hidden.status_code, missing.status_code)
        self.assertEqual(
            hidden.text.replace(self.url, ""), missing.text.replace(gone_url, "")
        )
        self._assert_kept(self.url, gone_url)

    def test_nothing_is_kept_of_employees_and_of_visitors(self):
        before = self.touchpoints.search_count([])
        self.authenticate(None, None)
        self.url_open(self.url)
        self.url_open("/my/nothing")
        self.authenticate("agent", "agent")
        self.url_open("/my/nothing")
        self.assertEqual(self.touchpoints.search_count([]), before)

    def test_nothing_is_kept_of_other_addresses_and_models(self):
        self.authenticate("emma@example.com", PASSWORD)
        self.url_open("/nothing/here")
        with self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request(
                "/web/dataset/call_kw/ir.cron/read",
                {"model": "ir.cron", "method": "read", "args": [[1]], "kwargs": {}},
            )
        self._assert_kept()

    def test_what_stands_in_an_address_stays_text(self):
        self._log_in("emma@example.com")
        self.url_open("/my/p/%3Cimg src=x onerror=alert(1)%3E%E2%80%AE")
        self._assert_kept("/my/p/<img src=x onerror=alert(1)>")
        self.url_open("/my/p/" + "a" * 3000)
        self.assertEqual(len(self.kept[1]), 250)

    def test_more_requests_than_the_limit_are_counted(self):
        self._log_in("emma@example.com")
        for _attempt in range(KEPT_PER_HOUR + 5):
            self.url_open(self.url)
        attempts = self._get_attempts()
        self.assertEqual(len(attempts), KEPT_PER_HOUR)
        self.assertEqual(sum(attempts.mapped("attempts")), KEPT_PER_HOUR + 5)

    def test_an_error_of_ours_changes_no_answer(self):
        self._log_in("emma@example.com")
        refusals = self.registry["customer.portal.refusal"]
        self.patch(refusals, "_keep", lambda *args: 1 / 0)
        with self.assertLogs("odoo.addons.customer_portal", "ERROR"):
            self.assertEqual(self.url_open(self.url).status_code, 404)


@tagged("post_install", "-at_install")
class TestRefusalOfViews(ViewingCommon):
    def test_what_an_agent_sees_as_a_customer_is_no_attempt(self):
        self._see_as(self.emma)
        with self._no_touchpoint():
            self.assertEqual(self.url_open("/my/p/cases/99999999").status_code, 404)
