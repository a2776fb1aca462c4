import json
from urllib.parse import urlencode

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from ...const import PARAM_SHARE_BY_LINK
from ..common import PASSWORD, takes_long
from ..native_common import NativeCommon

# Odoo's own reports of a record; the other modules have none.
REPORTS = ("quotes", "orders", "invoices", "purchases")


@tagged("post_install", "-at_install")
class TestNativeWays(NativeCommon):
    """Ways to a record beside its page: reports, links, files, exports, companies."""

    def setUp(self):
        super().setUp()
        self.authenticate("emma@matrix.example", PASSWORD)

    def _get(self, url, **params):
        query = f"?{urlencode(params)}" if params else ""
        return self.url_open(f"{url}{query}", allow_redirects=False)

    def _each(self, level, names=None):
        """Yield `(code, name of the owner, record, is it expected)` for Emma."""
        for code, records in self.records.items():
            expected = self._expected("emma", level, code)
            for name in names or records:
                yield code, name, records[name], expected[name]

    # === REPORTS === #

    def test_reports(self):
        """Odoo's tests render what would be printed, without the printing."""
        names = ("emma", "colleague", "subcontact", "stranger")
        for level in ("own", "organization"):
            self._permit(level)
            for code, name, record, expected in self._each(level, names):
                for report_type in ("pdf", "html", "text"):
                    if code not in REPORTS:
                        continue
                    url = record.access_url
                    page = self._get(url, report_type=report_type, download=1)
                    kind = "application/pdf" if report_type == "pdf" else "text/html"
                    with self.subTest(
                        level=level, module=code, owner=name, report=report_type
                    ):
                        self.assertEqual(page.status_code == 200, expected)
                        self.assertEqual(f"{code}-of-{name}" in page.text, expected)
                        if expected:
                            self.assertIn(kind, page.headers["Content-Type"])

    # === DECISIONS === #

    @mute_logger("odoo.http")
    def test_a_quote_is_signed_and_declined_where_edit_is_permitted(self):
        self._permit("organization")
        quote = self.records["quotes"]["emma"]
        self.assertTrue(quote._has_to_be_signed())
        sign = {"name": "Emma", "signature": "c2lnbmF0dXJl"}
        for may_edit in (False, True):
            self.permissions.can_edit = may_edit
            token = {"access_token": quote._portal_ensure_token()}
            if not may_edit:
                answer = self.url_open(
                    f"{quote.access_url}/accept", json={"params": {**token, **sign}}
                )
                self.assertIn("not allowed", answer.text)
            answer = self.url_open(
                f"{quote.access_url}/decline",
                {
                    **token,
                    "decline_message": "Too much",
                    "csrf_token": self._csrf_token(),
                },
            )
            self.assertEqual(answer.ok, may_edit)
            self.assertFalse(quote.signature)
            self.assertEqual(quote.state, "cancel" if may_edit else "sent")

    # === LINKS === #

    def test_a_link_opens_nothing_that_the_profile_hides(self):
        for level in ("own", None):
            self._permit(level)
            for code, name, record, expected in self._each(level):
                token = record._portal_ensure_token()
                page = self._get(record.access_url, access_token=token)
                # An invoice's page shows its report in a frame.
                framed = f"{record.access_url}?" if code == "invoices" else None
                shown = (framed or f"{code}-of-{name}") in page.text
                with self.subTest(level=level, module=code, owner=name):
                    self.assertEqual(page.status_code == 200, expected)
                    self.assertEqual(shown, expected)

    def test_a_link_opens_to_whoever_needs_no_login(self):
        """Odoo has sent it by mail. Of tickets the settings decide."""
        self.authenticate(None, None)
        self._set_param(PARAM_SHARE_BY_LINK, "read")
        for code, name, record, _expected in self._each(None, ("emma", "stranger")):
            token = record._portal_ensure_token()
            page = self._get(record.access_url, access_token=token)
            framed = f"{record.access_url}?" if code == "invoices" else None
            with self.subTest(module=code, owner=name):
                self.assertEqual(page.status_code, 200)
                self.assertIn(framed or f"{code}-of-{name}", page.text)

    @takes_long
    def test_a_link_with_a_wrong_token_opens_nothing_more(self):
        for level in ("own", None):
            self._permit(level)
            for code, name, record, expected in self._each(level, ("emma", "stranger")):
                token = record._portal_ensure_token()
                other = self.records[code]["subcontact"]._portal_ensure_token()
                unknown = f"{record.access_url.rpartition('/')[0]}/{2**31 - 1}"
                for wrong in (token[:-1], token.upper(), other, "é", "\0", "%"):
                    page = self._get(record.access_url, access_token=wrong)
                    with self.subTest(
                        level=level, module=code, owner=name, token=wrong
                    ):
                        self.assertEqual(page.status_code == 200, expected)
                        self.assertEqual(f"{code}-of-{name}" in page.text, expected)
                        if not expected:
                            missing = self._get(unknown, access_token=wrong)
                            self.assertEqual(missing.status_code, page.status_code)

    @takes_long
    def test_a_link_opens_the_report_to_whoever_needs_no_login(self):
        self._permit(None)
        for code in REPORTS:
            record = self.records[code]["stranger"]
            params = {"report_type": "html", "access_token": "wrong"}
            page = self._get(record.access_url, **params)
            with self.subTest(code):
                self.assertEqual(page.status_code, 404)
                params["access_token"] = record._portal_ensure_token()
                page = self._get(record.access_url, **params)
                self.assertEqual(page.status_code, 404)
                self.authenticate(None, None)
                page = self._get(record.access_url, **params)
                self.assertIn(f"{code}-of-stranger", page.text)
                self.authenticate("emma@matrix.example", PASSWORD)

    # === FILES === #

    @takes_long
    @mute_logger("odoo.http")
    def test_a_file_opens_by_its_own_token_where_the_profile_shows_it(self):
        self._permit("organization")
        self.permissions.show_documents = True
        attachments = self.env["ir.attachment"]
        for code, name, record, expected in self._each("organization"):
            mine, other = attachments.create(
                [
                    {
                        "name": "file.txt",
                        "raw": b"secret",
                        "res_model": record._name,
                        "res_id": record.id,
                    }
                    for _number in range(2)
                ]
            )
            [token, other_token] = (mine + other).generate_access_token()
            url = f"/web/content/{mine.id}"
            with self.subTest(module=code, owner=name):
                page = self._get(url, access_token=token)
                self.assertEqual(page.text == "secret", expected)
                for params in (
                    {},
                    {"access_token": ""},
                    {"access_token": "é"},
                    {"access_token": "wrong"},
                    {"access_token": other_token},
                    {"access_token": record._portal_ensure_token()},
                ):
                    page = self._get(url, **params)
                    self.assertEqual(page.status_code, 404)
                    self.assertNotIn("secret", page.text)

    # === COMMENTS === #

    def _answer(self, route, **params):
        """Return what a route answers, without the trace."""
        answer = self.url_open(route, json={"params": params}).json()
        data = answer.get("error", {}).get("data", {})
        return {"result": answer.get("result"), "error": data.get("name")}

    @takes_long
    @mute_logger("odoo.http")
    def test_comments_are_no_hint(self):
        """They answer for a hidden record as for one that does not exist."""
        self._permit("own")
        post = {"post_data": {"body": "x", "message_type": "comment"}}
        for code, records in self.records.items():
            hidden, tokenless = records["stranger"], records["alone"]
            hidden._portal_ensure_token()
            tokenless.access_token = False
            for secret in (
                {},
                {"token": ""},
                {"token": "wrong"},
                {"token": "é"},
                {"token": 7},
                {"token": ["wrong"]},
                {"hash": "wrong", "pid": self.partners["stranger"].id},
                {"hash": "é", "pid": 1},
            ):
                for route, extra in (
                    ("/mail/chatter_fetch", {}),
                    ("/mail/message/post", post),
                ):
                    answers = [
                        self._answer(
                            route,
                            thread_model=hidden._name,
                            thread_id=res_id,
                            **secret,
                            **extra,
                        )
                        for res_id in (hidden.id, tokenless.id, 2**31 - 1)
                    ]
                    with self.subTest(module=code, route=route, secret=secret):
                        self.assertEqual(answers, answers[:1] * len(answers))
                        self.assertNotIn("of-stranger", json.dumps(answers[0]))

    @takes_long
    @mute_logger("odoo.http")
    def test_a_link_opens_the_comments_to_whoever_needs_no_login(self):
        self._permit(None)
        self._set_param(PARAM_SHARE_BY_LINK, "read")
        for code, records in self.records.items():
            record = records["stranger"]
            record.message_post(
                body="Hello",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            thread = {"thread_model": record._name, "thread_id": record.id}
            token = record._portal_ensure_token()
            for login, expected in ((None, True), ("emma@matrix.example", False)):
                self.authenticate(login, login and PASSWORD)
                with self.subTest(code, login=login):
                    answer = self._answer("/mail/chatter_fetch", **thread, token=token)
                    self.assertEqual("Hello" in json.dumps(answer), expected)
                    answer = self._answer("/mail/chatter_fetch", **thread)
                    self.assertNotIn("Hello", json.dumps(answer))

    # === EXPORTS === #

    def _export(self, kind, code, **params):
        records = self.records[code]
        model = self.modules[code].model_name
        data = {
            "model": model,
            "fields": [{"name": "name", "label": "Name", "type": "char"}],
            "ids": False,
            "domain": [("id", "in", [record.id for record in records.values()])],
            "import_compat": False,
            **params,
        }
        form = {"data": json.dumps(data), "csrf_token": self._csrf_token()}
        return self.url_open(f"/web/export/{kind}", form)

    def _call_export(self, code, records):
        params = {"model": records._name, "method": "export_data"}
        params |= {"args": [records.ids, ["name"]], "kwargs": {}}
        url = f"/web/dataset/call_kw/{records._name}/export_data"
        return self.url_open(url, json={"params": params})

    @mute_logger("odoo.http", "odoo.addons.web.controllers.export")
    def test_customers_export_nothing(self):
        """Nor do they in stock Odoo, whatever they see."""
        self._permit("subsidiaries")
        for code, records in self.records.items():
            answers = [
                self._export("csv", code),
                self._export("xlsx", code),
                self._call_export(code, records["emma"]),
            ]
            with self.subTest(code):
                self.assertEqual([page.status_code for page in answers[:2]], [500] * 2)
                self.assertIn("error", answers[2].json())
                for page in answers:
                    self.assertNotIn(f"{code}-of-", page.text)

    @takes_long
    @mute_logger("odoo.http", "odoo.addons.web.controllers.export")
    def test_whoever_may_export_gets_what_they_see(self):
        group = self.env.ref("base.group_allow_export")
        self.users["emma"].group_ids = [Command.link(group.id)]
        self.assertTrue(self.users["emma"]._is_portal())
        for level in ("own", "organization", None):
            self._permit(level)
            for code, records in self.records.items():
                wanted = self._expected_owners("emma", level, code)
                page = self._export("csv", code).text
                found = {name for name in records if f"{code}-of-{name}" in page}
                with self.subTest(level=level, module=code):
                    self.assertEqual(found, wanted)
                for name in ("emma", "stranger"):
                    one = records[name]
                    page = self._export("csv", code, ids=one.ids)
                    called = self._call_export(code, one).text
                    xlsx = self._export("xlsx", code, ids=one.ids)
                    with self.subTest(level=level, module=code, owner=name):
                        text = f"{code}-of-{name}"
                        self.assertEqual(text in page.text, name in wanted)
                        self.assertEqual(text in called, name in wanted)
                        self.assertEqual(xlsx.status_code == 200, name in wanted)

    # === COMPANIES === #

    def _search(self, model, **kwargs):
        params = {"model": model, "method": "search_read"}
        params |= {"args": [[], ["name"]], "kwargs": kwargs}
        url = f"/web/dataset/call_kw/{model}/search_read"
        return self.make_jsonrpc_request(url, params)

    @takes_long
    @mute_logger("odoo.http")
    def test_records_of_another_company_stay_there(self):
        """Whoever belongs to one company sees no records of another, even their own."""
        company = self.env["res.company"].create({"name": "Second"})
        self.assertNotIn(company, self.users["emma"].company_ids)
        self.env.flush_all()
        for records in self.records.values():
            table = records["emma"]._table
            self.env.cr.execute(
                f"UPDATE {table} SET company_id = %s WHERE id = %s",
                (company.id, records["emma"].id),
            )
        self.env.invalidate_all()
        self._permit("subsidiaries")
        for code, module in self.modules.items():
            record = self.records[code]["emma"]
            found = self._search(record._name)
            there = {"allowed_company_ids": [company.id]}
            with self.assertRaises(JsonRpcException):
                self._search(record._name, context=there)
            page = self.url_open(f"{module.paths.split()[0]}?scope=all").text
            with self.subTest(code):
                wanted = self._expected_owners("emma", "subsidiaries", code)
                owners = self._owners(code, [row["id"] for row in found])
                self.assertEqual(owners, wanted - {"emma"})
                self.assertNotIn(f"{code}-of-emma", page)
                self.assertIn(f"{code}-of-colleague", page)
                for suffix in ("", "?report_type=html", "?access_token=wrong"):
                    self.assertEqual(
                        self._get(f"{record.access_url}{suffix}").status_code, 303
                    )
        self.users["emma"].company_ids += company
        for code, module in self.modules.items():
            page = self.url_open(f"{module.paths.split()[0]}?scope=all").text
            with self.subTest(code):
                self.assertIn(f"{code}-of-emma", page)

    # === ANOTHER CONTACT === #

    @takes_long
    def test_a_login_that_is_given_to_another_contact_shows_that_contacts_records(self):
        """Odoo keeps its rules with the first contact's organization in them."""
        heir = self.env["res.partner"].create(
            {
                "name": "Heir",
                "email": "heir@matrix.example",
                "parent_id": self.partners["deco"].id,
                "portal_profile_id": self.profile.id,
            }
        )
        for level, owners in (
            ("subsidiaries", {"deco", "stranger"}),
            ("organization", {"deco", "stranger"}),
            ("own", set()),
        ):
            self._permit(level)
            self.users["emma"].partner_id = self.partners["emma"]
            self._get("/my/orders")
            self.users["emma"].partner_id = heir
            page = self.url_open("/my/orders?scope=all").text
            for code in ("quotes", "orders", "invoices"):
                model = self.env[self.modules[code].model_name]
                found = model.with_user(self.users["emma"]).search([]).ids
                with self.subTest(level=level, module=code):
                    self.assertEqual(self._owners(code, found), owners)
            with self.subTest(level=level):
                shown = {n for n in self.partners if f"orders-of-{n}<" in page}
                self.assertEqual(shown, owners)
