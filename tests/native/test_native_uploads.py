import base64
import time
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...const import PARAM_SHARE_BY_LINK, PARAM_UPLOAD_MAX_MB, PARAM_UPLOAD_TYPES
from ..common import PASSWORD, takes_long
from ..section_common import PNG, CustomerPortalSectionCommon

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
UPLOAD = "/mail/attachment/upload"
ADD_IMAGE = "/project_sharing/attachment/add_image"


@tagged("post_install", "-at_install")
class TestNativeUploads(CustomerPortalSectionCommon):
    """Odoo's own ways for files take what the settings say, and nothing else."""

    def setUp(self):
        super().setUp()
        self.authenticate(self.user.login, PASSWORD)
        # Whether anything may be uploaded at all, other tests ask.
        permit = patch.object(type(self.gate), "may_on_id", return_value=True)
        self.startPatcher(permit)

    def _send(self, name, raw, record=None, **data):
        """Send a file as a chatter does; return its name, or why it is refused."""
        record = record or self.task
        data.setdefault("token", record._portal_ensure_token())
        data |= {"thread_id": record.id, "thread_model": record._name}
        data["csrf_token"] = self._csrf_token()
        answer = self.url_open(UPLOAD, data, files={"ufile": (name, raw)})
        self.assertEqual(answer.status_code, 200)
        answer = answer.json()
        if "error" in answer:
            return answer["error"]
        file = self.env["ir.attachment"].browse(answer["data"]["attachment_id"])
        self.assertEqual(file.raw, raw)
        return file.name

    def test_a_chatter_takes_the_types_of_the_settings(self):
        self.assertIn("is not allowed", self._send("page.html", b"<p>x</p>"))
        self.assertIn("is not allowed", self._send("RUN.EXE ", b"MZ"))
        self.assertEqual(self._send("a.txt", b"text"), "a.txt")
        self._set_param(PARAM_UPLOAD_TYPES, "png")
        self.assertIn("Accepted file types: png", self._send("a.txt", b"text"))
        self.assertIn("Accepted file types: png", self._send("", b"text"))
        self.assertEqual(self._send("a.png", PNG), "a.png")

    def test_a_chatter_takes_the_size_of_the_settings(self):
        self._set_param(PARAM_UPLOAD_MAX_MB, "1")
        self.assertEqual(self._send("a.txt", b"x" * 2**20), "a.txt")
        refusal = self._send("a.txt", b"x" * (2**20 + 1))
        self.assertIn("Files can be up to 1 MB", refusal)
        self.assertIn("is empty", self._send("a.txt", b""))

    def test_a_name_says_what_the_file_is(self):
        self.assertIn("match its file type", self._send("a.pdf", SVG))
        self.assertEqual(self._send("dir/a.jpg", PNG), "a.png")

    @takes_long
    def test_visitors_of_cases_send_what_customers_can(self):
        self.authenticate(None, None)
        self._set_param(PARAM_SHARE_BY_LINK, "reply")
        project = self.env.ref("customer_portal.project_cases")
        case = self.task.copy({"project_id": project.id, "partner_id": self.emma.id})
        self.assertIn("is not allowed", self._send("page.html", b"x", case))
        self.assertEqual(self._send("a.txt", b"text", case), "a.txt")

    @takes_long
    def test_employees_send_what_odoo_lets_them(self):
        self.authenticate("admin", "admin")
        self.assertEqual(self._send("page.html", b"<p>x</p>"), "page.html")

    @mute_logger("odoo.http")
    def test_a_picture_of_a_shared_task_is_one_and_within_the_limits(self):
        sent = {"res_id": self.task.id}
        for name, raw, words in (
            ("a.png", SVG, "match its file type"),
            ("a.png", b"", "is empty"),
            ("a.svg", SVG, "is not allowed"),
            ("a.png", PNG + b"x" * 2**20, "Files can be up to 1 MB"),
        ):
            self._set_param(PARAM_UPLOAD_MAX_MB, "1")
            data = {**sent, "name": name, "data": base64.b64encode(raw)}
            answer = self._post(ADD_IMAGE, data)
            with self.subTest(name, words=words):
                self.assertEqual(answer.status_code, 422)
                self.assertIn(words, answer.text)
        answer = self._post(ADD_IMAGE, {**sent, "name": "a.png", "data": "é"})
        self.assertEqual(answer.status_code, 422)

    def test_files_that_come_with_a_message_by_rpc_are_checked(self):
        def post(*attachments):
            with patch.object(type(messages), "_check_portal_upload"):
                self.task.with_user(self.user)._process_attachments_for_post(
                    list(attachments), [], values
                )

        messages = self.env["mail.message"]
        values = {"model": "project.task", "res_id": self.task.id}
        with self.assertRaisesRegex(UserError, "is not allowed"):
            post(("a.txt", "text"), ("a.html", "<p>x</p>"))
        with self.assertRaisesRegex(UserError, "match its file type"):
            post(("a.pdf", SVG))

    def test_pictures_in_a_text_are_checked(self):
        self._set_param(PARAM_UPLOAD_MAX_MB, "1")
        messages = self.env["mail.message"].with_user(self.user).sudo()
        for kind, raw, end, words in (
            ("png", SVG, "", "match its file type"),
            ("png", PNG, ' data-filename="run.exe"', "is not allowed"),
            ("png", PNG + b"x" * 2**20, "", "Files can be up to 1 MB"),
        ):
            data = base64.b64encode(raw).decode()
            body = f'<img src="data:image/{kind};base64,{data}"{end}/>'
            values = {"model": "project.task", "res_id": self.task.id, "body": body}
            values["message_type"] = "comment"
            with (
                patch.object(type(messages), "_check_portal_upload"),
                self.subTest(words),
                self.assertRaisesRegex(UserError, words),
            ):
                messages.create(values)

    @takes_long
    def test_a_picture_of_many_lines_takes_no_longer_than_one(self):
        messages = self.env["mail.message"].with_user(self.user).sudo()
        body = f"<p>data:image/png;base64,{chr(10) * 200_000}x</p>"
        start = time.thread_time()  # Of this thread alone, on a busy machine, too.
        message = messages.create({"body": body, "message_type": "comment"})
        message.write({"body": body})
        self.assertLess(time.thread_time() - start, 5)

    @takes_long
    def test_a_picture_that_stays_in_the_text_counts_for_its_length(self):
        messages = self.env["mail.message"].with_user(self.user).sudo()
        body = f'<img src="data:image/svg+xml;base64,{"A" * 2**20}"/>'
        with self.assertRaisesRegex(ValidationError, "too long"):
            messages.create({"body": body, "message_type": "comment"})
