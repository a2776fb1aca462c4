from lxml import html

from odoo.tests import tagged

from ..common import PASSWORD
from ..native_common import NativeCommon

PAGES = {
    "orders": "/my/orders/{}",
    "invoices": "/my/invoices/{}",
    "purchases": "/my/purchase/{}",
    "projects": "/my/projects/{}",
}


@tagged("post_install", "-at_install")
class TestNativeShared(NativeCommon):
    """What employees share with customers on Odoo's own pages."""

    def setUp(self):
        super().setUp()
        self.permissions.write(
            {"visible": True, "records_visibility": "own", "show_documents": True}
        )
        self.user = self.users["emma"]

    def _seen(self, code, viewer="emma"):
        """Return whose records a customer reads at the levels, narrowest first."""
        seen = []
        records = self.records[code]
        for level in ("own", "organization", "subsidiaries"):
            self.permissions.records_visibility = level
            model = self.env[self.modules[code].model_name]
            found = model.with_user(self.users[viewer]).search([])
            seen.append({name for name, one in records.items() if one in found})
        return seen

    def test_the_widest_level_of_projects_and_tasks_is_what_odoo_shares(self):
        """What their organization, or one below it, follows; the others ask whose."""
        for code in ("projects", "tasks"):
            records = self.records[code]
            records["deco"].message_subscribe(self.partners["emma"].ids)
            records["alone"].message_subscribe(self.partners["subcontact"].ids)
            organization = {"emma", "azure", "colleague"}
            shared = {*organization, "subsidiary", "subcontact", "deco", "alone"}
            with self.subTest(code):
                self.assertEqual(self._seen(code), [{"emma"}, organization, shared])

    def test_a_customer_whom_odoo_shows_nothing_sees_nothing_at_any_level(self):
        """Levels narrow what Odoo shows to followers; they never widen it."""
        for code in ("projects", "tasks"):
            record = self.records[code]["emma"]
            record.message_unsubscribe(self.partners["emma"].ids)
            with self.subTest(code):
                for seen in self._seen(code):
                    self.assertNotIn("emma", seen)

    def _attach(self, record, name="plan.pdf", **values):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": b"%PDF-1.4 plan",
                "res_model": record._name,
                "res_id": record.id,
                **values,
            }
        )

    def test_files_that_employees_attach_are_on_the_page(self):
        for code, url in PAGES.items():
            record = self.records[code]["emma"]
            self._attach(record, f"{code}.pdf")
            internal = self._attach(record, f"internal-{code}.pdf")
            record.message_post(body="Inside", attachment_ids=internal.ids)
            self.authenticate("emma@matrix.example", PASSWORD)
            with self.subTest(code):
                page = self.url_open(url.format(record.id)).text
                self.assertIn(f">{code}.pdf<", page)
                self.assertNotIn(f">internal-{code}.pdf<", page)
                [link] = html.fromstring(page).xpath(
                    "//section[contains(@class, 'o_cp_native_files')]//a/@href"
                )
                answer = self.url_open(link)
                self.assertEqual(answer.content, b"%PDF-1.4 plan")
                self.assertIn("attachment", answer.headers["Content-Disposition"])

    def test_a_profile_without_documents_shows_none(self):
        self.permissions.show_documents = False
        self.authenticate("emma@matrix.example", PASSWORD)
        for code, url in PAGES.items():
            record = self.records[code]["emma"]
            self._attach(record, f"{code}.pdf")
            with self.subTest(code):
                page = self.url_open(url.format(record.id)).text
                self.assertNotIn(f">{code}.pdf<", page)

    def test_nobody_is_told_files_of_a_record_that_is_not_shown(self):
        order = self.records["orders"]["colleague"]
        file, mine = self._attach(order), self.records["orders"]["emma"]
        self.assertEqual(
            self.env["customer.portal.file"].with_user(self.user).native_files(order),
            [],
        )
        for model, res_id in (
            ("sale.order", order.id),
            ("sale.order", mine.id),
            ("sale.order", 2**31 - 1),
            ("res.users", self.user.id),
            ("nonsense", 1),
        ):
            found = (
                self.env["customer.portal.file"]
                .with_user(self.user)
                .native_stream(model, res_id, file.id)
            )
            self.assertIsNone(found)
            self.authenticate("emma@matrix.example", PASSWORD)
            url = f"/my/files/{model}/{res_id}/{file.id}"
            self.assertEqual(self.url_open(url).status_code, 404)
        token = order._portal_ensure_token()
        self.authenticate("emma@matrix.example", PASSWORD)
        page = self.url_open(f"/my/orders/{order.id}?access_token={token}").text
        self.assertNotIn(">plan.pdf<", page)
        self.authenticate(None, None)
        page = self.url_open(f"/my/orders/{order.id}?access_token={token}").text
        self.assertNotIn(">plan.pdf<", page)

    def _reply(self, project):
        self.authenticate("emma@matrix.example", PASSWORD)
        params = {
            "thread_model": "project.project",
            "thread_id": project.id,
            "post_data": {"body": "How far is it?", "message_type": "comment"},
        }
        self.url_open("/mail/message/post", json={"params": params})
        self.env.invalidate_all()
        return project.message_ids.filtered(lambda one: "How far" in (one.body or ""))

    def test_projects_have_comments_where_the_profile_shows_them(self):
        project = self.records["projects"]["emma"]
        self.authenticate("emma@matrix.example", PASSWORD)
        page = self.url_open(f"/my/projects/{project.id}").text
        self.assertIn("o_cp_native_comments", page)
        message = self._reply(project)
        self.assertEqual(message.author_id, self.partners["emma"])
        self.permissions.show_comments = False
        page = self.url_open(f"/my/projects/{project.id}").text
        self.assertNotIn("o_cp_native_comments", page)

    def test_nobody_replies_where_the_profile_refuses_it(self):
        self.permissions.can_comment = False
        project = self.records["projects"]["emma"]
        self.assertFalse(self._reply(project))
        self.permissions.can_comment = True
        self.assertFalse(self._reply(self.records["projects"]["stranger"]))
