import json
from itertools import product

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PASSWORD, takes_long
from ..native_common import LEVELS, NativeCommon

COUNTERS = {
    "quotes": "quotation_count",
    "orders": "order_count",
    "invoices": "invoice_count",
    "purchases": "purchase_count",
    "projects": "project_count",
    "tasks": "task_count",
    "tickets": "ticket_count",
}
# Whose records are asked for by routes, which ask Odoo's rules for each record: the
# rules are compared for all of them.
OWNERS = ("emma", "colleague", "stranger")


@tagged("post_install", "-at_install")
class TestNativeMatrix(NativeCommon):
    """Each level of each native module by each way in, beside the oracle."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.attachments, cls.notes = {}, {}
        for code, records in cls.records.items():
            for name, record in records.items():
                cls.attachments[code, name] = cls.env["ir.attachment"].create(
                    {
                        "name": "file.txt",
                        "raw": b"secret",
                        "res_model": record._name,
                        "res_id": record.id,
                    }
                )
                record.with_context(mail_notify_force_send=False).message_post(
                    body=f"note {code} {name}",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )

    def _each(self, level, owners=OWNERS):
        """Yield `(code, name of the owner, record, is it expected)` for Emma."""
        for code, records in self.records.items():
            expected = self._expected("emma", level, code)
            for name in owners:
                yield code, name, records[name], expected[name]

    def _rpc(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def _check_owners(self, way, viewer, level, find):
        """Compare whose records a way finds with whose it should."""
        for code in self.records:
            wanted = self._expected_owners(viewer, level, code)
            with self.subTest(way, viewer=viewer, level=level, module=code):
                self.assertEqual(self._owners(code, find(code)), wanted)

    # === ALL CUSTOMERS, ALL LEVELS === #

    def test_searches_of_each_customer(self):
        for level in [*LEVELS, None]:
            self._permit(level)
            for viewer, user in self.users.items():

                def find(code, user=user):
                    model = self.env[self.modules[code].model_name]
                    return model.with_user(user).search([]).ids

                self._check_owners("search", viewer, level, find)

    def test_single_records_of_each_customer(self):
        """What is checked record by record, not searched."""
        for level in [*LEVELS, None]:
            self._permit(level)
            for viewer, user in self.users.items():

                def find(code, user=user):
                    records = self.records[code].values()
                    mine = [record.with_user(user) for record in records]
                    return [record.id for record in mine if record.has_access("read")]

                self._check_owners("check_access", viewer, level, find)

    @takes_long
    def test_subsidiaries_is_what_odoo_shows(self):
        for viewer, user in self.users.items():
            for code, module in self.modules.items():
                model = self.env[module.model_name].with_user(user)
                with self._stock():
                    stock = model.search([])
                self._permit("subsidiaries")
                with self.subTest(viewer=viewer, module=code):
                    self.assertEqual(model.search([]), stock)

    @takes_long
    def test_nothing_is_ever_widened(self):
        user = self.users["emma"]
        company = self.env["res.company"].create({"name": "Second"})
        user.write({"company_id": company.id, "company_ids": company.ids})
        for mode in ("read", "write", "create", "unlink"):
            for level in LEVELS:
                self._permit(level)
                for code, module in self.modules.items():
                    model = self.env[module.model_name]
                    rules = self.env["ir.rule"].with_user(user)
                    ours = rules._compute_domain(model._name, mode)
                    with self._stock():
                        stock = rules._compute_domain(model._name, mode)
                    with self.subTest(mode=mode, level=level, module=code):
                        self.assertLessEqual(
                            set(model.search(ours).ids), set(model.search(stock).ids)
                        )

    @takes_long
    def test_one_module_of_a_model_is_hidden(self):
        """Quotes and orders, projects and tasks are hidden apart."""
        user = self.users["emma"]
        for shown in self.modules:
            self._permit("subsidiaries", [shown])
            for code, module in self.modules.items():
                model = self.env[module.model_name].with_user(user)
                owners = self._owners(code, model.search([]).ids)
                with self.subTest(shown=shown, module=code):
                    self.assertEqual(bool(owners), code == shown)

    def test_lines_follow_their_orders(self):
        if "orders" not in self.records:
            self.skipTest("sale is not installed")
        lines = self.env["sale.order.line"].create(
            [
                {"order_id": order.id, "name": name, "display_type": "line_note"}
                for name, order in self.records["orders"].items()
            ]
        )
        for level in [*LEVELS, None]:
            self._permit(level)
            found = lines.with_user(self.users["emma"]).search(
                [("id", "in", lines.ids)]
            )
            expected = self._expected("emma", level, "orders")
            with self.subTest(level):
                self.assertEqual(
                    set(found.sudo().mapped("name")),
                    {name for name, expects in expected.items() if expects},
                )

    def test_a_contact_moves_to_another_organization(self):
        emma = self.partners["emma"]
        orders = self.records["orders"]
        model = self.env["sale.order"].with_user(self.users["emma"])
        for level in ("organization", "subsidiaries"):
            self._permit(level)
            emma.parent_id = self.partners["azure"]
            self.assertIn(orders["colleague"], model.search([]))
            emma.parent_id = self.partners["deco"]
            found = model.search([])
            self.assertIn(orders["stranger"], found)
            self.assertNotIn(orders["colleague"], found)

    @takes_long
    def test_contacts_that_join_and_leave_an_organization(self):
        """Which contacts belong together is looked up once, and never out of date."""
        orders = self.records["orders"]
        model = self.env["sale.order"].with_user(self.users["emma"])
        stranger = orders["stranger"].partner_id
        for level in ("organization", "subsidiaries"):
            with self.subTest(level):
                self._permit(level)
                self.assertNotIn(orders["stranger"], model.search([]))
                stranger.parent_id = self.partners["azure"]
                self.assertIn(orders["stranger"], model.search([]))
                newcomer = stranger.create(
                    {"name": "New", "parent_id": self.partners["azure"].id}
                )
                order = model.sudo().create({"partner_id": newcomer.id})
                order.state = "sale"
                self.assertIn(order, model.search([]))
                self.assertTrue(order.with_user(model.env.user).has_access("read"))
                stranger.parent_id = self.partners["deco"]
                self.assertNotIn(orders["stranger"], model.search([]))

    # === PAGES === #

    def test_lists(self):
        self.authenticate("emma@matrix.example", PASSWORD)
        for level in [*LEVELS, None]:
            self._permit(level)
            pages = {
                code: self.url_open(f"{module.paths.split()[0]}?scope=all")
                for code, module in self.modules.items()
            }
            for code, name, _record, expected in self._each(level, self.partners):
                with self.subTest(level=level, module=code, owner=name):
                    page = pages[code]
                    self.assertEqual(page.status_code, 200 if level else 404)
                    self.assertEqual(f"{code}-of-{name}" in page.text, expected)

    @takes_long
    @mute_logger("odoo.http")
    def test_records(self):
        self.authenticate("emma@matrix.example", PASSWORD)
        for level in ["organization", None]:
            self._permit(level)
            for code, name, record, expected in self._each(level):
                with self.subTest(level=level, module=code, owner=name):
                    page = self.url_open(record.access_url, allow_redirects=False)
                    self.assertEqual(page.status_code == 200, expected)
                    self.assertEqual(f"{code}-of-{name}" in page.text, expected)
                    if not expected:
                        folder = record.access_url.rpartition("/")[0]
                        unknown = f"{folder}/{2**31 - 1}"
                        missing = self.url_open(unknown, allow_redirects=False)
                        self.assertEqual(missing.status_code, page.status_code)

    @takes_long
    @mute_logger("odoo.http")
    def test_attachments(self):
        """Core gives portal users none without its token, wherever it belongs."""
        self.authenticate("emma@matrix.example", PASSWORD)
        self._permit("organization")
        for code, name in product(self.records, OWNERS):
            attachment = self.attachments[code, name]
            for url in (f"/web/content/{attachment.id}", f"/web/image/{attachment.id}"):
                with self.subTest(module=code, owner=name, url=url):
                    self.assertNotIn("secret", self.url_open(url).text)

    @takes_long
    @mute_logger("odoo.http")
    def test_chatter(self):
        self.authenticate("emma@matrix.example", PASSWORD)
        for level in ["organization", None]:
            self._permit(level)
            for code, name, record, expected in self._each(level):
                with self.subTest(level=level, module=code, owner=name):
                    thread = {"thread_model": record._name, "thread_id": record.id}
                    found = self.make_jsonrpc_request("/mail/chatter_fetch", thread)
                    # Whoever was notified keeps the message, as without the addon.
                    if name != "emma":
                        self.assertEqual(f"note {code}" in json.dumps(found), expected)
                    # Elsewhere Odoo asks for the token that stands in the page.
                    may_post = expected and self._may_post_on(record)
                    body = {"body": f"posted {level}", "message_type": "comment"}
                    thread |= {"post_data": body, "token": "wrong"}
                    response = self.url_open(
                        "/mail/message/post",
                        json={"params": thread},
                    ).json()
                    self.assertEqual("result" in response, may_post)
                    posted = [
                        f"posted {level}" in body
                        for body in record.message_ids.mapped("body")
                    ]
                    self.assertEqual(any(posted), may_post)

    def _may_post_on(self, record):
        return record._mail_post_access == "read"

    @takes_long
    def test_counters(self):
        self.authenticate("emma@matrix.example", PASSWORD)
        counters = [COUNTERS[code] for code in self.modules]
        for level in [*LEVELS, None]:
            self._permit(level)
            values = self.make_jsonrpc_request("/my/counters", {"counters": counters})
            for counter in counters:
                with self.subTest(level=level, counter=counter):
                    self.assertEqual(bool(values[counter]), bool(level))
            if "quotes" in self.records:
                expected = self._expected("emma", level, "quotes").values()
                self.assertEqual(values["quotation_count"], sum(expected))

    # === CALLS === #

    @takes_long
    @mute_logger("odoo.http")
    def test_calls(self):
        self.authenticate("emma@matrix.example", PASSWORD)
        for level in ["organization", None]:
            self._permit(level)
            for code, module in self.modules.items():
                model = module.model_name
                expected = self._expected("emma", level, code)
                wanted = {name for name, expects in expected.items() if expects}
                found = self._rpc(model, "search_read", [], ["name"])
                web = self._rpc(model, "web_search_read", [], {"name": {}})
                groups = self._rpc(model, "formatted_read_group", [], ["partner_id"])
                ids = [row["id"] for row in found]
                web_ids = [row["id"] for row in web["records"]]
                partners = {group["partner_id"][0] for group in groups}
                with self.subTest(level=level, module=code):
                    self.assertEqual(self._owners(code, ids), wanted)
                    self.assertEqual(self._owners(code, web_ids), wanted)
                    self.assertLessEqual(
                        partners, {self.partners[name].id for name in wanted}
                    )
                self._check_refused_calls(code, expected)

    def _check_refused_calls(self, code, expected):
        for name in ("emma", "subcontact", "stranger"):
            record = self.records[code][name]
            if expected[name]:
                continue
            for method, args in (
                ("read", [["name"]]),
                ("web_read", [{"name": {}}]),
                ("export_data", [["name"]]),
                ("write", [{"name": "hacked"}]),
                ("message_post", []),
                ("copy", []),
            ):
                params = {"model": record._name, "method": method}
                params |= {"args": [record.ids, *args], "kwargs": {}}
                response = self.url_open(
                    f"/web/dataset/call_kw/{record._name}/{method}",
                    json={"params": params},
                ).json()
                with self.subTest(module=code, owner=name, method=method):
                    self.assertIn("error", response)
                    self.assertNotIn(f"{code}-of-", json.dumps(response))

    @takes_long
    def test_calls_with_a_key(self):
        key = self._make_api_key(self.users["emma"])
        for level in ["organization", "own", None]:
            self._permit(level)

            def find(code):
                model = self.modules[code].model_name
                response = self.url_open(
                    f"/json/2/{model}/search_read",
                    json={"domain": [], "fields": ["name"]},
                    headers={"Authorization": f"Bearer {key}"},
                )
                return [row["id"] for row in response.json()]

            self._check_owners("json2", "emma", level, find)
