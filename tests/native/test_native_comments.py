import json
from unittest.mock import patch

from lxml import html

from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.tests import tagged, warmup
from odoo.tools import mute_logger

from ...const import PARAM_SHARE_BY_LINK
from ..common import PASSWORD, takes_long
from ..native_common import NativeCommon

# What a browser shows a picture for, and what it does not.
PICTURES = [
    f"<p>Look</p>{picture}"
    for picture in (
        "<img src='DATA:image/png;base64,iVBORw0KGgo='/>",
        "<img src='data:image/png;base64,iVBORw0KGgo='/>",
        "<img src='Data:Image/PNG;base64,iVBORw0KGgo='/>",
        "<img src=' data:image/png;base64,iVBORw0KGgo='/>",
        "<img src='da\tta:image/png;base64,iVBORw0KGgo='/>",
        "<img src='da\nta:image/svg+xml;base64,iVBORw0KGgo='/>",
        "<img src='&#100;ata:image/png;base64,iVBORw0KGgo='/>",
        "<img src='data&colon;image/png;base64,iVBORw0KGgo='/>",
        "<img src=data:image/png,abc>",
        "<img srcset='/a.png 1x, data:image/png;base64,iVBORw0KGgo= 2x'/>",
        "<a href='data:application/pdf;base64,iVBORw0KGgo='>a.pdf</a>",
        "<div style='background: url( \"data:image/png;base64,iVBORw0KGgo=\")'/>",
        "<img src='cid:picture'/>",
        "<img src='CID:picture'/>",
    )
]
HARMLESS = (
    "<p>See the data: it is wrong. <b>cid:1</b></p>",
    "<p>data:image/png;base64,iVBORw0KGgo=</p>",
    "<a href='https://example.com/?a=data:b'>data</a>",
    "<img src='/web/image/1' alt='data: b'/>",
)
ALL = ("show_comments", "can_comment", "show_documents", "can_upload")
# What a route answers where there is nothing for the customer.
NOT = "NotFound"
# Modules whose record has a page with a chatter.
CHATTERS = ("quotes", "orders", "invoices", "purchases", "tasks", "tickets")


