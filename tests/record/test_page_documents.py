import json

from lxml import html
from markupsafe import Markup

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...const import PARAM_UPLOAD_MAX_MB, PARAM_UPLOAD_TYPES
from ..common import PASSWORD, takes_long
from ..section_common import PDF, PNG, CustomerPortalSectionCommon

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
MEGABYTE = b"x" * 2**20


@tagged("post_install", "-at_install")
class TestPageDocuments(CustomerPortalSectionCommon):
    def setUp(self):
        super().setUp()
        self.authenticate("emma@example.com", PASSWORD)

    def _names(self, record=None, user=None):
        files = (
            self.env["customer.portal.file"]
            .with_user(user or self.user)
            .find_files("wishes", (record or self.task).id)
        )
        return files and [file["name"] for file in files]

    def _status(self, attachment, url=None):
        path = f"{url or self.url}/file/{attachment.id}"
        return self.url_open(path, allow_redirects=False).status_code

    def _add(self, *files, res_id=None, user=None):
        return (
            self.env["customer.portal.file"]
            .with_user(user or self.user)
            .add_files("wishes", res_id or self.task.id, list(files))
        )

    def _refuse(self, name, raw=b"content", words=""):
        with self.assertRaisesRegex(UserError, words):
            self._add(self._file(name, raw))

    # === WHAT IS SHOWN === #

    def test_files_of_the_record_are_listed_newest_first(self):
        self._attach(self.task, "old.txt")
        self.env["customer.portal.file"].with_user(self.user).add_files(
            "wishes", self.task.id, [self._file("new.txt", b"x" * 2048)]
        )
        section = self._page().get_element_by_id("o_cp_documents")
        [new, old] = self._texts(section.xpath(".//ul/li"))
        self.assertIn("new.txt 2.00 Kb emma You", new)
        self.assertTrue(old.startswith("old.txt"))

    def test_an_agent_is_marked(self):
        self._attach(self.task, "a.txt", user=self.support)
        section = self._page().get_element_by_id("o_cp_documents")
        self.assertIn("Helper Support", self._texts([section])[0])

    def test_files_of_messages_are_no_documents(self):
        for values in (
            {},
            {"subtype_xmlid": "mail.mt_note"},
            {"is_internal": True},
            {"message_type": "notification"},
        ):
            self._message("With a file", attachments=[("a.txt", b"x")], **values)
        self.assertEqual(self._names(), [])

    def test_pictures_in_a_text_are_no_documents(self):
        hidden, noted, shown = (self._attach(self.task, "a.png", PNG) for _i in "123")
        self.task.description = f'<p><img src="/web/image/{hidden.id}?x=1"></p>'
        image = Markup('<img src="/web/image/%s-abc/a.png">') % noted.id
        self._message(image, subtype_xmlid="mail.mt_note")
        for attachment, status in ((hidden, 404), (noted, 404), (shown, 200)):
            self.assertEqual(self._status(attachment), status)
        self.assertEqual(len(self._names()), 1)

    def test_values_of_fields_and_links_are_no_documents(self):
        self._attach(self.task, res_field="displayed_image_id")
        self._attach(self.task, raw=None, type="url", url="https://example.com")
        self.assertEqual(self._names(), [])

    def test_without_the_right_there_are_no_documents(self):
        attachment = self._attach(self.task)
        self.assertEqual(self._status(attachment), 200)
        self.permission.show_documents = False
        self.assertIsNone(self._names())
        self.assertNotIn("o_cp_documents", self.url_open(self.url).text)
        self.assertEqual(self._status(attachment), 404)
        response = self._post("upload", files=[("a.txt", b"x")])
        self.assertEqual(response.status_code, 404)

    # === DOWNLOADS === #

    def test_a_download_is_no_page(self):
        for name, raw in (
            ("a.pdf", PDF),
            ("a.svg", SVG),
            ("a.html", b"<script>alert(1)</script>"),
            ("a.xml", b"<a/>"),
            ("a.js", b"alert(1)"),
        ):
            with self.subTest(name):
                attachment = self._attach(self.task, name, raw)
                response = self.url_open(f"{self.url}/file/{attachment.id}")
                headers = response.headers
                self.assertEqual(response.content, raw)
                self.assertTrue(headers["Content-Disposition"].startswith("attachment"))
                self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
                self.assertEqual(
                    headers["Content-Security-Policy"], "default-src 'none'"
                )
                self.assertNotIn("public", headers["Cache-Control"])

    def test_a_download_has_the_name_of_the_file(self):
        attachment = self._attach(self.task, 'Größe "1"; x.txt')
        headers = self.url_open(f"{self.url}/file/{attachment.id}").headers
        self.assertIn("Gr%C3%B6%C3%9Fe", headers["Content-Disposition"])

    def test_files_of_visible_comments_are_downloaded(self):
        message = self._message("See", attachments=[("a.txt", b"x")])
        self.assertEqual(self._status(message.attachment_ids), 200)
        self.permission.show_comments = False
        self.assertEqual(self._status(message.attachment_ids), 404)

    def test_files_of_internal_notes_are_not(self):
        note = self._message(
            "For us", attachments=[("a.txt", b"x")], subtype_xmlid="mail.mt_note"
        )
        flagged = self._message("Us", attachments=[("a.txt", b"x")], is_internal=True)
        for message in note + flagged:
            self.assertEqual(self._status(message.attachment_ids), 404)

    def test_files_of_other_records_are_not(self):
        mine, other = self._attach(self.task), self._attach(self.other_task)
        partner_file = self._attach(self.emma)
        loose = self.env["ir.attachment"].create({"name": "a.txt", "raw": b"x"})
        self.assertEqual(self._status(mine), 200)
        for attachment in other + partner_file + loose:
            self.assertEqual(self._status(attachment), 404)
            self.assertEqual(self._status(attachment, self.other_url), 404)
        self.assertEqual(self._status(mine, self.other_url), 404)

    def test_files_of_a_hidden_module_are_not(self):
        attachment = self._attach(self.task)
        self.permission.visible = False
        self.assertEqual(self._status(attachment), 404)
        self.assertEqual(self._status(attachment, f"/my/p/orders/{self.task.id}"), 404)

    def test_files_that_do_not_exist_are_not(self):
        for number in (0, 2**31 - 1, 2**70):
            response = self.url_open(f"{self.url}/file/{number}")
            self.assertEqual(response.status_code, 404)

    def test_visitors_log_in_first(self):
        attachment = self._attach(self.task)
        self.authenticate(None, None)
        self.assertEqual(self._status(attachment), 303)

    # === UPLOADS === #

    def test_several_files_are_uploaded(self):
        response = self._post("upload", files=[("a.pdf", PDF), ("b.png", PNG)])
        self.assertTrue(response.url.endswith(f"{self.url}#o_cp_documents"))
        self.assertEqual(self._names(), ["b.png", "a.pdf"])
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "project.task"), ("res_id", "=", self.task.id)]
        )
        self.assertEqual(files.create_uid, self.user)
        self.assertEqual(set(files.mapped("raw")), {PDF, PNG})
        self.assertFalse(any(files.mapped("public")))

    def test_scripts_are_answered_in_json(self):
        headers = {"Accept": "application/json"}
        response = self._post("upload", files=[("a.pdf", PDF)], headers=headers)
        self.assertEqual(json.loads(response.text), {})
        response = self._post("upload", files=[("a.exe", b"MZ")], headers=headers)
        self.assertEqual(response.status_code, 422)
        self.assertIn("a.exe", json.loads(response.text)["error"])

    def test_all_files_or_none(self):
        response = self._post("upload", files=[("a.pdf", PDF), ("b.exe", b"MZ")])
        self.assertEqual(response.status_code, 422)
        [alert] = self._alerts(html.fromstring(response.text))
        self.assertIn("b.exe", alert)
        self.assertEqual(self._names(), [])

    def test_nothing_chosen_is_told(self):
        response = self._post("upload")
        self.assertEqual(response.status_code, 422)
        self.assertIn("Please choose a file.", response.text)

    def test_empty_files_are_refused(self):
        self._refuse("nothing.txt", b"", "“nothing.txt” is empty")

    def test_too_large_files_are_refused(self):
        self._set_param(PARAM_UPLOAD_MAX_MB, 1)
        self._add(self._file("fits.txt", MEGABYTE))
        self._refuse("large.txt", MEGABYTE + b"x", "“large.txt” is too large.* 1 MB")

    def test_no_limit_of_size(self):
        self._set_param(PARAM_UPLOAD_MAX_MB, 0)
        self._add(self._file("large.txt", MEGABYTE * 2))

    def test_a_request_that_is_too_large_is_told(self):
        self._set_param("web.max_file_upload_size", 1000)
        files = [("a.txt", b"x" * 2000)]
        for path in ("upload", "comment"):
            response = self._post(path, files=files)
            self.assertEqual(response.status_code, 200)
            [alert] = self._alerts(html.fromstring(response.text))
            self.assertIn("too large", alert)
        response = self._post(
            "upload", files=files, headers={"Accept": "application/json"}
        )
        self.assertEqual(response.status_code, 413)
        self.assertIn("too large", json.loads(response.text)["error"])
        self.assertEqual(self._names(), [])

    def test_programs_and_pages_are_refused(self):
        for name in (
            "a.exe",
            "a.EXE",
            "a.pdf.exe",
            "a.exe.",
            "a.exe ",
            "a.html",
            "a.svg",
            "a.js",
            "C:\\temp\\a.bat",
        ):
            with self.subTest(name):
                self._refuse(name, b"content", "is not allowed")

    def test_only_types_of_the_settings_are_taken(self):
        self._set_param(PARAM_UPLOAD_TYPES, " .PDF, png;TXT ")
        self._add(self._file("a.pdf", PDF), self._file("b.Png", PNG))
        for name in ("a.docx", "a.exe", "a", "pdf", "a.pdf.exe"):
            with self.subTest(name):
                self._refuse(name, b"content", "Accepted file types: pdf, png, txt")
        form = self._find(self._page(), "o_cp_upload")[0]
        [field] = form.xpath(".//input[@type='file']")
        self.assertEqual(field.get("accept"), ".pdf,.png,.txt")

    def test_a_name_does_not_lie_about_the_content(self):
        for name, raw in (
            ("a.pdf", b"MZ\x90\x00"),
            ("a.pdf", b"<script>alert(1)</script>"),
            ("a.png", SVG),
            ("a.jpg", b"<html></html>"),
            ("a.pdf", PNG),
            ("a.jpg", PDF),
            ("a.exe.png", b"MZ\x90\x00"),
        ):
            with self.subTest(name):
                self._refuse(name, raw, "match its file type")

    def test_a_picture_with_a_wrong_ending_gets_the_right_one(self):
        for name in ("photo.jpg", "photo.GIF", "a.b.jpeg"):
            with self.subTest(name):
                [res_id] = self._add(self._file(name, PNG))
                attachment = self.env["ir.attachment"].browse(res_id)
                self.assertEqual(attachment.name, f"{name.rpartition('.')[0]}.png")
                self.assertEqual(attachment.mimetype, "image/png")
                self.assertIn(
                    f"“{name}” was saved as",
                    self.env["customer.portal.file"].upload_hint(),
                )

    def test_a_picture_that_is_of_no_accepted_type_is_refused(self):
        self._set_param(PARAM_UPLOAD_TYPES, "jpg")
        self._refuse("photo.jpg", PNG, "Accepted file types: jpg")

    def test_the_page_says_once_that_a_file_got_another_name(self):
        self.url_open(
            f"{self.url}/upload",
            {"csrf_token": self._csrf_token()},
            files={"files": ("photo.jpg", PNG)},
            allow_redirects=False,
        )
        hint = self._page().xpath("//*[contains(@class, 'o_cp_hint')]")[0]
        self.assertIn("“photo.jpg” was saved as “photo.png”", hint.text_content())
        self.assertIn("photo.png", self._names())
        self.assertFalse(self._page().xpath("//*[contains(@class, 'o_cp_hint')]"))

    def test_names_are_made_safe(self):
        for name, expected in (
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\me\\a.txt", "a.txt"),
            ("a\x00\x1b\r\nb.txt", "a b.txt"),
            ("Größe 日本.txt", "Größe 日本.txt"),
            ("a\u202etxt.b", "atxt.b"),
            ("<img src=x>.txt", "_img src=x_.txt"),
            ("..", "file"),
            ("x" * 300 + ".txt", "x" * 196 + ".txt"),
        ):
            with self.subTest(name):
                [res_id] = self._add(self._file(name))
                attachment = self.env["ir.attachment"].browse(res_id)
                self.assertEqual(attachment.name, expected)

    def test_a_name_runs_no_script(self):
        self._attach(self.task, "<img src=x onerror=alert(1)>.txt")
        self._message("See", attachments=[("<script>alert(2)</script>.txt", b"x")])
        text = self.url_open(self.url).text
        self.assertNotIn("<img src=x", text)
        self.assertNotIn("<script>alert", text)

    def test_nobody_uploads_to_other_records(self):
        for path in (
            f"{self.other_url}/upload",
            f"/my/p/wishes/{2**31 - 1}/upload",
            f"/my/p/unknown/{self.task.id}/upload",
        ):
            with self.subTest(path):
                response = self._post(path, files=[("a.pdf", PDF)])
                self.assertEqual(response.status_code, 404)
        for user in (self.user, self.support, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self._add(self._file("a.txt"), res_id=self.other_task.id, user=user)
        self.assertFalse(
            self.env["ir.attachment"].search_count(
                [
                    ("res_model", "=", "project.task"),
                    ("res_id", "=", self.other_task.id),
                ]
            )
        )

    def test_who_only_reads_documents_has_no_form(self):
        self.permission.can_upload = False
        self._attach(self.task, "a.txt")
        page = self._page()
        self.assertFalse(self._find(page, "o_cp_upload"))
        self.assertTrue(self._find(page, "o_cp_file"))
        response = self._post("upload", files=[("a.pdf", PDF)])
        self.assertEqual(response.status_code, 404)

    def test_what_is_closed_takes_no_file(self):
        self._close()
        self.assertFalse(self._find(self._page(), "o_cp_upload"))
        response = self._post("upload", files=[("a.pdf", PDF)])
        self.assertEqual(response.status_code, 422)
        self.assertEqual(self._names(), [])

    @mute_logger("odoo.http")
    def test_a_form_of_another_site_uploads_nothing(self):
        response = self._post("upload", files=[("a.pdf", PDF)], token=False)
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self._names(), [])

    @takes_long
    def test_dropped_files_are_uploaded_by_a_script(self):
        self._set_param(PARAM_UPLOAD_MAX_MB, 25)
        self.start_tour(self.url, "customer_portal_upload_files", login=self.user.login)
        self.assertEqual(sorted(self._names()), ["dropped.txt"])

    # === SETTINGS === #

    def test_limits_are_settings(self):
        settings = self.env["res.config.settings"]
        self.assertEqual(settings.create({}).portal_upload_max_mb, 25)
        settings.create(
            {"portal_upload_max_mb": 3, "portal_upload_types": "pdf"}
        ).execute()
        limits = self.env["customer.portal.file"].get_upload_limits()
        self.assertEqual(limits, (3, ("pdf",)))

    def test_nonsense_in_the_settings_breaks_nothing(self):
        self._set_param(PARAM_UPLOAD_MAX_MB, "soon")
        self._set_param(PARAM_UPLOAD_TYPES, " , ;*. ")
        self.assertEqual(self.env["customer.portal.file"].get_upload_limits(), (0, ()))
