import base64
import email.policy
import io
from inspect import getsource
from unittest.mock import patch

from werkzeug.datastructures import FileStorage

from odoo import fields
from odoo.exceptions import AccessDenied, AccessError, UserError, ValidationError
from odoo.tests import tagged

from ... import utils
from ...const import (
    COMMENT_LENGTH,
    NUMBER_LIMITS,
    PARAM_DEFAULT_PROFILE,
    PARAM_NOTICE_DAYS,
    PARAM_QUOTA_CONTACT,
    PARAM_QUOTA_ORGANIZATION,
    PARAM_SUPPORT_MONTHS,
    PARAM_TOUCHPOINT_DAYS,
    TEXT_LENGTHS,
)
from ...controllers import page_export
from ...models.record import export
from ...models.record import values as form_values
from ...models.settings.res_config_settings import NUMBERS
from ..common import PASSWORD, takes_long
from ..section_common import PNG as PICTURE
from .test_page_list import PageCommon

NOWHERE = "Nowhere/Atlantis"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
MEGABYTE = 2**20


class CountingText(str):
    """A text that notes when somebody reads it whole to find a number in it."""

    def isdecimal(self):
        raise AssertionError("The length was not looked at first.")


class LimitsCommon(PageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = ("can_create", "can_edit", "can_comment", "show_comments")
        names += ("show_documents", "can_upload", "can_export", "can_close")
        cls.right.write(dict.fromkeys(names, True))
        chosen = ("name", "description", "allocated_hours", "date_deadline")
        lines = cls.module.field_ids.filtered(lambda line: line.name in chosen)
        lines.write({"in_create": True, "in_edit": True})
        cls.right.field_ids.filtered(
            lambda line: line.field_id in lines
        ).access = "write"
        [cls.task] = cls._make_tasks("A task")
        cls.url = f"/my/p/wishes/{cls.task.id}"

    def _post(self, path, data=None, files=None, **kwargs):
        data = {"csrf_token": self._csrf_token(), **(data or {})}
        return self.url_open(path, data, files=files, **kwargs)

    def _file(self, size=10, name="a.txt"):
        return FileStorage(io.BytesIO(b"x" * size), filename=name)


@tagged("post_install", "-at_install")
class TestNumbersAreBounded(LimitsCommon):
    """Numbers from outside cost nothing to refuse, however long they are."""

    def test_the_length_of_digits_is_looked_at_before_they_are_read(self):
        self.assertIsNone(utils.read_number(CountingText("1" * 30_000)))
        for text in (
            "9" * 5000,
            "1" * 30_000 + "x",
            "-1",
            "1.5",
            "",
            "²",
            "１",
            "٣",
            None,
            7,
            b"1",
        ):
            self.assertIsNone(utils.read_number(text))
        self.assertEqual(utils.read_number("7"), 7)
        self.assertEqual(utils.read_number("2147483647"), 2**31 - 1)
        self.assertIsNone(utils.read_number("2147483648"))
        self.assertIsNone(utils.read_number("11", most=10))

    def test_no_other_code_turns_texts_of_any_length_into_numbers(self):
        """Where ``isdecimal`` guards ``int``, the length is not bounded."""
        for name in ("home", "look", "page_comments", "form", "documents", "faq"):
            module = __import__(f"{page_export.__package__}.{name}", fromlist=[name])
            self.assertNotIn("isdecimal", getsource(module))

    def test_a_number_field_takes_no_longer_text_than_a_number(self):
        pattern = form_values.NUMBER
        matched = []
        forms = self.env["customer.portal.form"].with_user(self.user)

        class Spy:
            def fullmatch(self, text):
                matched.append(len(text))
                return pattern.fullmatch(text)

        with patch.object(form_values, "NUMBER", Spy()):
            for text in ("1" * 30_000 + "x", "1" * 300 + "x", "12.50", ".5", "1e3"):
                args = ("wishes", "create", {"allocated_hours": text})
                values, errors = forms.parse_form(*args)
                self.assertEqual("allocated_hours" in errors, text.endswith("x"))
                self.assertEqual("allocated_hours" in values, not text.endswith("x"))
        self.assertLessEqual(max(matched), form_values.NUMBER_LENGTH)
        self.assertGreaterEqual(len(matched), 4)

    @takes_long
    def test_a_form_with_30000_digits_is_answered_with_what_is_wrong(self):
        self.authenticate(self.user.login, PASSWORD)
        data = {"name": "x", "allocated_hours": "1" * 30_000 + "x"}
        response = self._post("/my/p/wishes/new", data)
        self.assertEqual(response.status_code, 422)
        self.assertIn("Please enter a number", response.text)

    def test_nobody_is_led_to_an_address_of_two_lines(self):
        self.authenticate(self.user.login, PASSWORD)
        response = self._post("/web/session/logout", {"redirect": "a\r\nb"})
        self.assertLess(response.status_code, 500)

    @takes_long
    def test_numbers_of_5000_digits_are_no_accident(self):
        self.authenticate(self.user.login, PASSWORD)
        digits = "9" * 5000
        for path, data in (
            ("/my/profile/contacts", {"country_id": digits, "name": "Emma"}),
            ("/my/look/home", {"company_id": digits}),
            ("/my/profile/password", {"old": digits, "new1": "a", "new2": "a"}),
            ("/my/profile/password", {"old": PASSWORD, "new1": digits, "new2": digits}),
            (f"{self.url}/rate", {"stars": digits}),
            ("/my/home/announcement/1/dismiss", {"version": digits}),
        ):
            with self.subTest(path):
                self.assertLess(self._post(path, data).status_code, 500)
        country = self.env.ref("base.us")
        address = {"name": "Emma", "email": "emma@example.com", "phone": "+1 555 0100"}
        address |= {"street": "S", "city": "C", "zip": "1", "address_type": "delivery"}
        address |= {"country_id": country.id, "state_id": country.state_ids[0].id}
        for flag in (digits, "maybe", "²"):
            data = {**address, "use_delivery_as_billing": flag}
            with self.subTest(flag=flag):
                response = self._post("/my/address/submit", data)
                self.assertEqual(response.status_code, 200)
        for number in (digits, "9" * 12, str(2**31 - 1), "²", "abc", "-1", " "):
            for name in ("country_id", "state_id"):
                data = {**address, name: number, "required_fields": "name"}
                with self.subTest(name, number=number):
                    response = self._post("/my/address/submit", data)
                    self.assertEqual(response.status_code, 200)
                    if name == "country_id":
                        self.assertIn("country_id", response.json()["invalid_fields"])
        for path in (
            f"/my/p/wishes?filterby={digits}",
            f"/my/p/wishes?search={digits}&search_in=id",
            f"/my/p/wishes?chart={digits}&slice={digits}",
            f"{self.url}?comments={digits}",
            f"/my/address?partner_id={digits}",
            f"/my/address?use_delivery_as_billing={digits}",
        ):
            with self.subTest(path):
                self.assertLess(self.url_open(path).status_code, 500)


@tagged("post_install", "-at_install")
class TestTextsAreBounded(LimitsCommon):
    """What customers write has a length, and they are told."""

    def test_a_form_tells_at_the_field_how_long_it_can_be(self):
        for name, kind in (("name", "char"), ("description", "text")):
            most = TEXT_LENGTHS[kind]
            texts = {"name": "A", name: "x" * (most + 1)}
            _values, errors = (
                self.env["customer.portal.form"]
                .with_user(self.user)
                .parse_form("wishes", "create", texts)
            )
            self.assertIn(str(most), errors[name])
            texts[name] = "x" * most
            values, errors = (
                self.env["customer.portal.form"]
                .with_user(self.user)
                .parse_form("wishes", "create", texts)
            )
            self.assertFalse(errors)
            self.assertIn(name, values)

    def test_the_input_of_a_form_says_the_same(self):
        fields_ = (
            self.env["customer.portal.form"]
            .with_user(self.user)
            .form_fields("wishes", "create")
        )
        sizes = {field["name"]: field["size"] for field in fields_}
        self.assertEqual(sizes["name"], TEXT_LENGTHS["char"])

    def test_by_rpc_customers_store_no_long_title_either(self):
        task = self.task.with_user(self.user).sudo()
        with self.assertRaises(ValidationError):
            task.name = "x" * 2**21
        with self.assertRaises(ValidationError):
            task.create({"name": "x" * 300, "project_id": self.project.id})
        self.task.name = "x" * 300  # Those inside write what they like.

    @takes_long
    def test_a_contact_is_no_longer_than_a_form(self):
        emma = self.emma.with_user(self.user).sudo()
        for name in ("name", "company_name", "function"):
            with self.subTest(name), self.assertRaises(ValidationError):
                emma.write({name: "x" * 2**21})

    def test_comments_and_messages_have_an_end(self):
        with self.assertRaises(UserError):
            self.env["customer.portal.thread"].with_user(self.user).post_comment(
                "wishes", self.task.id, "x" * (COMMENT_LENGTH + 1)
            )
        messages = self.env["mail.message"].with_user(self.user).sudo()
        values = {"model": "project.task", "res_id": self.task.id}
        long = "x" * (TEXT_LENGTHS["html"] + 1)
        with self.assertRaises(ValidationError):
            messages.create({**values, "body": long})
        message = messages.create({**values, "body": "short"})
        with self.assertRaises(ValidationError):
            message.body = long
        visitor = messages.with_user(self.env.ref("base.public_user")).sudo()
        with self.assertRaises(ValidationError):
            visitor.create({**values, "body": long})

    def test_pictures_in_a_text_are_files_and_not_its_length(self):
        messages = self.env["mail.message"].with_user(self.user).sudo()
        picture = f'<img src="data:image/png;base64,{"A" * 200_000}"/>'
        messages._check_portal_body(picture)
        with self.assertRaises(ValidationError):
            messages._check_portal_body(picture + "x" * 200_000)

    def test_the_subject_of_a_mail_is_a_title(self):
        mail = (
            "From: Emma <em\u200bma@example.com>\nTo: x@example.com\n"
            f"Subject: {'word ' * 1000}\nMessage-Id: <a@b>\n\nBody\n"
        )
        message = email.message_from_string(mail, policy=email.policy.SMTP)
        parsed = self.env["mail.thread"].message_parse(message)
        self.assertLessEqual(len(parsed["subject"]), TEXT_LENGTHS["char"])
        self.assertTrue(parsed["email_from"].isprintable())

    def test_long_parameters_of_an_address_mean_nothing(self):
        self.authenticate(self.user.login, PASSWORD)
        response = self.url_open(f"/my/search?search={'x' * 3000}")
        self.assertEqual(response.status_code, 200)
        self.assertNotIn("x" * 300, response.text)
        self.assertEqual(self.url_open(f"/my?x={'x' * 9000}").status_code, 414)
        self.assertEqual(self.url_open(f"/my/p/{'x' * 3000}").status_code, 404)

    def test_a_file_is_never_read_as_a_text(self):
        self.authenticate(self.user.login, PASSWORD)
        paths = {
            f"{self.url}/comment": "body",
            f"{self.url}/rate": "feedback",
            "/my/home/announcement/1/dismiss": "version",
            "/my/profile/password": "old",
            "/my/language": "redirect",
            "/my/profile/email": "token",
            "/my/profile/preferences": "lang",
            "/web/login": "login",
            "/web/session/logout": "redirect",
        }
        for path, name in paths.items():
            with self.subTest(path):
                files = {name: ("a.txt", b"text", "text/plain")}
                self.assertLess(self._post(path, files=files).status_code, 500)

    def test_what_a_method_needs_must_be_there(self):
        self.authenticate(self.user.login, PASSWORD)
        path = "/mail/attachment/upload"
        self.assertEqual(self._post(path).status_code, 400)
        data = {"thread_id": "x", "thread_model": "no.model", "ufile": "text"}
        self.assertEqual(self._post(path, data).status_code, 400)

    def test_a_login_without_a_name_is_a_wrong_one(self):
        users = self.env["res.users"]
        for credential in ({"type": "password", "password": "x"}, {"type": "password"}):
            with self.assertRaises(AccessDenied):
                users.authenticate(credential, {"interactive": False})


@tagged("post_install", "-at_install")
class TestCachesAreBounded(LimitsCommon):
    """No request fills a cache with names that it makes up."""

    def _cached_names(self, text):
        cache = self.env.registry._Registry__caches["default"]
        return [key for key in cache._values if text in repr(key)]

    def test_links_of_mails_with_made_up_models_are_not_kept(self):
        for number in range(5):
            name = f"made.up{number}"
            self.assertIsNone(self.gate.with_user(self.user).get_page_url(name, 1))
            self.env["ir.actions.actions"].with_user(self.user).get_bindings(name)
        self.assertFalse(self._cached_names("made.up"))
        url = self.gate.with_user(self.user).get_page_url("project.task", self.task.id)
        self.assertEqual(url, self.url)
        for odd in (["a"], {"a": 1}, None, 7):
            self.assertIsNone(self.gate.with_user(self.user).get_page_url(odd, 1))

    def test_the_page_itself_keeps_none(self):
        self.authenticate(self.user.login, PASSWORD)
        for number in range(3):
            self.url_open(f"/mail/view?model=made.up{number}&res_id=1")
        self.assertFalse(self._cached_names("made.up"))


@tagged("post_install", "-at_install")
class TestExportsAreBounded(LimitsCommon):
    """An export holds a cursor for as long as it reads, and a reader for a while."""

    def test_nothing_is_read_any_more_once_the_answer_is_sent(self):
        self._make_tasks(*(f"task {n}" for n in range(5)))
        read = []
        pages = self.env["customer.portal.record"].with_user(self.user)

        def rows(*args):
            for row in pages.export_rows(*args):
                read.append(row)
                yield row

        with patch.object(page_export, "_send", side_effect=page_export._send) as send:
            file = io.BytesIO()
            asked = (
                self.env["customer.portal.record"]
                .with_user(self.user)
                .parse_list_query("wishes")
            )
            columns = (
                self.env["customer.portal.record"]
                .with_user(self.user)
                .columns("wishes", "read")
            )
            page_export._write_csv(file, columns, rows("wishes", asked))
            self.assertEqual(len(read), 6)
            sent = b"".join(send(file, None))
        self.assertEqual(sent.count(b"task"), 6)

    def test_a_list_that_takes_too_long_is_refused_with_a_way_out(self):
        clock = iter(range(0, 10_000, 100))
        module = export
        self.authenticate(self.user.login, PASSWORD)
        with patch.object(module, "monotonic", side_effect=lambda: next(clock)):
            response = self.url_open("/my/p/wishes/export")
        self.assertEqual(response.status_code, 422)

    def test_who_reads_too_slowly_is_given_up(self):
        class Connection:
            timeouts = []

            def gettimeout(self):
                return None

            def settimeout(self, seconds):
                self.timeouts.append(seconds)

        connection, clock = Connection(), iter((0, 1, 10_000, 10_001))
        file = io.BytesIO(b"x" * 3 * page_export.CHUNK)
        with patch.object(page_export, "monotonic", side_effect=lambda: next(clock)):
            chunks = list(page_export._send(file, connection))
        self.assertEqual(len(chunks), 1)
        self.assertEqual(connection.timeouts, [page_export.CHUNK_SECONDS, None])

    @takes_long
    def test_all_rows_are_read_in_batches(self):
        self._make_tasks(*(f"task {n}" for n in range(6)))
        with patch.object(export, "BATCH", 2):
            asked = (
                self.env["customer.portal.record"]
                .with_user(self.user)
                .parse_list_query("wishes", sortby="name")
            )
            rows = list(
                self.env["customer.portal.record"]
                .with_user(self.user)
                .export_rows("wishes", asked)
            )
        names = [row[0] for row in rows]
        self.assertEqual(names, ["A task", *(f"task {n}" for n in range(6))])

    def test_the_answer_says_how_long_it_is(self):
        self.authenticate(self.user.login, PASSWORD)
        for kind in ("csv", "xlsx"):
            response = self.url_open(f"/my/p/wishes/export?format={kind}")
            length = int(response.headers["Content-Length"])
            self.assertEqual(length, len(response.content))


@tagged("post_install", "-at_install")
class TestUploadsAreBounded(LimitsCommon):
    """What a customer and an organization keep has a limit, whatever way it comes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._make_portal_contact(
            "other@example.com",
            parent_id=cls.organization.id,
            portal_profile_id=cls.profile.id,
        )

    def _limit(self, contact=0, organization=0):
        self._set_param(PARAM_QUOTA_CONTACT, str(contact))
        self._set_param(PARAM_QUOTA_ORGANIZATION, str(organization))

    def _use(self, user, size=MEGABYTE):
        files = self.env["ir.attachment"].with_user(user).sudo()
        return files.create({"name": "a.txt", "raw": b"x" * size})

    def _refused(self, words):
        return self.assertRaisesRegex(UserError, words)

    def test_zero_is_no_limit(self):
        self._limit()
        self._use(self.user)
        self.user._check_portal_quota(2**40)

    @takes_long
    def test_a_contact_and_an_organization_are_told_apart(self):
        other = self._user_of(self.other)
        self._use(self.user)
        self._limit(contact=1)
        with self._refused("you are using"):
            self.user._check_portal_quota(1)
        other._check_portal_quota(MEGABYTE)
        self._limit(organization=1)
        with self._refused("your organization"):
            other._check_portal_quota(1)
        self._limit(contact=2, organization=2)
        self.user._check_portal_quota(MEGABYTE)
        self.agent._check_portal_quota(2**40)

    def test_what_is_deleted_makes_room(self):
        self._limit(contact=1)
        file = self._use(self.user)
        with self._refused("1 MB of 1 MB"):
            self.env["customer.portal.file"].with_user(self.user).add_files(
                "wishes", self.task.id, [self._file()]
            )
        file.unlink()
        self.env["customer.portal.file"].with_user(self.user).add_files(
            "wishes", self.task.id, [self._file()]
        )

    @takes_long
    def test_each_way_of_the_portal_asks(self):
        self._limit(contact=1)
        self._use(self.user)
        documents = self.profile.permission_ids.filtered(
            lambda row: row.module_id.code == "documents"
        )
        documents.write({"visible": True, "can_upload": True})
        files = [self._file()]
        for upload in (
            lambda: (
                self.env["customer.portal.file"]
                .with_user(self.user)
                .add_files("wishes", self.task.id, files)
            ),
            lambda: (
                self.env["customer.portal.document"]
                .with_user(self.user)
                ._add_from_portal(files)
            ),
            lambda: (
                self.env["customer.portal.thread"]
                .with_user(self.user)
                .post_comment("wishes", self.task.id, "x", files)
            ),
        ):
            with self._refused("There is not enough space"):
                upload()
            files[0].seek(0)

    def test_pictures_in_a_comment_are_files(self):
        self._limit(contact=1)
        data = base64.b64encode(PICTURE + b"x" * 2 * MEGABYTE).decode()
        body = f'<img src="data:image/png;base64,{data}"/>'
        messages = self.env["mail.message"].with_user(self.user).sudo()
        values = {"model": "project.task", "res_id": self.task.id, "body": body}
        values["message_type"] = "comment"
        with (
            patch.object(type(messages), "_check_portal_upload"),
            self._refused("There is not enough space"),
        ):
            messages.create(values)

    def test_files_that_come_with_a_message_by_rpc_are_asked_about(self):
        self._limit(contact=1)
        self._use(self.user)
        messages = self.env["mail.message"]
        values = {"model": "project.task", "res_id": self.task.id}
        with (
            patch.object(type(messages), "_check_portal_upload"),
            self._refused("There is not enough space"),
        ):
            self.task.with_user(self.user)._process_attachments_for_post(
                [("a.txt", b"x")], [], values
            )

    def test_odoos_own_uploads_ask_and_answer_in_words(self):
        self._limit(contact=1)
        self._use(self.user)
        self.authenticate(self.user.login, PASSWORD)
        data = {"thread_id": self.emma.id, "thread_model": "res.partner"}
        files = {"ufile": ("a.txt", b"text", "text/plain")}
        with patch.object(type(self.gate), "may_on_id", return_value=True):
            response = self._post("/mail/attachment/upload", data, files)
        self.assertIn("There is not enough space", response.json()["error"])

    def test_pictures_of_shared_tasks_ask(self):
        self._limit(contact=1)
        self._use(self.user)
        self.authenticate(self.user.login, PASSWORD)
        picture = base64.b64encode(PICTURE)
        data = {"name": "a.png", "data": picture, "res_id": self.task.id}
        with patch.object(type(self.gate), "may_on_id", return_value=True):
            response = self._post("/project_sharing/attachment/add_image", data)
        self.assertEqual(response.status_code, 422)
        self.assertIn("There is not enough space", response.text)

    def test_what_odoo_makes_for_a_customer_is_never_refused(self):
        self._limit(contact=1)
        self._use(self.user)
        self.assertTrue(self._use(self.user))

    def test_values_of_fields_and_files_of_others_do_not_count(self):
        self._use(self.agent)
        self.emma.with_user(self.user).sudo().image_1920 = False
        self.assertEqual(self.user._get_portal_quota_used(), (0, 0))
        self._use(self.user, 10)
        self.assertEqual(self.user._get_portal_quota_used(), (10, 10))

    def test_nobody_writes_a_file_off_their_quota(self):
        file = self._use(self.user)
        file.res_model, file.res_id = "res.partner", self.emma.id
        with self.assertRaises(AccessError):
            file.with_user(self.user).sudo(False).portal_uploader_id = self.other


@tagged("post_install", "-at_install")
class TestSettingsAreBounded(LimitsCommon):
    """No number in Settings, or in a parameter, keeps anybody out of the portal."""

    @takes_long
    def test_each_number_has_a_limit_with_a_message(self):
        settings = self.env["res.config.settings"]
        for name in NUMBERS:
            most = NUMBER_LIMITS[settings._fields[name].config_parameter]
            with self.subTest(name):
                settings.create({name: most})
                with self.assertRaisesRegex(ValidationError, str(most)):
                    settings.create({name: most + 1})

    def test_what_is_written_by_hand_counts_as_far_as_it_makes_sense(self):
        params = self.env["ir.config_parameter"]
        for key, most in NUMBER_LIMITS.items():
            for text in (str(most + 1), "9" * 30, "9" * 5000):
                self._set_param(key, text)
                self.assertEqual(params._get_portal_number(key), most)
            for text in ("-5", "x", "1.5", " ", "²", "1e9", "0x10"):
                self._set_param(key, text)
                self.assertEqual(params._get_portal_number(key), 0)

    def test_pages_and_jobs_work_with_any_number(self):
        for key in NUMBER_LIMITS:
            self._set_param(key, "2915000999")
        self.emma.support_end_date = self.tomorrow
        self.authenticate(self.user.login, PASSWORD)
        self.assertEqual(self.url_open("/my").status_code, 200)
        periods = self.env["customer.portal.period"]
        domain = periods._get_ending_domain(self.today, periods._get_notice_days())
        self.assertIn(self.emma, self.env["res.partner"].search(domain))
        self.env["customer.portal.touchpoint"]._gc_touchpoints()
        self.contact.portal_user = True
        self.assertGreater(self.contact.support_end_date, self.today)

    def test_nonsense_for_an_id_is_none(self):
        self._set_param(PARAM_DEFAULT_PROFILE, "nonsense")
        self.assertTrue(self.env["customer.portal.profile"]._get_default())
        for key in (PARAM_NOTICE_DAYS, PARAM_SUPPORT_MONTHS, PARAM_TOUCHPOINT_DAYS):
            self._set_param(key, "nonsense")
        self.assertFalse(self.env["customer.portal.period"]._get_notice_days())

    def test_a_period_that_would_end_after_the_year_9999_has_no_end(self):
        self._set_param(PARAM_SUPPORT_MONTHS, "1200")
        start = fields.Date.to_date("9998-01-01")
        self.assertFalse(self.env["res.partner"]._get_proposed_end(start))

    def test_no_time_zone_keeps_anybody_out(self):
        main = self.env.ref("base.main_company").partner_id
        partners = self.emma + self.env.company.partner_id + main
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET tz = %s WHERE id = ANY(%s)", (NOWHERE, partners.ids)
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.assertEqual(self.env.company._get_portal_tz(), "UTC")
        response = self._log_in(self.user.login)
        self.assertEqual(response.status_code, 200)
        self.assertIn("/my", response.url)
        for path in ("/my", "/my/profile?edit=preferences", "/my/p/wishes", self.url):
            with self.subTest(path):
                self.assertEqual(self.url_open(path).status_code, 200)
        self.assertEqual(self.url_open("/my/p/wishes/export").status_code, 200)

    def test_the_first_time_zone_that_is_known_counts(self):
        zone = utils.get_zone(NOWHERE, None, "", "Europe/Brussels", "UTC").zone
        self.assertEqual(zone, "Europe/Brussels")
        self.assertEqual(utils.get_zone().zone, "UTC")