@tagged("post_install", "-at_install")
class TestNativeComments(NativeCommon):
    """Comments and files of the records on Odoo's own pages, switched on and off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.emma, cls.user = cls.partners["emma"], cls.users["emma"]
        cls.mine = {code: records["emma"] for code, records in cls.records.items()}
        cls.notes, cls.own, cls.files = {}, {}, {}
        for code, record in cls.mine.items():
            cls.notes[code] = cls._post_on(record, f"note on {code}", ("in.txt", b"x"))
            cls.own[code] = cls._post_on(
                record.with_user(cls.user).sudo(), f"mine on {code}"
            )
            cls.files[code] = cls.env["ir.attachment"].create(
                {
                    "name": f"file-of-{code}.txt",
                    "raw": b"secret",
                    "res_model": record._name,
                    "res_id": record.id,
                }
            )
        cls.env.flush_all()

    @classmethod
    def _post_on(cls, record, body, *attachments):
        return record.with_context(mail_notify_force_send=False).message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=list(attachments),
        )

    def setUp(self):
        super().setUp()
        self.authenticate("emma@matrix.example", PASSWORD)
        self._permit("own")
        self._switch(*ALL)

    def _switch(self, *on, codes=None):
        """Switch some toggles on and all others off, on all modules or some."""
        rows = self.permissions.filtered(
            lambda row: codes is None or row.module_id.code in codes
        )
        rows.write({name: name in on for name in ALL})

    def _chatters(self):
        return [(code, self.mine[code]) for code in CHATTERS if code in self.mine]

    def _page(self, record, link=False):
        page = self.url_open(record.get_portal_url() if link else record.access_url)
        self.assertEqual(page.status_code, 200)
        return html.fromstring(page.text)

    def _call(self, url, **params):
        return self.url_open(url, json={"params": params}).json()

    def _rpc(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._call(f"/web/dataset/call_kw/{model}/{method}", **params)

    def _fetch(self, record, **params):
        thread = {"thread_model": record._name, "thread_id": record.id}
        return json.dumps(self._call("/mail/chatter_fetch", **thread, **params))

    def _post_by_route(self, record, **post_data):
        return self._call(
            "/mail/message/post",
            thread_model=record._name,
            thread_id=record.id,
            token=record._portal_ensure_token(),
            post_data={"body": "posted", "message_type": "comment", **post_data},
        )

    def _upload(self, record, **data):
        return self.url_open(
            "/mail/attachment/upload",
            data={
                "thread_model": record._name,
                "thread_id": record.id,
                "token": record._portal_ensure_token(),
                "is_pending": "true",
                "csrf_token": self._csrf_token(),
                **data,
            },
            files=[("ufile", ("up.txt", b"up", "text/plain"))],
        )

    # === COMMENTS === #

    def test_the_page_shows_the_chatter_where_comments_are_permitted(self):
        for code, record in self._chatters():
            for link in (False, True):
                with self.subTest(module=code, link=link):
                    (chatter,) = self._page(record, link).xpath("//*[@id='discussion']")
                    self.assertEqual(chatter.get("data-allow_composer"), "1")

    def test_the_page_has_no_chatter_where_comments_are_refused(self):
        """The links in Odoo's own lists have a token, and change nothing."""
        self._switch()
        for code, record in self._chatters():
            for link in (False, True):
                with self.subTest(module=code, link=link):
                    page = self._page(record, link)
                    self.assertFalse(page.xpath("//*[@id='discussion']"))
                    self.assertFalse(page.xpath("//a[@href='#discussion']"))
                    self.assertNotIn("Communication history", page.text_content())

    def test_the_page_has_no_composer_where_only_reading_is_permitted(self):
        self._switch("show_comments")
        for code, record in self._chatters():
            with self.subTest(code):
                page = self._page(record)
                (chatter,) = page.xpath("//*[@id='discussion']")
                self.assertEqual(chatter.get("data-allow_composer"), "0")
                self.assertFalse(page.xpath("//a[@href='#discussion']"))
                self.assertIn(f"note on {code}", self._fetch(record))

    @mute_logger("odoo.http")
    def test_the_thread_answers_only_where_comments_are_permitted(self):
        for on in (True, False):
            self._switch(*(ALL if on else ()))
            for code, record in self.mine.items():
                thread = {"thread_model": record._name, "thread_id": record.id}
                token = record._portal_ensure_token()
                answers = [
                    self._fetch(record),
                    self._fetch(record, token=token),
                    self._fetch(record, token=token, fetch_params={"limit": 100}),
                    json.dumps(self._call("/mail/thread/messages", **thread)),
                ]
                for number, answer in enumerate(answers):
                    with self.subTest(module=code, on=on, number=number):
                        self.assertEqual(f"note on {code}" in answer, on)
                        self.assertEqual(f"mine on {code}" in answer, on)

    @mute_logger("odoo.http")
    def test_calls_read_messages_only_where_comments_are_permitted(self):
        """Also those that the customer wrote or was notified of."""
        for code, note in self.notes.items():
            note.partner_ids = self.emma
            ids = (note + self.own[code]).ids
            domain = [("id", "in", ids)]
            for on in (True, False):
                self._switch(*(ALL if on else ()))
                found = self._rpc("mail.message", "search_read", domain, ["body"])
                count = self._rpc("mail.message", "search_count", domain)["result"]
                read = self._rpc("mail.message", "read", ids, ["body"])
                with self.subTest(module=code, on=on):
                    self.assertEqual(len(found["result"]), 2 if on else 0)
                    self.assertEqual(count, 2 if on else 0)
                    self.assertEqual("result" in read, on)

    @mute_logger("odoo.http")
    def test_calls_on_a_record_answer_no_comments_where_they_are_refused(self):
        self._switch()
        for code, record in self.mine.items():
            for field in ("message_ids", "website_message_ids"):
                spec = {field: {"fields": {"body": {}, "display_name": {}}}}
                answers = [
                    self._rpc(record._name, "web_read", record.ids, spec),
                    self._rpc(record._name, "web_search_read", [], spec),
                    self._rpc(
                        record._name, "export_data", record.ids, [f"{field}/body"]
                    ),
                ]
                with self.subTest(module=code, field=field):
                    self.assertNotIn(f"on {code}", json.dumps(answers))

    @mute_logger("odoo.http")
    def test_nobody_guesses_the_text_of_comments_by_searching_records(self):
        for code, record in self.mine.items():
            for path in ("message_ids.body", "website_message_ids.body"):
                domain = [("id", "=", record.id), (path, "ilike", f"note on {code}")]
                for on in (True, False):
                    self._switch(*(ALL if on else ()))
                    found = self._rpc(record._name, "search_count", domain)
                    with self.subTest(module=code, path=path, on=on):
                        # Core refuses it on tasks itself.
                        if not on:
                            self.assertFalse(found.get("result"))
                        elif record._name != "project.task":
                            self.assertEqual(found["result"], 1)

    # === REPLY === #

    @mute_logger("odoo.http")
    def test_comments_are_posted_only_where_replying_is_permitted(self):
        for on in (ALL, ("show_comments",), ()):
            self._switch(*on)
            for code, record in self.mine.items():
                before = record.message_ids
                answers = [self._post_by_route(record)]
                if record._name != "project.task":  # Core refuses it on tasks.
                    answers.append(self._rpc(record._name, "message_post", record.ids))
                values = {"model": record._name, "res_id": record.id, "body": "x"}
                if on != ALL:
                    answers.append(self._rpc("mail.message", "create", [values]))
                    record.message_subscribe(self.emma.ids)
                    answers.append(self._rpc("mail.message", "create", [values]))
                record.invalidate_recordset()
                posted = record.message_ids - before
                with self.subTest(module=code, on=on):
                    if on == ALL:
                        self.assertIn("result", answers[0])
                        self.assertTrue(posted)
                    else:
                        self.assertFalse([a for a in answers if "result" in a])
                        self.assertFalse(posted)

    @mute_logger("odoo.http")
    def test_own_comments_change_only_where_replying_is_permitted(self):
        for on in (("show_comments", "can_comment"), ("show_comments",), ()):
            self._switch(*on)
            for code, record in self.mine.items():
                message = self.own[code]
                token = {"token": record._portal_ensure_token()}
                ways = {
                    "react": self._call(
                        "/mail/message/reaction",
                        message_id=message.id,
                        content="👍",
                        action="add",
                        **token,
                    ),
                    "edit": self._call(
                        "/mail/message/update_content",
                        message_id=message.id,
                        update_data={"body": f"mine on {code}"},
                        **token,
                    ),
                    "write": self._rpc(
                        "mail.message", "write", message.ids, {"body": "mine"}
                    ),
                }
                for way, answer in ways.items():
                    with self.subTest(module=code, on=on, way=way):
                        self.assertEqual("result" in answer, "can_comment" in on)
                if "can_comment" not in on:
                    answer = self._rpc("mail.message", "unlink", message.ids)
                    self.assertNotIn("result", answer)

    @mute_logger("odoo.http")
    def test_nobody_rewrites_what_they_were_notified_of(self):
        for code, record in self.mine.items():
            message = record.message_post(
                body=f"Price of {code}", partner_ids=self.emma.ids
            )
            self.assertIn(self.emma, message.notified_partner_ids)
            for values in ({"body": "Forged"}, {"is_internal": True}):
                answer = self._rpc("mail.message", "write", message.ids, values)
                with self.subTest(module=code, values=values):
                    self.assertNotIn("result", answer)
            answer = self._rpc("mail.message", "read", message.ids, ["body"])
            self.assertIn("result", answer)

    # === DOCUMENTS === #

    @takes_long
    def test_the_page_of_a_task_lists_its_files_where_documents_are_permitted(self):
        record = self.mine["tasks"]
        for on in (True, False):
            self._switch(*(ALL if on else ("show_comments", "can_comment")))
            for link in (False, True):
                page = html.tostring(self._page(record, link), encoding="unicode")
                self.assertEqual("file-of-tasks.txt" in page, on)
                self.assertIn("tasks-of-emma", page)

    @mute_logger("odoo.http")
    def test_a_thread_lists_files_of_the_record_where_documents_are_permitted(self):
        for code, record in self.mine.items():
            thread = record.with_user(self.user).sudo()
            self._switch(*ALL)
            stock = thread._get_mail_thread_data_attachments().mapped("name")
            self._switch("show_comments", "can_comment")
            narrowed = thread._get_mail_thread_data_attachments().mapped("name")
            with self.subTest(code):
                self.assertIn(f"file-of-{code}.txt", stock)
                self.assertEqual(set(stock) - {f"file-of-{code}.txt"}, set(narrowed))

    @takes_long
    @mute_logger("odoo.http")
    def test_files_of_comments_stay_where_only_documents_are_refused(self):
        self._switch("show_comments", "can_comment")
        for code, record in self._chatters():
            with self.subTest(code):
                token = record._portal_ensure_token()
                self.assertIn("in.txt", self._fetch(record, token=token))

    @takes_long
    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_no_switch_opens_files_without_their_token(self):
        for on in (True, False):
            self._switch(*(ALL if on else ()))
            for code, attachment in self.files.items():
                for url in ("/web/content", "/web/image"):
                    page = self.url_open(f"{url}/{attachment.id}")
                    with self.subTest(module=code, on=on, url=url):
                        self.assertNotIn("secret", page.text)
                read = self._rpc("ir.attachment", "read", attachment.ids, ["name"])
                self.assertNotIn("result", read)

    @takes_long
    @mute_logger("odoo.http")
    def test_reports_stay_where_documents_are_refused(self):
        self._switch()
        for code in ("quotes", "orders"):
            if code in self.mine:
                url = f"{self.mine[code].access_url}?report_type=html&download=1"
                self.assertIn(f"{code}-of-emma", self.url_open(url).text)

    # === UPLOAD === #

    @mute_logger("odoo.http")
    def test_files_are_uploaded_only_where_it_is_permitted(self):
        for on in (True, False):
            self._switch(*(ALL if on else ALL[:3]))
            for code, record in self.mine.items():
                before = self.env["ir.attachment"].search_count([])
                answers = [self._upload(record), self._upload(record, is_pending="")]
                created = self.env["ir.attachment"].search_count([]) - before
                with self.subTest(module=code, on=on):
                    self.assertEqual([a.ok for a in answers], [on, on])
                    self.assertEqual(created, 2 if on else 0)

    @takes_long
    @mute_logger("odoo.http")
    def test_comments_take_files_only_where_uploading_is_permitted(self):
        for code, record in self.mine.items():
            self._switch(*ALL)
            data = self._upload(record).json()["data"]
            stored = data["store_data"]["ir.attachment"][0]
            files = {
                "attachment_ids": [data["attachment_id"]],
                "attachment_tokens": [stored["ownership_token"]],
            }
            picture = "<img src='data:image/png;base64,iVBORw0KGgo='/>"
            self._switch(*ALL[:3])
            with self.subTest(code):
                self.assertIn("error", self._post_by_route(record, **files))
                self.assertIn("error", self._post_by_route(record, body=picture))
                self.assertIn("result", self._post_by_route(record))
                self._switch(*ALL)
                self.assertIn("result", self._post_by_route(record, **files))

    @takes_long
    @mute_logger("odoo.http")
    def test_no_spelling_of_a_picture_passes_where_uploading_is_refused(self):
        """Not in a new comment, nor in one that is changed, by route or by call."""
        for code, record in self.mine.items():
            message = self._post_on(record.with_user(self.user).sudo(), "mine")
            self._switch(*ALL[:3])
            for body in PICTURES if code == "tasks" else PICTURES[:1]:
                with self.subTest(code, body=body):
                    self.assertIn("error", self._post_by_route(record, body=body))
                    self.assertIn("error", self._edit_by_route(message, body))
                    messages = self.env["mail.message"].with_user(self.user)
                    values = {"model": record._name, "res_id": record.id, "body": body}
                    with self.assertRaises(AccessError):
                        messages.create(values)
                    with self.assertRaises(AccessError):
                        messages.browse(message.id).write({"body": body})

    @takes_long
    @mute_logger("odoo.http")
    def test_texts_without_pictures_pass_where_uploading_is_refused(self):
        task = self.mine["tasks"]
        message = self._post_on(task.with_user(self.user).sudo(), "mine")
        self._switch(*ALL[:3])
        for body in HARMLESS:
            with self.subTest(body):
                self.assertIn("result", self._post_by_route(task, body=body))
                self.assertIn("result", self._edit_by_route(message, body))

    def _edit_by_route(self, message, body):
        url = "/mail/message/update_content"
        return self._call(url, message_id=message.id, update_data={"body": body})

    @takes_long
    def test_descriptions_of_shared_tasks_take_no_pictures_without_upload(self):
        task = self.mine["tasks"]
        self._share(task.project_id)
        self.profile.permission_ids.filtered(
            lambda row: row.module_id.code == "tasks"
        ).can_edit = True
        shared = task.with_user(self.user)
        for body in PICTURES:
            self._switch(*ALL[:3])
            with self.subTest(body), self.assertRaises(AccessError):
                shared.write({"description": body})
            self._switch(*ALL)
            shared.write({"description": body})
        self._switch(*ALL[:3])
        shared.write({"description": "<p>data: none</p>"})

    @takes_long
    def test_comments_by_call_take_no_files_where_uploading_is_refused(self):
        self._switch(*ALL[:3])
        for code in ("orders", "purchases"):
            if code in self.mine:
                record = self.mine[code].with_user(self.user)
                with self.subTest(code), self.assertRaises(AccessError):
                    record.message_post(attachments=[("a.txt", b"a")])

    @mute_logger("odoo.http")
    def test_files_of_own_comments_are_deleted_only_where_replying_is_permitted(self):
        for code, record in self.mine.items():
            message = self._post_on(
                record.with_user(self.user).sudo(), "mine", ("own.txt", b"own")
            )
            attachment = message.attachment_ids
            files = {
                "attachment_id": attachment.id,
                "access_token": attachment._get_ownership_token(),
            }
            for on in (("show_comments",), ALL):
                self._switch(*on)
                self._call("/mail/attachment/delete", **files)
                with self.subTest(module=code, on=on):
                    self.assertEqual(bool(attachment.exists()), on != ALL)

    @takes_long
    @mute_logger("odoo.http")
    def test_pictures_in_shared_tasks_are_uploaded_only_where_it_is_permitted(self):
        task = self.mine["tasks"]
        self._share(task.project_id)
        picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="  # noqa: E501
        for on in (True, False):
            self._switch(*(ALL if on else ALL[:3]))
            response = self.url_open(
                "/project_sharing/attachment/add_image",
                data={
                    "name": "dot.png",
                    "data": picture,
                    "res_id": task.id,
                    "csrf_token": self._csrf_token(),
                },
            )
            with self.subTest(on=on):
                self.assertEqual(response.ok, on)

    # === WHICH MODULE, WHICH USER === #

    def _share(self, project):
        project.collaborator_ids = [Command.create({"partner_id": self.emma.id})]
        project.message_subscribe(self.emma.ids)
        self.env.flush_all()

    def test_lines_follow_their_orders(self):
        if "orders" not in self.mine:
            self.skipTest("sale is not installed")
        self._switch(codes=["quotes"])
        for code, expected in (("quotes", False), ("orders", True)):
            line = self.env["sale.order.line"].create(
                {
                    "order_id": self.mine[code].id,
                    "name": code,
                    "display_type": "line_note",
                }
            )
            may = self.gate.with_user(self.user).may_on(line, "documents")
            self.assertEqual(may, expected)

    def test_the_module_of_a_record_decides(self):
        """Quotes and orders are one model."""
        if "orders" not in self.mine:
            self.skipTest("sale is not installed")
        self._switch(codes=["quotes"])
        for code, expected in (("quotes", False), ("orders", True)):
            page = self._page(self.mine[code])
            self.assertEqual(bool(page.xpath("//*[@id='discussion']")), expected)
            self.assertEqual(
                f"note on {code}" in self._fetch(self.mine[code]), expected
            )

    @mute_logger("odoo.http")
    def test_links_to_records_that_are_not_shown_do_not_work(self):
        self._switch(*ALL)
        self._permit(None)
        for code, record in self._chatters():
            token = record._portal_ensure_token()
            with self.subTest(code):
                page = self.url_open(record.get_portal_url())
                self.assertNotIn("discussion", page.text)
                self.assertNotIn(record.name, page.text)
                self.assertNotIn(f"note on {code}", self._fetch(record, token=token))
                self.assertIn("error", self._post_by_route(record))

    @takes_long
    def test_visitors_with_a_link_and_internal_users_are_not_concerned(self):
        self._switch()
        self._set_param(PARAM_SHARE_BY_LINK, "read")  # Of tickets.
        self.authenticate(None, None)
        for code, record in self._chatters():
            token = record._portal_ensure_token()
            with self.subTest(code):
                self.assertTrue(self._page(record, True).xpath("//*[@id='discussion']"))
                self.assertIn(f"note on {code}", self._fetch(record, token=token))
        self.agent.partner_id.portal_profile_id = self.profile
        for code, record in self.mine.items():
            for action in ("comments", "comment", "documents", "upload"):
                with self.subTest(module=code, action=action):
                    self.assertTrue(
                        self.gate.with_user(self.agent).may_on(record, action)
                    )

    @takes_long
    def test_stages_change_in_shared_projects_where_replying_is_refused(self):
        """Odoo writes its own notes about them."""
        task = self.mine["tasks"]
        project = task.project_id
        self._share(project)
        stages = self.env["project.task.type"].create(
            [{"name": name, "project_ids": project.ids} for name in ("one", "two")]
        )
        task.stage_id = stages[0]
        self.env.flush_all()
        self._switch()
        task.with_user(self.user).stage_id = stages[1]
        self.env.flush_all()
        self.assertEqual(task.stage_id, stages[1])

    # === AS STOCK === #

    def test_the_profile_of_odoo_refuses_nothing(self):
        self.emma.portal_profile_id = self._make_stock_profile()
        for action in ("comments", "comment", "documents", "upload"):
            self.assertFalse(self.gate.with_user(self.user).refuses(action))
            for code, record in self.mine.items():
                with self.subTest(module=code, action=action):
                    self.assertTrue(
                        self.gate.with_user(self.user).may_on(record, action)
                    )

    def _count_queries(self, record):
        self.url_open(record.access_url)
        before = self.cr.sql_log_count
        self.url_open(record.access_url)
        self._fetch(record, token=record._portal_ensure_token())
        self._fetch(record)
        return self.cr.sql_log_count - before

    @takes_long
    @warmup
    def test_pages_with_the_profile_of_odoo_cost_what_they_did(self):
        self.emma.portal_profile_id = self._make_stock_profile()
        for code, record in self._chatters():
            self._count_queries(record)
            ours = self._count_queries(record)
            none = patch.object(
                type(self.gate), "_get_refused_domain", lambda *args: Domain.FALSE
            )
            with none:
                without = self._count_queries(record)
            with self.subTest(code):
                self.assertLessEqual(ours, without)

    @takes_long
    @warmup
    def test_a_profile_that_refuses_nothing_costs_no_query(self):
        self.env["ir.attachment"].search([]).mapped("access_token")
        self.emma.portal_profile_id = self._make_stock_profile()
        self.gate.with_user(self.user).refuses("comments")
        for action in ("comments", "comment", "documents", "upload"):
            for record in self.mine.values():
                self.gate.with_user(self.user).may_on(record, action)
        with self.assertQueryCount(0):
            for action in ("comments", "comment", "documents", "upload"):
                self.gate.with_user(self.user).refuses(action)
                for record in self.mine.values():
                    self.gate.with_user(self.user).may_on(record, action)
            self.gate.with_user(self.user).threads_domain()

    # === IDS FROM ANYWHERE === #

    HOSTILE = ("x", "", None, -1, 0, 2**40, 1.5, True, "9" * 40, "１", [1], {"id": 1})

    def test_the_gate_refuses_customers_what_is_no_id(self):
        task = self.mine["tasks"]
        for value in self.HOSTILE:
            with self.subTest(value):
                self.assertFalse(
                    self.gate.with_user(self.user).may_on_id(
                        task._name, value, "upload"
                    )
                )
                self.assertFalse(
                    self.gate.with_user(self.user).may_attach(task, [value])
                )
                self.assertFalse(self.gate.with_user(self.user).may_detach(value))
        for values in ("12", 12, {"1": 1}):
            self.assertFalse(self.gate.with_user(self.user).may_attach(task, values))
        for model in ("x", None, 1, ["project.task"]):
            self.assertTrue(
                self.gate.with_user(self.user).may_on_id(model, task.id, "upload")
            )

    def test_the_gate_knows_new_files_from_those_of_the_record(self):
        task, file = self.mine["tasks"], self.files["tasks"]
        self._switch(*ALL[:3])
        self.assertTrue(self.gate.with_user(self.user).may_attach(task, None))
        self.assertTrue(self.gate.with_user(self.user).may_attach(task, [str(file.id)]))
        for code in ("projects", "orders", "purchases"):
            if code in self.files:
                ids = [file.id, self.files[code].id]
                self.assertFalse(self.gate.with_user(self.user).may_attach(task, ids))
        self._switch(*ALL)
        loose = self.env["ir.attachment"].create({"name": "new", "raw": b"x"})
        self.assertTrue(self.gate.with_user(self.user).may_attach(task, loose.ids))

    @takes_long
    @mute_logger("odoo.http")
    def test_nonsense_for_an_id_fails_no_route(self):
        task = self.mine["tasks"]
        for value in self.HOSTILE:
            with self.subTest(value):
                answer = self._post_by_route(task, attachment_ids=[value])
                self.assertEqual(answer["error"]["data"]["name"].split(".")[-1], NOT)
                answer = self._call("/mail/attachment/delete", attachment_id=value)
                self.assertEqual(answer["error"]["data"]["name"].split(".")[-1], NOT)
        for value in ("x", "", "-1", "9" * 40):
            with self.subTest(value):
                self.assertEqual(self._upload(task, thread_id=value).status_code, 404)
