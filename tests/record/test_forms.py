import json
import re

from lxml import html

from odoo import Command
from odoo.exceptions import ConcurrencyError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import CustomerPortalHttpCommon, takes_long

JSON = {"Accept": "application/json"}
MESSAGE = "Pumps only on Mondays."


class FormsCommon(CustomerPortalHttpCommon):
    """A customer, and modules whose forms have all kinds of fields."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["customer.portal.gate"]
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Forms"})
        cls.emma = cls._make_portal_contact(
            name="Emma Brown", portal_profile_id=cls.profile.id, tz="Europe/Brussels"
        )
        cls.user = cls._user_of(cls.emma)
        cls.stranger = cls.env["res.partner"].create({"name": "Stranger"})
        cls.project = cls.env["project.project"].create({"name": "Forms"})
        cls.good_tag, cls.other_tag, cls.secret_tag = cls.env["project.tags"].create(
            [{"name": name} for name in ("Good", "Other", "Secret")]
        )
        cls.milestone, cls.secret_milestone = cls.env["project.milestone"].create(
            [
                {"name": name, "project_id": cls.project.id}
                for name in ("Open", "Secret")
            ]
        )
        cls.wishes = cls._publish(
            "wishes",
            "project.task",
            {
                "name": {"required": True},
                "priority": {},
                "date_deadline": {},
                "description": {},
                "allocated_hours": {},
                "milestone_id": {"choice_domain": "[('name', '=', 'Open')]"},
                "tag_ids": {"choice_domain": "[('name', '!=', 'Secret')]"},
            },
            domain=f"[('project_id', '=', {cls.project.id})]",
            title_field="name",
        )
        cls.bank, cls.secret_bank = cls.env["res.bank"].create(
            [{"name": name} for name in ("Good Bank", "Secret Bank")]
        )
        cls.accounts = cls._publish(
            "accounts",
            "res.partner.bank",
            {
                "acc_number": {},
                "bank_id": {},
                "sequence": {},
                "note": {},
            },
        )
        cls.projects = cls._publish(
            "works",
            "project.project",
            {"name": {}, "date_start": {}, "date": {}, "is_template": {}},
        )
        cls.task, cls.foreign_task = cls.env["project.task"].create(
            [
                {
                    "name": "Old",
                    "partner_id": partner.id,
                    "project_id": cls.project.id,
                }
                for partner in (cls.emma, cls.stranger)
            ]
        )

    @classmethod
    def _publish(cls, code, model_name, names, **values):
        """Return the permission of a new module with all fields in its forms."""
        known = cls.env[model_name]._fields
        forms = {"in_create": True, "in_edit": True}
        module = cls.env["customer.portal.module"].create(
            {
                "code": code,
                "name": code.title(),
                "model_name": model_name,
                "partner_field": "partner_id",
                "field_ids": [
                    Command.create({"name": name, **forms, **line})
                    for name, line in names.items()
                    if name in known
                ],
                **values,
            }
        )
        permission = cls.profile.permission_ids.filtered(
            lambda permission: permission.module_id == module
        )
        permission.write({"visible": True, "can_create": True, "can_edit": True})
        permission.field_ids.access = "write"
        return permission

    def setUp(self):
        super().setUp()
        self.authenticate(self.user.login, "correct horse battery")

    def _open(self, path, code="wishes"):
        response = self.url_open(f"/my/p/{code}/{path}")
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.text)

    def _send(self, path, texts, code="wishes", csrf=True, **kwargs):
        texts = {"csrf_token": self._csrf_token(), **texts} if csrf else texts
        kwargs.setdefault("allow_redirects", False)
        return self.url_open(f"/my/p/{code}/{path}", texts, **kwargs)

    def _errors(self, path, texts, code="wishes"):
        response = self._send(path, texts, code, headers=JSON)
        self.assertEqual(response.status_code, 422)
        return response.json()["errors"]

    def _created(self, response, code="wishes"):
        """Return the record that an answer leads to."""
        self.assertEqual(response.status_code, 303)
        found = re.search(rf"/my/p/{code}/(\d+)$", response.headers["Location"])
        self.env.invalidate_all()
        names = {"wishes": self.task, "accounts": self.env["res.partner.bank"]}
        return names.get(code, self.project).browse(int(found[1]))

    def _count(self):
        return self.env["project.task"].search_count(
            [("project_id", "=", self.project.id)]
        )


@tagged("post_install", "-at_install")
class TestForms(FormsCommon):
    """What a customer types is checked, and written whole or not at all."""

    # === THE PAGE === #

    def test_each_field_has_the_input_of_its_type_with_a_label(self):
        expected = {
            ("wishes", "name"): ("input", "text"),
            ("wishes", "priority"): ("select", None),
            ("wishes", "date_deadline"): ("input", "datetime-local"),
            ("wishes", "description"): ("textarea", None),
            ("wishes", "allocated_hours"): ("input", "number"),
            ("wishes", "milestone_id"): ("select", None),
            ("wishes", "tag_ids"): ("input", "checkbox"),
            ("accounts", "sequence"): ("input", "number"),
            ("accounts", "bank_id"): ("select", None),
            ("works", "is_template"): ("input", "checkbox"),
            ("works", "date_start"): ("input", "date"),
        }
        for (code, name), (tag, kind) in expected.items():
            with self.subTest(code=code, name=name):
                page = self._open("new", code)
                path = f"//form//*[@name='{name}'][not(@type='hidden')]"
                for element in page.xpath(path):
                    self.assertEqual((element.tag, element.get("type")), (tag, kind))
                    labels = page.xpath(f"//label[@for='{element.get('id')}']")
                    self.assertTrue(labels[0].text_content().strip())
                self.assertTrue(page.xpath(path))

    def test_the_fields_stand_in_the_order_of_the_module(self):
        page = self._open("new")
        names = page.xpath("//*[contains(@class, 'o_cp_field')]/@data-name")
        self.assertEqual(names, self.wishes.module_id.field_ids.mapped("name"))

    def test_required_is_said_to_eyes_and_to_screen_readers(self):
        page = self._open("new")
        [label] = page.xpath("//label[@for='o_cp_name']")
        self.assertIn("*", label.text_content())
        self.assertIn("(required)", label.text_content())
        self.assertTrue(page.xpath("//input[@name='name'][@required]"))
        self.assertFalse(page.xpath("//*[@name='description'][@required]"))

    def test_a_form_without_a_field_is_not_offered(self):
        new = "//a[contains(@href, '/my/p/wishes/new')]"
        self.assertTrue(html.fromstring(self.url_open("/my/p/wishes").text).xpath(new))
        self.wishes.field_ids.access = "read"
        for path in ("", f"/{self.task.id}"):
            page = self.url_open(f"/my/p/wishes{path}")
            self.assertEqual(page.status_code, 200)
            self.assertFalse(html.fromstring(page.text).xpath(new))
            self.assertNotIn("/edit", page.text)
        self.assertEqual(self.url_open("/my/p/wishes/new").status_code, 404)

    def test_the_form_for_a_change_holds_the_values(self):
        self.task.write(
            {
                "name": "With “quotes” & <tags>",
                "description": "<p>One</p><p>Two</p>",
                "priority": "1",
                "date_deadline": "2026-07-01 10:30:20",
                "milestone_id": self.milestone.id,
                "tag_ids": [Command.set((self.good_tag + self.secret_tag).ids)],
            }
        )
        page = self._open(f"{self.task.id}/edit")
        value = "string(//*[@name='%s']/@value)"
        self.assertEqual(page.xpath(value % "name"), "With “quotes” & <tags>")
        self.assertEqual(page.xpath(value % "date_deadline"), "2026-07-01T12:30")
        [text] = page.xpath("//textarea[@name='description']")
        self.assertEqual(text.text.split(), ["One", "Two"])
        for name, chosen in (("priority", "1"), ("milestone_id", self.milestone.id)):
            options = page.xpath(f"//select[@name='{name}']/option[@selected]/@value")
            self.assertEqual(options, [str(chosen)])
        boxes = page.xpath("//input[@name='tag_ids'][@checked]/@value")
        self.assertEqual(boxes, [str(self.good_tag.id)])
        self.assertNotIn("Secret", page.text_content())

    def test_without_a_right_there_is_no_form(self):
        self.wishes.write({"can_create": False, "can_edit": False})
        for path in ("new", f"{self.task.id}/edit"):
            with self.subTest(path):
                response = self.url_open(f"/my/p/wishes/{path}")
                self.assertEqual(response.status_code, 404)
                response = self._send(path, {"name": "x"})
                self.assertEqual(response.status_code, 404)
        self.assertEqual(self.task.name, "Old")

    def test_records_of_others_answer_as_those_that_do_not_exist(self):
        for res_id in (self.foreign_task.id, 2**31 - 1, 2**40, 0):
            for answer in (
                self.url_open(f"/my/p/wishes/{res_id}/edit"),
                self._send(f"{res_id}/edit", {"name": "x"}),
                self._send(f"{res_id}/edit", {"name": "x"}, headers=JSON),
            ):
                with self.subTest(res_id):
                    self.assertEqual(answer.status_code, 404)
        self.env.invalidate_all()
        self.assertEqual(self.foreign_task.name, "Old")

    def test_a_form_without_its_token_is_refused(self):
        count = self._count()
        with mute_logger("odoo.http"):
            for path in ("new", f"{self.task.id}/edit"):
                response = self._send(path, {"name": "Forged"}, csrf=False)
                self.assertEqual(response.status_code, 400)
        self.env.invalidate_all()
        self.assertEqual(self._count(), count)
        self.assertEqual(self.task.name, "Old")

    def test_visitors_log_in_first(self):
        self.authenticate(None, None)
        response = self.url_open("/my/p/wishes/new", allow_redirects=False)
        self.assertIn("/web/login", response.headers["Location"])

    # === WHAT IS WRITTEN === #

    def test_a_browser_without_javascript_makes_a_record(self):
        texts = {
            "name": "Broken pump",
            "priority": "1",
            "date_deadline": "2026-07-01T12:30",
            "description": "It drips.\r\n<b>Always</b>",
            "allocated_hours": "1.5",
            "milestone_id": str(self.milestone.id),
            "tag_ids": ["", str(self.good_tag.id), str(self.other_tag.id)],
        }
        task = self._created(self._send("new", texts))
        self.assertEqual(task.name, "Broken pump")
        self.assertEqual(task.partner_id, self.emma)
        self.assertEqual(task.project_id, self.project)
        self.assertEqual(task.priority, "1")
        self.assertEqual(str(task.date_deadline), "2026-07-01 10:30:00")
        self.assertEqual(task.allocated_hours, 1.5)
        self.assertEqual(task.milestone_id, self.milestone)
        self.assertEqual(task.tag_ids, self.good_tag + self.other_tag)
        self.assertIn("It drips.<br", task.description)
        self.assertIn("&lt;b&gt;Always", task.description)

    def test_a_script_is_told_where_the_record_is(self):
        response = self._send("new", {"name": "By script"}, headers=JSON)
        task = self.task.search([("name", "=", "By script")])
        self.assertEqual(response.json(), {"url": f"/my/p/wishes/{task.id}"})

    def test_boxes_dates_and_numbers(self):
        texts = {"acc_number": "FORM-1", "sequence": "-3", "note": "One\r\nTwo"}
        account = self._created(self._send("new", texts, "accounts"), "accounts")
        self.assertEqual((account.partner_id, account.sequence), (self.emma, -3))
        self.assertEqual(account.note, "One\nTwo")
        work = self._created(
            self._send(
                "new",
                {"name": "W", "date_start": "2026-02-03", "date": "2026-03-04"},
                "works",
            ),
            "works",
        )
        self.assertEqual(str(work.date_start), "2026-02-03")
        for ticked in (["", "1"], [""]):
            self._send(f"{work.id}/edit", {"is_template": ticked}, "works")
            self.env.invalidate_all()
            self.assertEqual(work.is_template, ticked != [""])

    def test_a_change_writes_what_was_changed_and_nothing_else(self):
        body = '<p>Bold <b>words</b> and a <a href="https://example.com">link</a></p>'
        self.task.write({"description": body, "date_deadline": "2026-07-01 10:30:20"})
        before = self.task.description
        page = self._open(f"{self.task.id}/edit")
        texts = {
            "name": "New name",
            "description": page.xpath("//textarea")[0].text.replace("\n", "\r\n"),
            "date_deadline": "2026-07-01T12:30",
        }
        self.assertEqual(
            self._created(self._send(f"{self.task.id}/edit", texts)), self.task
        )
        self.assertEqual(self.task.name, "New name")
        self.assertEqual(self.task.description, before)
        self.assertEqual(str(self.task.date_deadline), "2026-07-01 10:30:20")

    def test_what_can_be_emptied_is_emptied(self):
        self.task.write({"description": "x", "milestone_id": self.milestone.id})
        texts = {"name": "Old", "description": " ", "milestone_id": "", "tag_ids": [""]}
        self._send(f"{self.task.id}/edit", texts)
        self.env.invalidate_all()
        self.assertFalse(self.task.description)
        self.assertFalse(self.task.milestone_id)

    def test_links_that_the_form_does_not_offer_stay(self):
        self.task.tag_ids = self.good_tag + self.secret_tag
        self.task.milestone_id = self.secret_milestone
        texts = {
            "tag_ids": ["", str(self.other_tag.id)],
            "milestone_id": str(self.secret_milestone.id),
        }
        self._send(f"{self.task.id}/edit", texts)
        self.env.invalidate_all()
        self.assertEqual(self.task.tag_ids, self.other_tag + self.secret_tag)
        self.assertEqual(self.task.milestone_id, self.secret_milestone)

    # === WHAT IS REFUSED === #

    def test_a_refused_form_keeps_all_that_was_typed(self):
        texts = {
            "name": "",
            "description": "A long story",
            "allocated_hours": "many",
            "priority": "1",
            "tag_ids": ["", str(self.good_tag.id)],
            "_token": "abc",
        }
        count = self._count()
        response = self._send("new", texts)
        self.assertEqual(response.status_code, 422)
        page = html.fromstring(response.text)
        [name] = page.xpath("//input[@name='name']")
        self.assertEqual(name.get("aria-invalid"), "true")
        [error] = page.xpath("//*[@id='o_cp_name_error']")
        self.assertIn(error.get("id"), name.get("aria-describedby").split())
        self.assertTrue(error.text_content().strip())
        self.assertEqual(page.xpath("//textarea")[0].text, "A long story")
        self.assertEqual(
            page.xpath("//*[@name='allocated_hours']")[0].get("value"), "many"
        )
        self.assertEqual(page.xpath("//*[@name='_token']")[0].get("value"), "abc")
        chosen = page.xpath("//select[@name='priority']/option[@selected]/@value")
        self.assertEqual(chosen, ["1"])
        boxes = page.xpath("//input[@name='tag_ids'][@checked]/@value")
        self.assertEqual(boxes, [str(self.good_tag.id)])
        [summary] = page.xpath("//*[@role='alert'][@autofocus]")
        self.assertEqual(
            summary.xpath(".//a/@href"), ["#o_cp_name", "#o_cp_allocated_hours"]
        )
        self.assertEqual(self._count(), count)

    def test_wrong_texts_get_a_message_at_their_field(self):
        wrong = {
            "name": ["", "  ", "nul\0"],
            "priority": ["9", "High", "0x"],
            "date_deadline": ["soon", "2026-13-01T00:00", "0001-01-01T00:00", "12"],
            "description": ["nul\0"],
            "allocated_hours": ["many", "1,5", "nan", "inf", "1e999", "0x10", "--1"],
            "milestone_id": ["-1", "x", "99999999999999999999", "9" * 5000, "[1]"],
            "tag_ids": [["", "x"], ["-1"], ["[(0, 0, {})]"], [str(2**40)]],
        }
        count = self._count()
        for name, texts in wrong.items():
            for text in texts:
                with self.subTest(name=name, text=text):
                    errors = self._errors("new", {"name": "x", name: text})
                    self.assertEqual(list(errors), [name])
        for name, code in (("sequence", "accounts"), ("date_start", "works")):
            for text in ("soon", str(2**31), "1.5", "2026-02-30", "٣"):
                good = {"acc_number": "1", "name": "x"}
                with self.subTest(name=name, text=text):
                    self.assertIn(name, self._errors("new", {**good, name: text}, code))
        self.assertEqual(self._count(), count)

    def test_records_that_are_not_offered_cannot_be_chosen(self):
        hostile = {
            "milestone_id": str(self.secret_milestone.id),
            "tag_ids": ["", str(self.good_tag.id), str(self.secret_tag.id)],
        }
        for name, text in hostile.items():
            for path in ("new", f"{self.task.id}/edit"):
                with self.subTest(name=name, path=path):
                    errors = self._errors(path, {"name": "x", name: text})
                    self.assertEqual(list(errors), [name])

    def test_without_a_domain_customers_choose_what_odoo_lets_them_read(self):
        page = self._open("new", "accounts")
        self.assertNotIn("Secret Bank", page.text_content())
        texts = {"acc_number": "FORM-2", "bank_id": str(self.secret_bank.id)}
        self.assertEqual(list(self._errors("new", texts, "accounts")), ["bank_id"])

    def test_forged_fields_are_never_written(self):
        stage = self.env["project.task.type"].create({"name": "Forged"})
        forged = {
            "stage_id": str(stage.id),
            "partner_id": str(self.stranger.id),
            "project_id": "1",
            "active": "",
            "create_uid": "1",
            "id": "1",
            "user_ids": "1",
            "code": "orders",
            "res_id": str(self.foreign_task.id),
            "mode": "edit",
        }
        task = self._created(self._send("new", {"name": "Mine", **forged}))
        self.assertEqual(task.partner_id, self.emma)
        self.assertNotEqual(task.stage_id, stage)
        self._send(f"{self.task.id}/edit", {"name": "Changed", **forged})
        self.env.invalidate_all()
        self.assertEqual(self.task.name, "Changed")
        self.assertEqual(self.foreign_task.name, "Old")
        self.assertEqual(self.task.partner_id, self.emma)
        self.assertEqual(self.task.project_id, self.project)
        self.assertTrue(self.task.active)

    def test_a_field_that_the_profile_does_not_let_write_is_not_written(self):
        self.wishes.field_ids.filtered(
            lambda line: line.field_id.name == "priority"
        ).access = "read"
        self.assertFalse(self._open("new").xpath("//*[@name='priority']"))
        self._send(f"{self.task.id}/edit", {"name": "Old", "priority": "1"})
        self.env.invalidate_all()
        self.assertEqual(self.task.priority, "0")

    def test_what_a_model_refuses_stands_above_the_form(self):
        def refuse(records, *args):
            records.env["project.tags"].create({"name": "Half done"})
            raise UserError(MESSAGE)

        for method in ("create", "write"):
            self.patch(self.env.registry["project.task"], method, refuse)
        texts = {"name": "Typed", "description": "Kept"}
        for path in ("new", f"{self.task.id}/edit"):
            with self.subTest(path):
                response = self._send(path, texts)
                self.assertEqual(response.status_code, 422)
                page = html.fromstring(response.text)
                [summary] = page.xpath("//*[@role='alert'][@autofocus]")
                self.assertIn(MESSAGE, summary.text_content())
                self.assertEqual(page.xpath("//textarea")[0].text, "Kept")
                half_done = self.env["project.tags"].search(
                    [("name", "=", "Half done")]
                )
                self.assertFalse(half_done)

    def test_what_the_database_refuses_stands_above_the_form(self):
        texts = {"acc_number": "FORM-3"}
        self._created(self._send("new", texts, "accounts"), "accounts")
        with mute_logger("odoo.sql_db"):
            errors = self._errors("new", texts, "accounts")
        self.assertEqual(list(errors), [""])
        self.assertTrue(errors[""])

    # === SENT TWICE === #

    def test_a_form_that_is_sent_twice_makes_one_record(self):
        [token] = self._open("new").xpath("//input[@name='_token']/@value")
        texts = {"name": "Once", "_token": token}
        first = self._created(self._send("new", texts))
        second = self._created(self._send("new", texts))
        self.assertEqual(first, second)
        self.assertEqual(self.task.search([("name", "=", "Once")]), first)
        [other] = self._open("new").xpath("//input[@name='_token']/@value")
        self.assertNotEqual(other, token)

    def test_two_at_once_make_one_record(self):
        self.env["customer.portal.form"].with_user(self.user).create_record(
            "wishes", {"name": "Twin"}, token="t"
        )
        count = self._count()
        with self.assertRaises(ConcurrencyError), self.env.cr.savepoint():
            self.env["customer.portal.form"].with_user(self.user).create_record(
                "wishes", {"name": "Twin"}, token="t"
            )
        self.assertEqual(self._count(), count)

    def test_the_token_of_somebody_else_leads_nowhere(self):
        other = self._make_portal_contact(
            "other@example.com", portal_profile_id=self.profile.id
        )
        user = self._user_of(other)
        first = (
            self.env["customer.portal.form"]
            .with_user(user)
            .create_record("wishes", {"name": "Theirs"}, token="t")
        )
        mine = self._created(self._send("new", {"name": "Mine", "_token": "t"}))
        self.assertNotEqual(mine.id, first)
        self.assertEqual(mine.partner_id, self.emma)

    @takes_long
    def test_strange_tokens_are_tokens(self):
        for token in ("", "\0", "x" * 5000, "é😀", "'--"):
            with self.subTest(token):
                self._created(self._send("new", {"name": "x", "_token": token}))

    # === ATTACHMENTS === #

    def _permit_upload(self):
        self.wishes.write({"show_documents": True, "can_upload": True})

    def _files(self, *names):
        return [("_files", (name, b"content", "text/plain")) for name in names]

    def test_only_a_profile_that_permits_uploads_shows_attachments(self):
        self.assertFalse(self._open("new").xpath("//input[@type='file']"))
        self._permit_upload()
        self.assertTrue(self._open("new").xpath("//input[@type='file'][@multiple]"))
        path = f"{self.task.id}/edit"
        self.assertFalse(self._open(path).xpath("//input[@type='file']"))

    def test_files_are_attached_to_the_new_record(self):
        self._permit_upload()
        files = self._files("a.txt", "b.txt")
        task = self._created(self._send("new", {"name": "Files"}, files=files))
        attachments = self.env["ir.attachment"].search(
            [("res_model", "=", "project.task"), ("res_id", "=", task.id)]
        )
        self.assertEqual(sorted(attachments.mapped("name")), ["a.txt", "b.txt"])
        self.assertEqual(attachments[0].raw, b"content")

    @takes_long
    def test_nothing_is_lost_while_a_browser_mends_a_form(self):
        self._permit_upload()
        self.start_tour(
            "/my/p/wishes/new", "customer_portal_record_form", login=self.user.login
        )
        task = self.task.search([("name", "=", "Broken pump")])
        self.assertIn("It drips", task.description)
        attachments = self.env["ir.attachment"].search(
            [("res_model", "=", "project.task"), ("res_id", "=", task.id)]
        )
        self.assertEqual(attachments.mapped("name"), ["photo.txt"])

    def test_a_refused_file_saves_nothing(self):
        self._permit_upload()

        def refuse(*args):
            raise UserError(MESSAGE)

        self.patch(self.env.registry["customer.portal.file"], "_add_files", refuse)
        count = self._count()
        texts = {"name": "Files", "description": "Kept"}
        response = self._send("new", texts, files=self._files("a.txt"))
        page = html.fromstring(response.text)
        [error] = page.xpath("//*[@id='o_cp__files_error']")
        self.assertEqual(error.text_content().strip(), MESSAGE)
        self.assertEqual(page.xpath("//textarea")[0].text, "Kept")
        self.assertEqual(self._count(), count)


@tagged("post_install", "-at_install")
class TestChoices(FormsCommon):
    """What may be chosen is said by the module."""

    def _line(self, name):
        return self.wishes.module_id.field_ids.filtered(lambda line: line.name == name)

    def test_choices_must_fit_the_records_behind_the_field(self):
        for name, domain in (
            ("tag_ids", "[('gone', '=', 1)]"),
            ("tag_ids", "nonsense"),
            ("milestone_id", "[('id', '=', 'x')]"),
            ("milestone_id", "[('create_uid.password', '=', 'x')]"),
            ("name", "[]"),
        ):
            with self.subTest(domain), self.assertRaises(ValidationError):
                self._line(name).choice_domain = domain

    def test_many_values_need_choices_to_be_in_a_form(self):
        with self.assertRaises(ValidationError):
            self._line("tag_ids").choice_domain = False

    def test_commands_from_outside_are_never_taken(self):
        for value in (
            [(0, 0, {"name": "Made"})],
            [(6, 0, self.good_tag.ids)],
            [(4, self.good_tag.id)],
            self.good_tag.id,
            [self.secret_tag.id],
            [True],
            ["1"],
            {"a": 1},
            "x",
        ):
            with self.subTest(value), self.assertRaises(UserError):
                self.env["customer.portal.form"].with_user(self.user).write_record(
                    "wishes", self.task.id, {"tag_ids": value}
                )
            with self.subTest(value), self.assertRaises(UserError):
                self.env["customer.portal.form"].with_user(self.user).create_record(
                    "wishes", {"name": "x", "tag_ids": value}
                )
        self.assertFalse(self.env["project.tags"].search([("name", "=", "Made")]))
        self.env["customer.portal.form"].with_user(self.user).write_record(
            "wishes", self.task.id, {"tag_ids": self.good_tag.ids}
        )
        self.assertEqual(self.task.tag_ids, self.good_tag)

    def test_a_form_of_a_module_without_a_direct_contact_does_not_open(self):
        self.wishes.module_id.partner_field = "project_id.partner_id"
        self.assertEqual(self.url_open("/my/p/wishes/new").status_code, 404)

    def test_the_answer_to_a_script_is_json(self):
        response = self._send("new", {"name": ""}, headers=JSON)
        self.assertIn("name", json.loads(response.text)["errors"])
