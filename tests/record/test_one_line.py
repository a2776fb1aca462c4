import io

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage

from odoo.exceptions import AccessDenied, ValidationError
from odoo.tests import tagged

from ... import utils
from ..common import PASSWORD, takes_long
from ..examples import draws
from .test_page_list import PageCommon

BROKEN = "Emma\r\nBcc: x@example.com\u2028 \u202eBrown\x00"
WHOLE = "Emma Bcc: x@example.com Brown"
UNSEEN = ("\xa0", "\u200b", "\ufeff", "\xad", "\u2060", "\u202e", "\x00", "\u3164")


@tagged("post_install", "-at_install", "drawn")
class TestOneLine(PageCommon):
    """Names, titles and file names are one line, and addresses what is seen of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = ("can_create", "can_edit", "show_documents", "can_upload")
        cls.right.write(dict.fromkeys(names, True))
        line = cls.module.field_ids.filtered(lambda line: line.name == "name")
        line.write({"in_create": True, "in_edit": True})
        cls.right.field_ids.filtered(lambda row: row.field_id == line).access = "write"
        [cls.task] = cls._make_tasks("A task")

    # === THE FUNCTIONS === #

    @takes_long
    @draws(300, short=100)
    @given(st.text(max_size=60))
    def test_any_text_becomes_one_line_and_stays_it(self, text):
        line = utils.clean_line(text)
        self.assertLessEqual(len(line.splitlines()), 1)
        self.assertEqual(utils.clean_line(line), line)
        self.assertFalse(utils.CONTROLS.search(line))
        if text.isprintable():
            self.assertEqual(line, text)
        address = utils.clean_email(text)
        self.assertEqual(utils.clean_email(address), address)
        self.assertFalse(utils.INVISIBLE.search(address))

    def test_ordinary_names_stay_as_they_are(self):
        for name in (
            "  two  spaces ",
            "Zoë O'Néill",
            "日本 株式会社",
            "می‌خواهم",
            "👩‍👧",
            "",
        ):
            self.assertEqual(utils.clean_line(name), name)
        for other in (None, False, 7, b"a\nb", ["a\n"]):
            self.assertEqual(utils.clean_line(other), other)
            self.assertEqual(utils.clean_email(other), other)

    def test_addresses_that_look_the_same_are_the_same(self):
        for unseen in UNSEEN:
            for text in (f"a{unseen}@b.c", f"{unseen}a@b.c", f"a@b.c{unseen} "):
                with self.subTest(ascii(text)):
                    self.assertEqual(utils.clean_email(text), "a@b.c")
        self.assertEqual(utils.clean_email("a＠ｂ.c"), "a@b.c")
        self.assertEqual(utils.clean_email("Foo\xa0Bar <a@b.c>"), "Foo Bar <a@b.c>")
        self.assertEqual(utils.clean_email("a@b.c\nd@e.f\n"), "a@b.c, d@e.f")

    # === CONTACTS === #

    def test_a_contact_has_one_line_whatever_way_it_comes(self):
        partners = self.env["res.partner"]
        created = partners.create({"name": BROKEN, "company_name": "A\nB"})
        self.assertEqual(created.name, WHOLE)
        self.assertEqual(created.company_name, "A B")
        created.name = f"{BROKEN} again"
        self.assertEqual(created.name, f"{WHOLE} again")
        partners.load(["id", "name"], [["__import__.one_line", BROKEN]])
        imported = self.env.ref("__import__.one_line")
        self.assertEqual(imported.name, WHOLE)
        user = self.env["res.users"].create({"login": "one_line", "name": BROKEN})
        self.assertEqual(user.partner_id.name, WHOLE)
        self.assertEqual(imported.complete_name, WHOLE)

    def test_customers_cannot_break_their_names(self):
        contacts = self.profile.permission_ids.filtered(
            lambda row: row.module_id.code == "contacts"
        )
        contacts.write({"visible": True, "can_edit": True})
        account = self.env["customer.portal.account"]
        form_data = {"name": BROKEN}
        values, _errors = account.with_user(self.user)._parse("contacts", form_data)
        account.with_user(self.user)._save("contacts", values)
        self.assertNotIn("\n", self.emma.name)
        self.user.with_user(self.user).write({"name": BROKEN})
        self.assertEqual(self.emma.name, WHOLE)

    def test_a_mail_that_names_the_contact_is_sent(self):
        self.emma.name = BROKEN
        self.task.message_subscribe(self.stranger.ids)
        self.stranger.email = "stranger@example.com"
        with self._mail_server():
            message = (
                self.task.with_user(self.agent)
                .sudo()
                .message_post(
                    body="x",
                    author_id=self.emma.id,
                    partner_ids=self.stranger.ids,
                    subject=f"About {self.emma.name}",
                )
            )
            mails = message.mail_ids.sudo()
            mails.send()
        self.assertNotIn("exception", mails.mapped("state"))

    def test_titles_are_one_line(self):
        self.task.name = BROKEN
        self.assertEqual(self.task.name, WHOLE)
        res_id = (
            self.env["customer.portal.form"]
            .with_user(self.user)
            .create_record("wishes", {"name": "A\nb"})
        )
        self.assertEqual(self.task.browse(res_id).name, "A b")
        faq = self.env["customer.portal.faq"].create({"question": "How\nso?"})
        self.assertEqual(faq.question, "How so?")

    # === ADDRESSES AND LOGINS === #

    def test_a_login_is_what_is_seen_of_it(self):
        users = self.env["res.users"]
        user = users.create({"login": "\ufeffx\u200by@example.com", "name": "X"})
        self.assertEqual(user.login, "xy@example.com")
        user.login = "z\xa0@example.com "
        self.assertEqual(user.login, "z@example.com")
        self.emma.email = "em\u200bma@example.com"
        self.assertEqual(self.emma.email, "emma@example.com")
        self.assertEqual(self.user.login, "emma@example.com")

    def test_customers_log_in_with_what_they_have_pasted(self):
        for login in (
            "\u200bemma@example.com",
            "emma@example.com\xa0",
            " emma@example.com",
        ):
            with self.subTest(ascii(login)):
                response = self._log_in(login)
                self.assertIn("/my", response.url)
        credential = {"login": "em\xadma@example.com", "password": "wrong"}
        with self.assertRaises(AccessDenied):
            self.env["res.users"].authenticate(
                {**credential, "type": "password"}, {"interactive": False}
            )

    def test_a_forgotten_password_is_found_by_it(self):
        self.env["res.users"].reset_password("emma\u200b@example.com")
        self.assertTrue(self._mails_to(self.emma))

    def test_two_users_do_not_differ_by_what_nobody_sees(self):
        from psycopg2.errors import UniqueViolation

        from odoo.tools import mute_logger

        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.env["res.users"].create(
                {"login": "emma@example.com\u2060", "name": "E"}
            )

    def test_customers_write_no_list_of_addresses(self):
        with self.assertRaises(ValidationError):
            self.emma.with_user(self.user).sudo().email = "a@b.c\nBcc: d@e.f"

    # === FILES === #

    def test_a_file_has_one_line_for_a_name(self):
        files = self.env["ir.attachment"].create(
            {"name": "a\r\nb\u202e.txt", "raw": b"x"}
        )
        self.assertEqual(files.name, "a b.txt")
        files.name = "c\nd.txt"
        self.assertEqual(files.name, "c d.txt")
        sent = self.env["ir.attachment"].with_user(self.user).sudo()
        name = sent.create({"name": "x" * 400 + ".txt", "raw": b"x"}).name
        self.assertEqual(len(name), 200)
        self.assertTrue(name.endswith("x.txt"))

    def test_uploads_are_cleaned(self):
        file = FileStorage(io.BytesIO(b"x"), filename="a\r\nb.txt")
        [res_id] = (
            self.env["customer.portal.file"]
            .with_user(self.user)
            .add_files("wishes", self.task.id, [file])
        )
        self.assertEqual(self.env["ir.attachment"].browse(res_id).name, "a b.txt")

    def test_old_names_with_a_line_break_are_downloaded(self):
        file = self.env["ir.attachment"].create(
            {
                "name": "a.txt",
                "raw": b"text",
                "res_model": "project.task",
                "res_id": self.task.id,
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_attachment SET name = E'a\\r\\nX-Evil: 1.txt' WHERE id = %s",
            file.ids,
        )
        self.env.invalidate_all()
        documents = self.profile.permission_ids.filtered(
            lambda row: row.module_id.code == "documents"
        )
        documents.visible = True
        self.authenticate(self.user.login, PASSWORD)
        for path in (
            f"/my/p/wishes/{self.task.id}/file/{file.id}",
            f"/my/documents/{file.id}/download",
            f"/my/documents/{file.id}",
        ):
            with self.subTest(path):
                response = self.url_open(path)
                self.assertEqual(response.status_code, 200)
                self.assertNotIn("X-Evil", response.headers)
        self.authenticate("admin", "admin")
        response = self.url_open(f"/web/content/{file.id}?download=1")
        self.assertEqual(response.status_code, 200)
