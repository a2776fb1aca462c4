from datetime import datetime

from lxml import html
from markupsafe import Markup

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PASSWORD, takes_long
from ..section_common import PDF, CustomerPortalSectionCommon


@tagged("post_install", "-at_install")
class TestPageComments(CustomerPortalSectionCommon):
    def setUp(self):
        super().setUp()
        self.authenticate("emma@example.com", PASSWORD)

    def _comments(self, user=None, module="wishes", record=None, **kwargs):
        record = record or self.task
        return (
            self.env["customer.portal.thread"]
            .with_user(user or self.user)
            .find_comments(module, record.id, **kwargs)
        )

    def _bodies(self, **kwargs):
        return [comment["body"].striptags() for comment in self._comments(**kwargs)]

    def _comment(self, text, files=(), **kwargs):
        return self._post("comment", {"body": text}, files, **kwargs)

    # === WHAT IS SHOWN === #

    def test_public_comments_are_shown_oldest_first(self):
        self._ago(self._message("First"), days=2)
        self._ago(self._message("Second", message_type="email"), days=1)
        self._message("Third", author=self.emma)
        self.assertEqual(
            self._texts(self._find(self._page(), "o_cp_comment_body")),
            ["First", "Second", "Third"],
        )

    def test_nothing_internal_is_shown(self):
        subtype = self.env["mail.message.subtype"].create(
            {"name": "Whispers", "internal": True}
        )
        self._message("A note", subtype_xmlid="mail.mt_note")
        self._message("Flagged", is_internal=True)
        self._message("Whispered", subtype_xmlid=None, subtype_id=subtype.id)
        self._message("Without subtype").subtype_id = False
        self._message("By Odoo", message_type="notification")
        self.task.message_notify(
            body="For one", partner_ids=self.support.partner_id.ids
        )
        self.task.priority = "1"
        self._flush_tracking()
        self.assertFalse(self._comments())
        self.assertEqual(
            self.env["customer.portal.thread"]
            .with_user(self.user)
            .count_comments("wishes", self.task.id),
            0,
        )
        text = self.url_open(self.url).text
        for hidden in ("A note", "Flagged", "Whispered", "Without subtype", "By Odoo"):
            self.assertNotIn(hidden, text)

    def test_an_emptied_comment_is_not_shown(self):
        message = self._message("Gone")
        self.task._message_update_content(message, body="", attachment_ids=[])
        self.assertFalse(self._comments())

    def test_a_comment_that_becomes_internal_disappears(self):
        message = self._message("Said too much")
        self.assertTrue(self._comments())
        message.is_internal = True
        self.assertFalse(self._comments())

    def test_authors_are_the_customer_or_the_agent(self):
        colleague = self.env["res.partner"].create({"name": "Colleague"})
        self._ago(self._message("4", author=self.emma), minutes=1)
        self._ago(self._message("3"), minutes=2)
        self._ago(self._message("2", author=colleague), minutes=3)
        message = self._message("1", author_id=False, email_from='"Anna" <a@b.example>')
        self._ago(message, minutes=4)
        bylines = self._find(self._page(), "o_cp_byline")
        for title, words in zip(
            self._texts(bylines),
            ("Anna", "Colleague", "Helper Support", "emma You"),
            strict=True,
        ):
            self.assertTrue(title.startswith(words), title)
        roles = [
            self._texts(line.xpath("./span[contains(@class, 'badge')]"))
            for line in bylines
        ]
        self.assertEqual(roles, [["New"], ["New"], ["Support", "New"], ["You"]])

    def test_dates_are_in_the_time_zone_of_the_customer(self):
        self.user.tz = "Asia/Tokyo"
        self._message("Hello").date = datetime(2026, 1, 31, 20, 30)
        [comment] = self._comments()
        self.assertIn("02/01/2026 05:30 AM", comment["date"])

    @takes_long
    def test_pages_have_thirty_entries(self):
        for number in range(61):
            self._ago(self._message(f"Number {number}."), minutes=100 - number)
        first, last = self._page(), self._page("?comments=3")
        self.assertEqual(len(self._find(first, "o_cp_comment")), 30)
        self.assertEqual(
            self._texts(self._find(last, "o_cp_comment_body")), ["Number 0."]
        )
        earlier = first.xpath("//a[text()='Show earlier']/@href")
        self.assertEqual(earlier, [f"{self.url}?comments=2#o_cp_comments"])
        self.assertFalse(last.xpath("//a[text()='Show earlier']"))
        self.assertTrue(last.xpath("//a[text()='Show later']"))

    def test_pages_that_do_not_exist_are_the_nearest(self):
        self._message("Hello")
        for page in ("0", "-1", "7", "x", "9" * 30, "", "²", "1e3"):
            with self.subTest(page):
                tree = self._page(f"?comments={page}&updates={page}")
                self.assertEqual(
                    self._texts(self._find(tree, "o_cp_comment_body")), ["Hello"]
                )

    def test_a_body_runs_no_script(self):
        self._message(
            Markup("<p onclick='alert(1)'>Hi<script>alert(2)</script></p>"),
            message_type="email",
        )
        text = self.url_open(self.url).text
        self.assertNotIn("alert(", text)

    def test_any_model_with_a_thread_has_comments(self):
        contact = self.env["res.partner"].create(
            {"name": "Child", "parent_id": self.emma.id}
        )
        module = self._make_module(
            "people", "res.partner", "name", partner_field="parent_id"
        )
        self._permission_of(module).write(
            {"visible": True, "show_comments": True, "can_comment": True}
        )
        self._message("Welcome", contact)
        self.env["customer.portal.thread"].with_user(self.user).post_comment(
            "people", contact.id, "Thanks"
        )
        self.assertEqual(
            self._bodies(module="people", record=contact), ["Thanks", "Welcome"]
        )

    @takes_long
    def test_a_model_without_a_thread_has_none(self):
        plan = self.env["account.analytic.plan"].create({"name": "Projects"})
        account = self.env["account.analytic.account"].create(
            {"name": "Website", "plan_id": plan.id}
        )
        line = self.env["account.analytic.line"].create(
            {
                "name": "Travel",
                "partner_id": self.emma.id,
                account.plan_id._column_name(): account.id,
            }
        )
        module = self._make_module("costs", line._name, "name")
        self._permission_of(module).write(
            {"visible": True, "show_comments": True, "show_updates": True}
        )
        response = self.url_open(f"/my/p/costs/{line.id}")
        self.assertEqual(response.status_code, 200)
        self.assertIn("Travel", response.text)
        self.assertNotIn("o_cp_comments", response.text)
        self.assertNotIn("o_cp_updates", response.text)

    # === WHO SEES THEM === #

    def test_without_the_right_there_are_no_comments(self):
        self._message("Hello")
        self.permission.show_comments = False
        self.assertFalse(self._comments())
        self.assertIsNone(
            self.env["customer.portal.thread"]
            .with_user(self.user)
            .count_comments("wishes", self.task.id)
        )
        self.assertNotIn("o_cp_comments", self.url_open(self.url).text)
        self.assertEqual(self._comment("Hello").status_code, 404)

    def test_nobody_sees_or_writes_comments_of_other_records(self):
        self._message("Secret", self.other_task)
        before = self.other_task.message_ids
        self.assertFalse(self._comments(record=self.other_task))
        self.assertEqual(self.url_open(self.other_url).status_code, 404)
        for path in (
            f"{self.other_url}/comment",
            f"/my/p/wishes/{2**31 - 1}/comment",
            f"/my/p/wishes/{2**70}/comment",
            f"/my/p/unknown/{self.task.id}/comment",
            f"/my/p/orders/{self.task.id}/comment",
        ):
            with self.subTest(path):
                response = self._post(path, {"body": "Hello"})
                self.assertEqual(response.status_code, 404)
        self.assertEqual(self.other_task.message_ids, before)

    def test_a_hidden_module_has_no_comments(self):
        self._message("Hello")
        self.permission.visible = False
        self.assertFalse(self._comments())
        self.assertEqual(self._comment("Hello").status_code, 404)

    # === WRITING === #

    def test_a_comment_is_posted_in_the_name_of_the_customer(self):
        response = self._comment("Hello\n\nWorld <b>")
        self.assertEqual(response.status_code, 200)
        message = self.task.message_ids[0]
        self.assertEqual(message.author_id, self.emma)
        self.assertEqual(message.create_uid, self.user)
        self.assertEqual(message.message_type, "comment")
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertEqual(message.body, "<p>Hello</p><p>World &lt;b&gt;</p>")
        self.assertTrue(response.url.endswith(f"{self.url}#o_cp_comments"))

    def test_agents_who_follow_are_notified(self):
        self.task.message_subscribe(self.support.partner_id.ids)
        self._comment("Hello")
        notified = self.task.message_ids[0].notified_partner_ids
        self.assertEqual(notified, self.support.partner_id)

    def test_what_is_typed_is_text(self):
        self._comment("<script>alert(1)</script><img src=x onerror=alert(2)>")
        page = html.fromstring(self.url_open(self.url).text)
        [body] = self._find(page, "o_cp_comment_body")
        self.assertFalse(body.xpath(".//script | .//img"))
        self.assertIn("<script>", body.text_content())

    def test_an_empty_comment_is_refused(self):
        before = self.task.message_ids
        for text in ("", "  \n\t ", "\0"):
            with self.subTest(text):
                response = self._comment(text)
                self.assertEqual(response.status_code, 422)
                self.assertIn("Please enter a comment.", response.text)
        self.assertEqual(self.task.message_ids, before)

    def test_what_was_written_is_kept_on_an_error(self):
        response = self._comment("My <long> story", [("run.exe", b"MZ")])
        self.assertEqual(response.status_code, 422)
        page = html.fromstring(response.text)
        [area] = page.xpath("//textarea[@name='body']")
        self.assertEqual(area.text, "My <long> story")
        self.assertEqual(area.get("aria-invalid"), "true")
        self.assertIn("run.exe", self._alerts(page)[0])

    def test_a_too_long_comment_is_refused(self):
        response = self._comment("x" * 20001)
        self.assertEqual(response.status_code, 422)
        self.assertIn("too long", response.text)

    def test_a_second_click_posts_nothing(self):
        self._comment("Hello")
        self._comment("Hello")
        self.assertEqual(self._bodies(), ["Hello"])
        self._comment("Hello again")
        self.assertEqual(self._bodies(), ["Hello again", "Hello"])

    def test_the_same_words_can_be_said_later(self):
        self._comment("Thanks, see https://example.com")
        self._ago(self.task.message_ids[0], minutes=5)
        self._comment("Thanks, see https://example.com")
        self._comment("Thanks, see https://example.com")
        self.assertEqual(len(self._bodies()), 2)

    def test_files_come_with_a_comment(self):
        self._comment("See these", [("a.pdf", PDF), ("b.txt", b"text")])
        [comment] = self._comments()
        self.assertEqual(
            [file["name"] for file in comment["files"]], ["a.pdf", "b.txt"]
        )
        link = self._find(self._page(), "o_cp_file")[0].get("href")
        self.assertEqual(self.url_open(link).content, PDF)

    def test_files_alone_are_a_comment(self):
        self._comment("", [("a.pdf", PDF)])
        self._comment("", [("a.pdf", PDF)])
        [comment] = self._comments()
        self.assertEqual(len(comment["files"]), 1)

    def test_without_upload_no_file_comes_with_a_comment(self):
        self.permission.can_upload = False
        self.assertFalse(self._page().xpath("//input[@id='o_cp_comment_files']"))
        response = self._comment("See", [("a.pdf", PDF)])
        self.assertEqual(response.status_code, 404)
        self.assertFalse(self._comments())

    def test_who_only_reads_comments_has_no_form(self):
        self.permission.can_comment = False
        self._message("Hello")
        page = self._page()
        self.assertFalse(self._find(page, "o_cp_comment_form"))
        self.assertTrue(self._find(page, "o_cp_comment"))
        self.assertEqual(self._comment("Hello").status_code, 404)

    def test_what_is_closed_takes_no_comment(self):
        self._close()
        page = self._page()
        self.assertFalse(self._find(page, "o_cp_comment_form"))
        self.assertIn("This is closed", page.text_content())
        response = self._comment("One more thing")
        self.assertEqual(response.status_code, 422)
        self.assertIn("Reopen it", response.text)
        self.assertFalse(self._comments())
        self.task.state = "01_in_progress"
        self.assertEqual(self._comment("One more thing").status_code, 200)
        self.assertTrue(self._comments())

    @mute_logger("odoo.http")
    def test_a_form_of_another_site_posts_nothing(self):
        for token in ({}, {"csrf_token": "x"}):
            response = self._post("comment", {"body": "Hello", **token}, token=False)
            self.assertEqual(response.status_code, 400)
        self.assertFalse(self._comments())

    def test_an_address_posts_nothing(self):
        address = f"{self.url}/comment?body=Hello"
        response = self.url_open(address, allow_redirects=False)
        self.assertTrue(response.headers["Location"].endswith(self.url))
        self.assertFalse(self._comments())

    def test_the_gate_asks_whoever_calls(self):
        for user in (self.support, self.env.ref("base.public_user")):
            self.assertFalse(self._comments(user=user))
            with self.assertRaises(AccessError):
                self.env["customer.portal.thread"].with_user(user).post_comment(
                    "wishes", self.task.id, "Hello"
                )
        with self.assertRaises(UserError):
            self.env["customer.portal.thread"].with_user(self.user).post_comment(
                "wishes", self.task.id, None
            )

    # === THE BUTTON OF A MAIL === #

    def _button_urls(self, record, partner):
        """Return the addresses in the mail of a comment to a contact."""
        author = self.env["res.partner"].create({"name": "Author", "email": "a@b.c"})
        message = self._message("Hello", record, author, partner_ids=partner.ids)
        mails = (
            self.env["mail.mail"].sudo().search([("mail_message_id", "=", message.id)])
        )
        mail = mails.filtered(lambda mail: partner in mail.recipient_ids)
        tree = html.fromstring(mail.body_html)
        return tree.xpath("//a/@href")

    def test_the_button_of_a_mail_leads_to_the_page(self):
        urls = self._button_urls(self.task, self.emma)
        self.assertIn(f"{self.task.get_base_url()}{self.url}", urls)

    def test_the_button_of_others_leads_where_it_did(self):
        urls = self._button_urls(self.task, self.support.partner_id)
        self.assertFalse([url for url in urls if "/my/p/" in url])
        urls = self._button_urls(self.task, self.stranger)
        self.assertFalse([url for url in urls if "/my/p/" in url])

    def test_a_hidden_module_has_no_button(self):
        self.permission.visible = False
        urls = self._button_urls(self.task, self.emma)
        self.assertFalse([url for url in urls if "/my/p/" in url])

    def _led_to(self, record):
        link = f"/mail/view?model={record._name}&res_id={record.id}"
        response = self.url_open(link, allow_redirects=False)
        return response.headers.get("Location", "")

    def test_old_links_lead_to_the_page(self):
        self.assertTrue(self._led_to(self.task).endswith(self.url))
        self.assertNotIn("/my/p/", self._led_to(self.other_task))
        self.permission.visible = False
        self.assertNotIn("/my/p/", self._led_to(self.task))

    def test_old_links_of_nonsense_lead_home(self):
        for link in ("model=x&res_id=1", "model=project.task&res_id=x", ""):
            response = self.url_open(f"/mail/view?{link}")
            self.assertEqual(response.status_code, 200)
