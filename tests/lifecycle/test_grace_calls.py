"""Programs that call in grace what writes are told why it is refused."""

import json
from unittest.mock import patch
from xmlrpc.client import Fault, ServerProxy

from odoo.tests import tagged
from odoo.tests.common import Transport
from odoo.tools import format_date, mute_logger

from ..common import PASSWORD
from .test_grace_ways import TEXT, GraceWaysCommon

LOGGERS = ("odoo.http", "odoo.sql_db", "odoo.addons.rpc.controllers.xmlrpc")


@tagged("post_install", "-at_install")
class TestGraceCalls(GraceWaysCommon):
    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger(*LOGGERS))
        self.authenticate(None, None)
        note = self._note_something
        partners = self.registry["res.partner"]
        self.enterContext(patch.object(partners, "note_something", note, create=True))

    @staticmethod
    def _note_something(records):
        """As a method of another addon might, which asks nobody."""
        records.env.user.partner_id.sudo().comment = "Written"
        records.env.flush_all()

    def _call_by(self, proxy, model, method, *args):
        common = self.env.cr.dbname, self.user.id, PASSWORD, model, method
        return proxy.execute_kw(*common, args)

    def _refusal(self, proxy, *called):
        before = self._count_changes()
        with self.assertRaises(Fault) as refused:
            self._call_by(proxy, *called)
        self.assertEqual(self._count_changes(), before)
        fault = refused.exception  # The older of the two ways has the text as a code.
        return f"{fault.faultCode} {fault.faultString}"

    def test_by_xml_rpc_the_database_refuses_in_words(self):
        for proxy in (self.xmlrpc_object, self._get_old_proxy()):
            text = self._refusal(proxy, "res.partner", "note_something", [])
            self.assertIn(TEXT, text)
            self.assertNotIn("read-only", text)

    def _get_old_proxy(self):
        url = f"{self.base_url()}/xmlrpc/object"
        return ServerProxy(url, transport=Transport(self))

    def test_by_json_rpc_too(self):
        called = self.env.cr.dbname, self.user.id, PASSWORD, "res.partner"
        params = {"service": "object", "method": "execute_kw"}
        args = [*called, "note_something", [[]]]
        answer = self.url_open("/jsonrpc", json={"params": {**params, "args": args}})
        self.assertIn(TEXT, answer.json()["error"]["data"]["message"])

    def test_by_json_2_too(self):
        headers = {"Authorization": f"Bearer {self._make_api_key(self.user)}"}
        path = "/json/2/res.partner/note_something"
        answer = self.url_open(path, data=json.dumps({"ids": []}), headers=headers)
        self.assertGreaterEqual(answer.status_code, 400)

    def test_what_the_addon_does_with_all_rights_is_refused_in_words(self):
        called = "res.users", "reset_password", [], self.user.login
        self.assertIn(TEXT, self._refusal(self.xmlrpc_object, *called))

    def test_the_text_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.emma.lang = "de_DE"
        self.env.flush_all()
        text = self._refusal(self.xmlrpc_object, "res.partner", "note_something", [])
        self.assertIn(format_date(self.env, self.yesterday, lang_code="de_DE"), text)

    def test_other_errors_stay_what_they_are(self):
        text = self._refusal(self.xmlrpc_object, "res.partner", "nothing_such", [])
        self.assertNotIn(TEXT, text)
        self._end_grace()
        with patch.object(self.registry["res.partner"], "note_something", self._fail):
            text = self._refusal(
                self.xmlrpc_object, "res.partner", "note_something", []
            )
        self.assertNotIn(TEXT, text)

    @staticmethod
    def _fail(records):
        raise ValueError("no")
