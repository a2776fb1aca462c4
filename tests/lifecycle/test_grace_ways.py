import base64
import json
from xmlrpc.client import Fault

from lxml import html

from odoo.tests import JsonRpcException, tagged
from odoo.tools import format_date, mute_logger

from ...models.lifecycle.grace import KEPT_CALLS
from ..case_common import TaskMailCommon
from ..common import PASSWORD, takes_long
from ..grace_common import GraceBegun, GraceCommon
from ..section_common import PNG

LOGGERS = ("odoo.http", "odoo.sql_db", "odoo.addons.base.models.ir_rule")
TEXT = "you can't change or send anything"
NEW_PASSWORD = "another correct horse"


class GraceWaysCommon(GraceCommon):
    """A customer in grace who is logged in, and their records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls.env["project.task"].create(
            {
                "name": "It hums",
                "partner_id": cls.emma.id,
                "project_id": cls.env.ref("customer_portal.project_cases").id,
            }
        )
        cls.faq = cls.env["customer.portal.faq"].create(
            {"question": "How?", "answer": "So.", "is_published": True}
        )
        cls.quote, cls.task = (cls.records[c]["emma"] for c in ("quotes", "tasks"))
        cls.quote.require_signature = True
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.authenticate(self.user.login, PASSWORD)
        self.enterContext(mute_logger(*LOGGERS))

    def _send(self, path, files=None, **values):
        values["csrf_token"] = self._csrf_token()
        return self.url_open(path, values, files=files, allow_redirects=False)

    def _call(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def _ask(self, path, **params):
        return self.make_jsonrpc_request(path, params)

    def _get_ways(self):
        """Return ways to write, by name."""
        case, cases = self.case.id, "/my/p/cases"
        post = {"thread_model": "project.task", "thread_id": self.task.id}
        said = {"post_data": {"body": "Said"}}
        file = {"files": ("a.txt", b"text", "text/plain")}
        sign = {"name": "Emma", "signature": base64.b64encode(PNG).decode()}
        quote = self.quote.access_url
        return {
            "new case": lambda: self._send(
                f"{cases}/new", name="More", description="x"
            ),
            "comment": lambda: self._send(f"{cases}/{case}/comment", body="Said"),
            "upload": lambda: self._send(f"{cases}/{case}/upload", files=file),
            "close": lambda: self._send(f"{cases}/{case}/close"),
            "unfollow": lambda: self._send(f"{cases}/{case}/follow"),
            "view": lambda: self._send(f"{cases}/views", name="Mine", query="search=x"),
            "vote": lambda: self._send(f"/my/faq/{self.faq.id}/vote", helpful="yes"),
            "answered": lambda: self._send(f"/my/faq/{self.faq.id}/answered"),
            "picture": lambda: self._send(
                "/my/profile/picture", files={"picture": ("a.png", PNG, "image/png")}
            ),
            "contact": lambda: self._send("/my/profile/contacts", phone="+1 555"),
            "document": lambda: self._send("/my/documents/upload", files=file),
            "message": lambda: self._ask("/mail/message/post", **post, **said),
            "attachment": lambda: self._send(
                "/mail/attachment/upload",
                files={"ufile": ("a.txt", b"text", "text/plain")},
                **post,
            ),
            "sign": lambda: self._ask(f"{quote}/accept", **sign),
            "decline": lambda: self._send(f"{quote}/decline", decline_message="No"),
            "call": lambda: self._call(
                "res.users", "write", self.user.ids, {"tz": "Europe/Rome"}
            ),
        }

    def _try(self, way):
        """Return what is answered, in words; whatever it is."""
        try:
            answer = way()
        except JsonRpcException as error:
            return str(error)
        return getattr(answer, "text", str(answer))


@tagged("post_install", "-at_install")
class TestGraceWays(GraceWaysCommon):
    """No way in writes: each is tried with support and in grace."""

    def test_each_way_writes_with_support_and_none_in_grace(self):
        self._share()
        for name, way in self._get_ways().items():
            with self.subTest(name):
                before = self._count_changes()
                self._try(way)
                self.assertEqual(self._count_changes(), before)
        self._end_grace()
        idle = {}
        for name, way in self._get_ways().items():
            before = self._count_changes()
            said = self._try(way)
            if self._count_changes() == before:
                idle[name] = said
        self.assertEqual(list(idle), ["decline"], idle)  # It has been signed.

    def test_forms_are_answered_with_what_is_left_to_do(self):
        for name in ("new case", "comment", "picture", "vote", "decline", "unfollow"):
            with self.subTest(name):
                response = self._get_ways()[name]()
                self.assertEqual(response.status_code, 403)
                page = html.fromstring(response.text)
                [text] = page.xpath(
                    "//div[@class='o_cp_error container py-5 text-center']/p"
                )
                self.assertIn(TEXT, text.text_content())

    @takes_long
    def test_whatever_route_there_is_writes_nothing(self):
        """Each route of the database, with what its address needs, as a form."""
        from threading import current_thread
        from unittest.mock import patch

        with patch.dict(vars(current_thread()), {"dbname": self.env.cr.dbname}):
            rules = list(self.env["ir.http"].routing_map().iter_rules())
        is_kept = self.env.registry["ir.http"]._is_kept_route
        tried = 0
        for rule in rules:
            if rule.methods and "POST" not in rule.methods or is_kept(rule.rule):
                continue
            if rule.endpoint.routing["type"] != "http" or rule.arguments:
                continue
            tried += 1
            before = self._count_changes()
            self._send(rule.rule, id=self.task.id, name="Written", model="project.task")
            with self.subTest(rule.rule):
                self.assertEqual(self._count_changes(), before)
        self.assertGreater(tried, 20)

    def test_programs_read_and_write_nothing(self):
        self._share()
        key = self._make_api_key(self.user)
        bearer = {"Authorization": f"bearer {key}", "Content-Type": "application/json"}
        path = "/json/2/project.task"
        self.authenticate(None, None)

        def send(method, **values):  # in the customer's name, by the key alone
            data = json.dumps({"ids": self.task.ids, **values})
            return self.url_open(f"{path}/{method}", data, headers=bearer)

        read = send("read", fields=["name"])
        self.assertEqual(read.json()[0]["name"], "tasks-of-emma")
        before = self._count_changes()
        for method, values in (
            ("write", {"vals": {"name": "Written"}}),
            ("unlink", {}),
            ("message_post", {"body": "Said"}),
        ):
            answer = send(method, **values)
            with self.subTest(method):
                self.assertGreaterEqual(answer.status_code, 400)
                self.assertEqual(self._count_changes(), before)
        self.assertIn(TEXT, send("write", vals={"name": "Written"}).text)

    def test_xml_rpc_reads_and_writes_nothing(self):
        self._share()
        common = (self.env.cr.dbname, self.user.id, PASSWORD, "project.task")

        def call(method, *args):
            return self.xmlrpc_object.execute_kw(*common, method, args)

        self.assertEqual(call("read", self.task.ids, ["name"])[0]["id"], self.task.id)
        before = self._count_changes()
        for method, args in (
            ("write", (self.task.ids, {"name": "Written"})),
            ("unlink", (self.task.ids,)),
            ("message_post", (self.task.ids,)),
        ):
            with (
                self.subTest(method),
                self.assertRaises(Fault),
                mute_logger("odoo.addons.rpc.controllers.xmlrpc"),
            ):
                call(method, *args)
        self.assertEqual(self._count_changes(), before)

    @takes_long
    def test_what_a_method_writes_with_all_rights_is_refused_by_the_database(self):
        """As a method of another addon might, which asks nobody."""
        from unittest.mock import patch

        partners = self.registry["res.partner"]

        def note(records):
            records.env.user.partner_id.sudo().comment = "Written"
            records.env.flush_all()

        with (
            patch.object(partners, "note_something", note, create=True),
            self.assertRaises(JsonRpcException) as refused,
        ):
            self._call("res.partner", "note_something", [])
        self.assertIn("ReadingOnly", str(refused.exception))
        self.emma.invalidate_recordset()
        self.assertFalse(self.emma.comment)

    @takes_long
    def test_what_a_page_writes_when_it_is_opened_is_undone(self):
        order = self.records["orders"]["emma"]
        self.assertFalse(order.access_token)
        page = self.url_open(order.access_url)
        self.assertEqual(page.status_code, 200)
        order.invalidate_recordset()
        self.assertFalse(order.access_token)
        self._end_grace()
        self.url_open(order.access_url)
        order.invalidate_recordset()
        self.assertTrue(order.access_token)

    @takes_long
    def test_everything_is_read_printed_and_exported(self):
        for code, records in self.records.items():
            record = records["emma"]
            with self.subTest(code):
                if record.access_url not in (False, "#"):
                    self.assertEqual(self.url_open(record.access_url).status_code, 200)
        for path in (
            *("/my", "/my/p/cases", f"/my/p/cases/{self.case.id}", "/my/faq"),
            *(f"/my/faq/{self.faq.id}", "/my/documents", "/my/profile", "/my/security"),
            *("/my/p/cases/export?format=csv", "/my/search?search=hums"),
            f"{self.quote.access_url}?report_type=pdf&download=1",
        ):
            with self.subTest(path):
                self.assertEqual(self.url_open(path).status_code, 200)


@tagged("post_install", "-at_install")
class TestKeptInGrace(GraceWaysCommon):
    """What still works: reading marks, the account itself, and the ways out."""

    def test_what_was_read_is_marked(self):
        message = self.case.message_post(
            body="An answer", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.env.flush_all()
        before = self._count_changes()
        path = f"/my/p/cases/{self.case.id}/seen"
        self.assertTrue(self._send(path, last=str(message.id)).ok)
        self.assertNotEqual(self._count_changes(), before)

    def test_the_password_is_changed(self):
        self._send(
            "/my/profile/password", old=PASSWORD, new1=NEW_PASSWORD, new2=NEW_PASSWORD
        )
        credential = {"login": self.user.login, "type": "password"}
        credential["password"] = NEW_PASSWORD
        users = self.env["res.users"].with_user(self.user)
        self.assertTrue(users._check_credentials(credential, {"interactive": False}))

    @takes_long
    def test_devices_and_keys_are_ended(self):
        self._make_api_key(self.user)
        self.env.flush_all()
        asked = self._call("res.users", "action_revoke_all_devices", self.user.ids)
        self.assertEqual(asked["res_model"], "res.users.identitycheck")
        check = [asked["res_id"]]
        identity = "res.users.identitycheck"
        self._call(identity, "write", check, {"auth_method": "password"})
        done = self._call(identity, "run_check", check, context={"password": PASSWORD})
        self.assertTrue(done)

    def test_a_check_of_the_password_does_nothing_else(self):
        """What was begun with support, and waited for the password."""
        self._end_grace()
        asked = self._call("res.users", "api_key_wizard", self.user.ids)
        self._begin_grace(self.emma)
        with self.assertRaises(JsonRpcException):
            self._call(
                "res.users.identitycheck",
                "run_check",
                [asked["res_id"]],
                context={"password": PASSWORD},
            )

    @takes_long
    def test_the_names_of_kept_calls_open_no_other_route(self):
        before = self._count_changes()
        model, method = min(KEPT_CALLS)
        with self.assertRaises(JsonRpcException):
            self._ask(
                "/mail/message/post",
                thread_model="project.task",
                thread_id=self.task.id,
                post_data={"body": "Said"},
                model=model,
                method=method,
            )
        self.assertEqual(self._count_changes(), before)

    def test_the_language_is_chosen(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self._send("/my/language", lang="fr_FR")
        self.user.invalidate_recordset()
        self.assertEqual(self.user.lang, "fr_FR")

    def test_more_support_is_asked_for(self):
        self._send("/my/extension")
        self.env.invalidate_all()
        self.assertIn("extension_requested", self._kinds(self.emma))

    @takes_long
    def test_they_log_out_and_in_again(self):
        self.assertTrue(self._send("/web/session/logout").status_code < 400)
        response = self._log_in(self.user.login)
        self.assertIn("o_cp_grace", response.text)


@tagged("post_install", "-at_install")
class TestGraceBanner(GraceWaysCommon):
    """Each page says until when, and what to do."""

    def _find(self, path):
        page = html.fromstring(self.url_open(path).text)
        return page.xpath("//section[contains(@class, 'o_cp_grace')]")

    def test_it_stands_on_each_page_with_both_dates_and_a_button(self):
        last = self.emma._get_portal_grace_end()
        paths = ("/my", f"/my/p/cases/{self.case.id}", self.quote.access_url)
        for path in (*paths, "/my/security", "/my/p/nothing"):
            with self.subTest(path):
                [banner] = self._find(path)
                text = " ".join(banner.text_content().split())
                self.assertIn(format_date(self.env, self.yesterday), text)
                self.assertIn(format_date(self.env, last), text)
                self.assertTrue(banner.xpath(".//form[@action='/my/extension']"))

    @takes_long
    def test_nobody_else_sees_it_nor_the_alert_of_an_end_that_was(self):
        self.assertNotIn("o_customer_portal_support_end", self.url_open("/my").text)
        self._end_grace()
        self.assertFalse(self._find("/my"))
        self.authenticate(None, None)
        self.assertFalse(self._find("/web/login"))

    @takes_long
    def test_nothing_is_offered_that_would_be_refused(self):
        for path in (f"/my/p/cases/{self.case.id}", f"/my/faq/{self.faq.id}", "/my"):
            page = html.fromstring(self.url_open(path).text)
            urls = page.xpath("//form[@method='post']/@action")
            kept = ("/my/extension", "/my/language")
            with self.subTest(path):
                refused = [
                    url
                    for url in urls
                    if not url.endswith(("/order", "/seen", "/dismiss", *kept))
                ]
                self.assertFalse(refused)

    def test_after_grace_the_door_is_closed(self):
        self.profile.grace_days = 0
        self.env.flush_all()
        response = self.url_open("/my")
        self.assertIn("Access to the portal was disabled", response.text)
        self.assertNotIn("o_cp_grace", response.text)


@tagged("post_install", "-at_install")
class TestMailInGrace(GraceBegun, TaskMailCommon):
    """What is emailed is not the portal: as after the end, agents get it."""

    def test_an_answer_reaches_an_open_case_and_opens_no_closed_one(self):
        case = self._make_case()
        self._begin_grace(self.emma)
        case.message_post(
            body="Does it hum?", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self._answer(case, self.emma.email)
        said = case.message_ids.filtered(lambda one: "It hums again" in one.body)
        self.assertEqual(said.author_id, self.emma)
        case.state = "1_done"
        self._answer(case, self.emma.email, body="It still does.")
        self.assertEqual(case.state, "1_done")
