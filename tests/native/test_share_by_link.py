import json

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...const import PARAM_SHARE_BY_LINK, TICKETS
from ..common import PASSWORD, takes_long
from ..native_common import NativeCommon

TOGGLES = ("show_comments", "can_comment", "show_documents", "can_upload")
# Modules whose record has a chatter.
THREADS = ("quotes", "orders", "invoices", "purchases", "tasks", "tickets")
QUIET = ("odoo.http", "odoo.addons.base.models.ir_rule")


@tagged("post_install", "-at_install")
class TestShareByLink(NativeCommon):
    """What the link of a record, with its token, gives to whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.project = cls.env.ref("customer_portal.project_cases")
        cls.cases = {
            name: cls.env["project.task"].create(
                {
                    "name": f"cases-of-{name}",
                    "project_id": cls.project.id,
                    "partner_id": cls.partners[name].id,
                }
            )
            for name in ("emma", "stranger")
        }
        cls.case = cls.cases["emma"]
        cls.case_row = cls._permission("cases")
        cls.case_row.write({"visible": True, "records_visibility": "own"})
        for case in cls.cases.values():
            cls._note(case)
        cls.shared = [cls.case]
        if TICKETS in cls.env:
            cls.shared.append(cls.records["tickets"]["emma"])
            cls._note(cls.shared[-1])
        cls.env.flush_all()

    @classmethod
    def _permission(cls, code):
        module = cls.env["customer.portal.module"].search([("code", "=", code)])
        rows = cls.profile.permission_ids
        found = rows.filtered(lambda row: row.module_id == module)
        return found or rows.create(
            {"profile_id": cls.profile.id, "module_id": module.id}
        )

    @classmethod
    def _note(cls, record):
        return record.with_context(mail_notify_force_send=False).message_post(
            body="Hello from support",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    # === WAYS IN === #

    def _call(self, url, **params):
        return self.url_open(url, json={"params": params}).json()

    def _secrets(self, record):
        """Return the two ways in which a link proves itself."""
        partner = self.partners["emma"]
        return (
            {"token": record._portal_ensure_token()},
            {"hash": record._sign_token(partner.id), "pid": partner.id},
        )

    def _opens(self, record):
        """Say whether the page of a record opens with its token."""
        page = self.url_open(record.get_portal_url(), allow_redirects=False)
        return page.status_code == 200 and record.name in page.text

    def _reads(self, record, **secret):
        thread = {"thread_model": record._name, "thread_id": record.id}
        found = [self._call("/portal/chatter_init", **thread, **secret)]
        if "token" in secret:
            found.append(self._call("/mail/chatter_fetch", **thread, **secret))
        text = json.dumps(found)
        return "Hello from support" in text or '"hasReadAccess"' in text

    def _posts(self, record, **secret):
        """Say whether a comment is posted; both ways to count agree."""
        before = record.message_ids
        answer = self._call(
            "/mail/message/post",
            thread_model=record._name,
            thread_id=record.id,
            post_data={"body": "posted", "message_type": "comment"},
            **secret,
        )
        record.invalidate_recordset()
        posted = bool(record.message_ids - before)
        self.assertEqual(posted, "result" in answer)
        return posted

    def _uploads(self, record, **secret):
        before = self.env["ir.attachment"].search([], order="id desc", limit=1)
        data = {"thread_model": record._name, "thread_id": record.id, **secret}
        data |= {"csrf_token": self._csrf_token()}
        file = ("ufile", ("up.txt", b"up", "text/plain"))
        answer = self.url_open("/mail/attachment/upload", data=data, files=[file])
        after = self.env["ir.attachment"].search([], order="id desc", limit=1)
        self.assertEqual(answer.ok, after != before)
        return answer.ok

    def _reacts(self, record, **secret):
        message = record.message_ids.filtered(lambda m: "Hello" in m.body)[:1]
        answer = self._call(
            "/mail/message/reaction",
            message_id=message.id,
            content="👍",
            action="add",
            **secret,
        )
        return "result" in answer

    def _share(self, value):
        self._set_param(PARAM_SHARE_BY_LINK, value)

    # === VISITORS === #

    @mute_logger(*QUIET)
    def test_the_link_of_a_case_gives_visitors_what_the_setting_says(self):
        self.authenticate(None, None)
        for value, reads, replies in (
            (None, False, False),
            ("nothing", False, False),
            ("read", True, False),
            ("reply", True, True),
            ("everything", False, False),
        ):
            self._share(value)
            for record in self.shared:
                with self.subTest(value, model=record._name):
                    self.assertEqual(self._opens(record), reads)
                for secret in self._secrets(record):
                    ways = {
                        self._reads: reads,
                        self._posts: replies,
                        self._uploads: replies,
                        self._reacts: replies,
                    }
                    for way, expected in ways.items():
                        with self.subTest(
                            value,
                            model=record._name,
                            way=way.__name__,
                            secret=[*secret],
                        ):
                            self.assertEqual(way(record, **secret), expected)

    @mute_logger(*QUIET)
    def test_visitors_find_no_composer_where_they_only_read(self):
        self.authenticate(None, None)
        for value, composer in (("read", "0"), ("reply", "1")):
            self._share(value)
            for record in self.shared:
                page = self.url_open(record.get_portal_url()).text
                with self.subTest(value, model=record._name):
                    self.assertIn(f'data-allow_composer="{composer}"', page)

    @mute_logger(*QUIET)
    def test_without_sharing_a_link_answers_as_if_there_was_no_such_case(self):
        self.authenticate(None, None)
        for record in self.shared:
            token = record._portal_ensure_token()
            url = record.access_url.rpartition("/")[0]
            answers = [
                self.url_open(
                    f"{url}/{number}?access_token={token}", allow_redirects=False
                )
                for number in (record.id, 2**31 - 1)
            ]
            with self.subTest(record._name):
                self.assertEqual(*[page.status_code for page in answers])
                self.assertEqual(*[page.headers["Location"] for page in answers])
            answers = [
                self._call(
                    "/mail/message/post",
                    thread_model=record._name,
                    thread_id=number,
                    token=token,
                    post_data={"body": "x", "message_type": "comment"},
                )["error"]["data"]["name"]
                for number in (record.id, 2**31 - 1)
            ]
            self.assertEqual(*answers)

    @mute_logger(*QUIET)
    def test_who_follows_the_button_of_a_mail_is_led_to_the_login_page(self):
        self.authenticate(None, None)
        link = self.case._get_share_url(redirect=True, pid=self.partners["emma"].id)
        page = self.url_open(link)
        self.assertIn("/web/login", page.url)
        self.assertNotIn(self.case.name, page.text)
        self._share("read")
        page = self.url_open(link)
        self.assertIn(f"/my/tasks/{self.case.id}", page.url)
        self.assertIn(self.case.name, page.text)

    @mute_logger(*QUIET)
    def test_no_link_opens_the_cases_of_all_customers_to_visitors(self):
        self.authenticate(None, None)
        self.project.sudo().privacy_visibility = "portal"
        for value in ("nothing", "read", "reply"):
            self._share(value)
            token = self.project._portal_ensure_token()
            for url in (
                f"/my/projects/{self.project.id}",
                f"/my/projects/{self.project.id}/task/{self.case.id}",
            ):
                page = self.url_open(f"{url}?access_token={token}")
                with self.subTest(value, url=url):
                    self.assertNotIn("cases-of-", page.text)

    @takes_long
    @mute_logger(*QUIET)
    def test_links_to_all_other_records_work_as_in_odoo(self):
        self.authenticate(None, None)
        for code in THREADS:
            if code != "tickets" and code in self.records:
                record = self.records[code]["stranger"]
                self._note(record)
                with self.subTest(code):
                    if code != "invoices":  # Its report stands in a frame.
                        self.assertTrue(self._opens(record))
                    for secret in self._secrets(record):
                        self.assertTrue(self._reads(record, **secret))
                        self.assertTrue(self._posts(record, **secret))
                        self.assertTrue(self._uploads(record, **secret))

    @takes_long
    def test_a_rating_needs_no_link_to_the_case(self):
        self.authenticate(None, None)
        template = self.env.ref("project.rating_project_request_email_template")
        self.assertTrue(template)
        token = self.case._rating_get_access_token(self.partners["emma"])
        page = self.url_open(f"/rate/{token}/5")
        self.assertEqual(page.status_code, 200)
        self.assertIn("rate", page.url)

    # === CUSTOMERS === #

    @mute_logger(*QUIET)
    def test_a_token_lets_customers_do_on_cases_what_their_profile_does(self):
        self.authenticate("emma@matrix.example", PASSWORD)
        self._share("reply")
        for on in ((), TOGGLES[:1], TOGGLES[:2], TOGGLES):
            self.case_row.write({name: name in on for name in TOGGLES})
            self.env.flush_all()
            for secret in self._secrets(self.case):
                with self.subTest(on=on, secret=[*secret]):
                    self.assertEqual(
                        self._reads(self.case, **secret), "show_comments" in on
                    )
                    self.assertEqual(
                        self._posts(self.case, **secret), "can_comment" in on
                    )
                    self.assertEqual(
                        self._uploads(self.case, **secret), "can_upload" in on
                    )
                    self.assertEqual(
                        self._reacts(self.case, **secret), "can_comment" in on
                    )

    @takes_long
    @mute_logger(*QUIET)
    def test_a_token_leads_customers_to_the_page_that_their_profile_shows(self):
        self.authenticate("emma@matrix.example", PASSWORD)
        self._share("reply")
        for codes in (None, ["orders"]):
            self._permit("own", codes)
            for url in (self.case.get_portal_url(), self.case._get_share_url(True)):
                page = self.url_open(url)
                with self.subTest(url, codes=codes):
                    self.assertEqual(page.status_code, 200)
                    self.assertIn(f"/my/p/cases/{self.case.id}", page.url)

    @mute_logger(*QUIET)
    def test_a_token_gives_customers_no_case_that_their_profile_does_not_show(self):
        self.authenticate("emma@matrix.example", PASSWORD)
        self._share("reply")
        self.case_row.write(dict.fromkeys(TOGGLES, True))
        hidden = self.cases["stranger"]
        for visible in (True, False):
            self.case_row.visible = visible
            self.env.flush_all()
            for record in (hidden, *([] if visible else [self.case])):
                with self.subTest(record.name, visible=visible):
                    self.assertFalse(self._opens(record))
                    page = self.url_open(record._get_share_url(redirect=True))
                    self.assertNotIn(record.name, page.text)
                    for secret in self._secrets(record):
                        self.assertFalse(self._reads(record, **secret))
                        self.assertFalse(self._posts(record, **secret))
                        self.assertFalse(self._uploads(record, **secret))
                        self.assertFalse(self._reacts(record, **secret))

    @takes_long
    @mute_logger(*QUIET)
    def test_a_token_gives_customers_no_record_that_odoos_pages_do_not_show(self):
        self.authenticate("emma@matrix.example", PASSWORD)
        self._permit("own")
        self.permissions.write(dict.fromkeys(TOGGLES, True))
        for code in THREADS:
            for name in ("emma", "colleague", "stranger"):
                record = self.records[code][name]
                self._note(record)
                expected = name == "emma"
                with self.subTest(module=code, owner=name):
                    if code != "invoices":
                        self.assertEqual(self._opens(record), expected)
                    for secret in self._secrets(record):
                        self.assertEqual(self._reads(record, **secret), expected)
                        self.assertEqual(self._posts(record, **secret), expected)
                        self.assertEqual(self._uploads(record, **secret), expected)

    @takes_long
    @mute_logger(*QUIET)
    def test_the_token_of_a_project_gives_customers_none_of_its_tasks(self):
        self.authenticate("emma@matrix.example", PASSWORD)
        self._permit("own", ["tasks"])
        task = self.records["tasks"]["stranger"]
        token = task.project_id._portal_ensure_token()
        for url in (
            f"/my/projects/{task.project_id.id}",
            f"/my/projects/{task.project_id.id}/task/{task.id}",
        ):
            for secret in (token, "wrong"):
                page = self.url_open(f"{url}?access_token={secret}")
                with self.subTest(url=url, secret=secret):
                    self.assertNotIn(task.name, page.text)

    @takes_long
    @mute_logger(*QUIET)
    def test_the_token_of_a_file_opens_what_the_profile_shows(self):
        self.authenticate("emma@matrix.example", PASSWORD)
        self._permit("own")
        self.permissions.write(dict.fromkeys(TOGGLES, True))
        self.case_row.write(dict.fromkeys(TOGGLES, True))
        records = [
            *((self.records[code]["emma"], True) for code in THREADS),
            *((self.records[code]["stranger"], False) for code in THREADS),
            (self.case, True),
            (self.cases["stranger"], False),
        ]
        for record, expected in records:
            file = self.env["ir.attachment"].create(
                {
                    "name": "file.txt",
                    "raw": b"secret",
                    "res_model": record._name,
                    "res_id": record.id,
                }
            )
            [token] = file.generate_access_token()
            raw = file._get_raw_access_token()
            for secret in (token, raw):
                page = self.url_open(f"/web/content/{file.id}?access_token={secret}")
                with self.subTest(record.name, raw=secret == raw):
                    self.assertEqual(page.text == "secret", expected)

    def test_internal_users_are_not_concerned(self):
        self.authenticate("agent", "agent")
        for record in (self.case, self.records["orders"]["stranger"]):
            self._note(record)
            with self.subTest(record._name):
                self.assertTrue(self._opens(record))
                for secret in self._secrets(record):
                    self.assertTrue(self._reads(record, **secret))
                    self.assertTrue(self._posts(record, **secret))
                    self.assertTrue(self._uploads(record, **secret))

    # === THE SETTING === #

    def test_the_setting_is_kept_and_starts_with_nothing(self):
        settings = self.env["res.config.settings"]
        self.assertEqual(settings.create({}).portal_share_by_link, "nothing")
        settings.create({"portal_share_by_link": "read"}).execute()
        self.assertEqual(settings.create({}).portal_share_by_link, "read")
        params = self.env["ir.config_parameter"].sudo()
        self.assertEqual(params.get_param(PARAM_SHARE_BY_LINK), "read")
        self._share("everything")
        self.assertEqual(settings.create({}).portal_share_by_link, "nothing")
