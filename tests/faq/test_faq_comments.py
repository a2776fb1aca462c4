from lxml import html

from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from ..common import PASSWORD, takes_long
from ..faq_common import FaqCommon


@tagged("post_install", "-at_install")
class TestFaqComments(FaqCommon):
    """Comments on FAQs: who reads, writes and is told of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_right = cls._row(cls.other_profile, "faqs")
        cls.other_right.write({"show_comments": True, "can_comment": True})
        cls.other_user = cls._user_of(cls.other)
        cls.faq.message_unsubscribe(cls.faq.message_partner_ids.ids)

    def _comment(self, body="Where is the button?", user=None, **values):
        """Comment by the page, and return the answer."""
        self.authenticate((user or self.user).login, PASSWORD)
        return self._post(f"/{self.faq.id}/comment", body=body, **values)

    def _section(self, user=None):
        """Return the texts of the comments on the page."""
        self.authenticate((user or self.user).login, PASSWORD)
        articles = self._page(f"/{self.faq.id}").xpath("//article[h1]/..//ol//article")
        return [" ".join(one.text_content().split()) for one in articles]

    def _told(self):
        """Return whom Odoo has told of the newest comment."""
        return self.faq.message_ids[0].notified_partner_ids

    # === READ AND WRITE === #

    def test_a_customer_comments_and_support_answers(self):
        self.assertEqual(self._comment().status_code, 303)
        self._answer("Below the picture.")
        newest, oldest = self._section()
        self.assertIn("Below the picture.", newest)
        self.assertIn("Support", newest)
        self.assertIn("steps.txt", newest)
        self.assertIn("Where is the button?", oldest)
        self.assertIn("You", oldest)

    @mute_logger("odoo.http")
    def test_customers_write_messages_by_the_page_alone(self):
        """Odoo lets whoever was notified of a message change it by RPC."""
        self._comment()
        answer = self._answer("Below the picture.")
        self.assertIn(self.emma, answer.notified_partner_ids)
        own = self.faq.message_ids - answer
        new = {"model": self.faq._name, "res_id": self.faq.id, "body": "Forged"}
        for model, method, *args in (
            ("mail.message", "write", answer.ids, {"body": "Forged"}),
            ("mail.message", "write", answer.ids, {"is_internal": True}),
            ("mail.message", "write", own.ids, {"body": "Forged"}),
            ("mail.message", "create", [{**new, "message_type": "comment"}]),
            (self.faq._name, "message_post", self.faq.ids, "Forged"),
        ):
            with self.subTest((model, method)), self.assertRaises(JsonRpcException):
                self.make_jsonrpc_request(
                    f"/web/dataset/call_kw/{model}/{method}",
                    {"model": model, "method": method, "args": args, "kwargs": {}},
                )
        newest, oldest = self._section()
        self.assertIn("Below the picture.", newest)
        self.assertIn("Where is the button?", oldest)

    @takes_long
    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_mails_that_answer_are_neither_published_nor_sent_on(self):
        """All customers read what stands there, and a sender is easily forged."""
        self._comment()
        answer = self._answer("Below the picture.")
        self.agent.email = "agent@example.com"
        for sender in ("agent@example.com", "emma@example.com", "x@nowhere.example"):
            self.env["mail.thread"].message_process(
                None,
                f"From: {sender}\nTo: us@example.com\nSubject: Re\n"
                f"Message-Id: <{sender}>\nIn-Reply-To: {answer.message_id}\n\nForged",
            )
            mail = self.faq.message_ids[0]
            self.assertEqual(mail.message_type, "email")
            self.assertNotIn(self.emma, mail.notified_partner_ids)
        self.assertEqual(len(self._section()), 2)

    def test_internal_notes_never_show(self):
        self._answer("A note", subtype_xmlid="mail.mt_note")
        self.assertEqual(self._section(), [])
        file = self.faq.message_ids[0].attachment_ids
        self.assertEqual(self._get(f"/{self.faq.id}/file/{file.id}").status_code, 404)

    def test_files_of_comments_are_downloaded_with_safe_headers(self):
        file = self._answer("Look").attachment_ids
        path = f"/{self.faq.id}/file/{file.id}"
        page = self._page(f"/{self.faq.id}")
        self.assertTrue(page.xpath(f"//a[@href='/my/faq{path}']"))
        response = self._get(path)
        self.assertEqual(response.content, b"read me")
        disposition = response.headers["Content-Disposition"]
        self.assertTrue(disposition.startswith("attachment"))
        self.right.show_comments = False
        self.assertEqual(self._get(path).status_code, 404)

    def test_what_cannot_be_taken_is_kept_and_told(self):
        self.assertEqual(self._comment(" ").status_code, 422)
        response = self._comment("x" * 20001)
        self.assertEqual(response.status_code, 422)
        page = html.fromstring(response.text)
        [text] = page.xpath("//textarea[@name='body']")
        self.assertEqual(text.text, "x" * 20001)
        self.assertIn("too long", page.xpath("//*[@role='alert']")[0].text_content())

    def test_a_second_click_posts_nothing(self):
        self._comment()
        self._comment()
        self.assertEqual(len(self._section()), 1)

    def test_customers_send_no_files_with_comments(self):
        self.assertFalse(self._page(f"/{self.faq.id}").xpath("//input[@type='file']"))
        response = self.url_open(
            f"/my/faq/{self.faq.id}/comment",
            {"csrf_token": self._csrf_token(), "body": "Look"},
            files=[("files", ("a.txt", b"x"))],
        )
        self.assertEqual(response.status_code, 404)
        self.assertEqual(self._section(), [])

    def test_scripts_in_a_comment_stay_text(self):
        self._comment("<script>alert(1)</script>")
        self.assertNotIn("<script>alert(1)", self._get(f"/{self.faq.id}").text)
        self.assertIn("<script>alert(1)</script>", self._section()[0])

    def test_the_profile_switches_comments(self):
        self._answer("Below the picture.")
        self.right.can_comment = False
        self.assertEqual(len(self._section()), 1)
        page = self._page(f"/{self.faq.id}")
        self.assertFalse(page.xpath("//textarea"))
        self.assertEqual(self._comment().status_code, 404)
        self.right.write({"show_comments": False, "can_comment": True})
        self.assertEqual(self._section(), [])
        self.assertNotIn("Comments", self._get(f"/{self.faq.id}").text)
        self.assertEqual(self._comment().status_code, 404)

    @takes_long
    def test_many_comments_have_pages(self):
        for number in range(21):
            self._answer(f"Answer {number}")
        self.assertEqual(len(self._section()), 20)
        page = self._page(f"/{self.faq.id}?comments=2")
        self.assertIn("Answer 0", page.text_content())
        self._page(f"/{self.faq.id}?comments=99999")

    # === BETWEEN CUSTOMERS === #

    def test_customers_of_other_organizations_have_no_name(self):
        self._comment()
        [comment] = self._section(self.other_user)
        self.assertIn("Another customer", comment)
        self.assertNotIn(self.emma.name, comment)
        organization = self.env["res.partner"].create({"name": "A", "is_company": True})
        (self.emma + self.other).parent_id = organization
        [comment] = self._section(self.other_user)
        self.assertIn(self.emma.name, comment)

    @takes_long
    def test_nobody_is_told_of_what_other_customers_say(self):
        self._comment(user=self.other_user)
        self._comment("Another question")
        self.assertNotIn(self.other, self._told())

    @takes_long
    def test_who_commented_is_told_of_the_answer_while_they_see_the_faq(self):
        self._comment()
        self._answer("Below the picture.")
        self.assertEqual(self._told(), self.emma)
        mail = self._mails_to(self.emma)[0]
        self.assertIn(f"/my/faq/{self.faq.id}", mail.body_html)
        for values in (
            {"is_published": False},
            {"is_published": True, "profile_ids": self.other_profile.ids},
            {"profile_ids": False, "valid_until": self.yesterday},
        ):
            self.faq.write(values)
            self._answer("And now?")
            self.assertFalse(self._told())
        self.faq.valid_until = False
        self.right.show_comments = False
        self._answer("Hidden")
        self.assertFalse(self._told())

    # === AGENTS === #

    def test_the_author_of_the_faq_is_told(self):
        self.faq.message_subscribe(self.manager.partner_id.ids)
        self.env.company.portal_assignee_id = self.agent
        self._comment()
        self.assertEqual(self._told(), self.manager.partner_id)

    def test_else_the_default_assignee_is_told(self):
        self.env.company.portal_assignee_id = self.agent
        self._comment()
        self.assertEqual(self._told(), self.agent.partner_id)
        self._comment("And another one")
        self.assertEqual(self._told(), self.agent.partner_id)

    def test_else_all_agents_are_told(self):
        self.env.company.portal_assignee_id = False
        self.assertEqual(self._comment().status_code, 303)
        agents = (self.agent | self.manager).partner_id
        self.assertLessEqual(agents, self._told())
        self.assertEqual(len(self._section()), 1)

    def test_support_answers_whoever_follows_without_a_user(self):
        mail_only = self.env["res.partner"].create(
            {"name": "Noah", "email": "noah@example.com"}
        )
        revoked = self._make_portal_contact("gone@example.com")
        revoked.portal_user = False
        second = self._make_second_user(self.emma, "emma.two@example.com")
        self.faq.message_subscribe((mail_only + revoked + self.emma).ids)
        self._answer("Below the picture.")
        self.assertEqual(self._told(), self.emma)
        (self.user + second).action_archive()
        self._answer("And above it.")
        self.assertFalse(self._told())

    def test_the_gate_answers_nothing_where_there_is_no_user(self):
        nobody = self.env["res.users"]
        gate = self.gate
        pages = self.env["customer.portal.record"]
        self.assertEqual(pages.with_user(nobody).modules(), [])
        self.assertFalse(gate.with_user(nobody).may("faqs"))
        self.assertIsNone(gate.with_user(nobody).get_page_url("project.task", 1))
        self.assertIsNone(self.faqs.with_user(nobody)._get_portal_row(self.faq.id))

    def test_who_writes_a_faq_follows_it(self):
        faqs = (
            self.env["customer.portal.faq"]
            .with_user(self.agent)
            .with_context(mail_create_nosubscribe=False)
        )
        faq = faqs.create({"question": "?"})
        self.assertEqual(faq.message_partner_ids, self.agent.partner_id)

    def test_a_comment_changes_nothing_of_the_faq(self):
        before = self.faq.write_date
        self._comment()
        self.env.invalidate_all()
        self.assertEqual(self.faq.write_date, before)
        self.assertFalse(self.env["customer.portal.origin"]._find(self.faq))
