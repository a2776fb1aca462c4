import json

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from ..common import CustomerPortalCommon

NAME = "salaries-of-all.pdf"


@tagged("post_install", "-at_install")
class TestTypedIds(CustomerPortalCommon):
    """Forms tell nothing of records that whoever types their number may not read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.documents = cls.env["customer.portal.document"].with_user(cls.agent)
        boss = new_test_user(cls.env, login="boss", groups="base.group_system")
        cls.secret = (
            cls.env["ir.attachment"]
            .with_user(boss)
            .create(
                {
                    "name": NAME,
                    "raw": b"%PDF-1.4 secret",
                    "mimetype": "application/pdf",
                    "res_model": "ir.config_parameter",
                    "res_id": cls.env["ir.config_parameter"].search([], limit=1).id,
                }
            )
            .sudo()
        )
        assert not cls.secret.with_user(cls.agent).has_access("read")
        cls.spec = {
            name: {}
            for name in (
                *("name", "file_name", "mimetype", "file_size", "datas"),
                *("res_model", "res_id", "record_name"),
            )
        }
        cls.spec["attachment_id"] = {"fields": {"display_name": {}}}

    def _make_document(self):
        return self.documents.create(
            {
                "name": "Terms",
                "audience": "everyone",
                "attachment_id": self.env["ir.attachment"]
                .with_user(self.agent)
                .create({"name": "terms.txt", "raw": b"terms"})
                .id,
            }
        )

    def _assert_silent(self, answer):
        told = json.dumps(answer, default=str)
        for word in (NAME, "application/pdf", "ir.config_parameter"):
            self.assertNotIn(word, told)
        size = self.secret.file_size
        self.assertNotEqual(answer.get("value", {}).get("file_size"), size)

    def test_a_typed_file_tells_nothing_of_itself(self):
        for document in (self.documents, self._make_document()):
            for value in (self.secret.id, str(self.secret.id)):
                values = {"attachment_id": value, "name": False}
                with self.subTest(document=document, value=value):
                    answer = document.onchange(values, ["attachment_id"], self.spec)
                    self._assert_silent(answer)

    def test_a_proposed_file_tells_nothing_of_itself(self):
        documents = self.documents.with_context(default_attachment_id=self.secret.id)
        self._assert_silent(documents.onchange({}, [], self.spec))
        self._assert_silent(documents.default_get(list(self.spec)))
        self.assertFalse(documents.new().file_name)
        self.assertFalse(documents.new({"attachment_id": self.secret.id}).mimetype)

    def test_a_file_that_may_be_read_is_told_as_before(self):
        document = self._make_document()
        file = document.attachment_id
        self.assertEqual(
            (document.file_name, document.file_size, document.mimetype),
            ("terms.txt", 5, "text/plain"),
        )
        values = {"attachment_id": file.id, "name": False}
        answer = self.documents.onchange(values, ["attachment_id"], self.spec)
        self.assertEqual(answer["value"]["file_name"], "terms.txt")
        fresh = self.env["ir.attachment"].with_user(self.agent)
        other = fresh.create({"name": "other.txt", "raw": b"other"})
        answer = document.onchange(
            {"attachment_id": other.id}, ["attachment_id"], self.spec
        )
        self.assertEqual(answer["value"]["file_name"], "other.txt")

    def test_a_shared_file_is_told_to_agents_who_read_no_more_of_it(self):
        """They see what is shared, of a record that they do not."""
        document = self._make_document().sudo()
        document.attachment_id = self.secret
        shared = document.with_user(self.agent)
        shared.invalidate_recordset()
        self.assertEqual(shared.file_name, NAME)
        self.assertFalse(shared.datas)
        self.assertFalse(shared.record_name)

    def test_the_dialog_to_share_tells_nothing_of_typed_files(self):
        dialogs = self.env["customer.portal.document.share"].with_user(self.agent)
        spec = {
            "attachment_ids": {"fields": {"name": {}, "mimetype": {}, "file_size": {}}},
            "partner_id": {"fields": {"display_name": {}}},
        }
        command = [[4, self.secret.id]]
        for act in (
            lambda: dialogs.onchange(
                {"attachment_ids": command}, ["attachment_ids"], spec
            ),
            lambda: dialogs.with_context(default_attachment_ids=command).onchange(
                {}, [], spec
            ),
            lambda: dialogs.with_context(
                active_model="ir.attachment", active_ids=self.secret.ids
            ).onchange({}, [], spec),
            lambda: dialogs.create({"attachment_ids": command}).web_read(spec)[0],
        ):
            try:
                answer = act()
            except AccessError:
                continue
            self._assert_silent(answer)

    def test_the_dialog_shows_the_files_of_its_record(self):
        file = self._make_document().attachment_id
        dialogs = self.env["customer.portal.document.share"].with_user(self.agent)
        opened = dialogs.with_context(active_model=file._name, active_ids=file.ids)
        spec = {"attachment_ids": {"fields": {"name": {}}}}
        answer = opened.onchange({}, [], spec)
        self.assertIn("terms.txt", json.dumps(answer, default=str))

    def test_the_dialog_tells_nothing_of_records_it_is_opened_from(self):
        dialogs = self.env["customer.portal.document.share"].with_user(self.agent)
        parameters = self.env["ir.config_parameter"].search([], limit=1)
        opened = dialogs.with_context(
            active_model=parameters._name, active_ids=parameters.ids
        )
        with self.assertRaises(AccessError):
            opened.default_get(["attachment_ids", "partner_id"])

    # === DIALOGS === #

    def _find_hidden(self):
        """Return records that the agent may not read, by their model."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        boss = self.env.ref("base.user_admin")
        partner = self.env["res.partner"].create(
            {"name": NAME, "company_id": company.id}
        )
        task = self.env["project.task"].create(
            {"name": NAME, "project_id": False, "user_ids": boss.ids}
        )
        hidden = {one._name: one for one in (partner, task, self.secret)}
        self.agent.company_ids = self.env.company
        for record in hidden.values():
            self.assertFalse(record.with_user(self.agent).has_access("read"))
        return hidden

    def _find_dialogs(self):
        """Return the dialogs of agents, with the fields that lead to a record."""
        for model in self.env.values():
            is_dialog = isinstance(model, self.registry["customer.portal.dialog"])
            dialogs = model.with_user(self.agent)
            if is_dialog and not model._abstract and dialogs.has_access("create"):
                yield dialogs, dialogs._get_links()

    def _make_values(self, dialogs):
        """Return what a dialog cannot do without."""
        found = {
            name: self.env[dialogs._fields[name].comodel_name].search([], limit=1).id
            for name in dialogs._get_links()
            if dialogs._fields[name].required
        }
        return {name: value for name, value in found.items() if value}

    def test_no_dialog_names_what_may_not_be_read(self):
        hidden, asked = self._find_hidden(), set()
        for dialogs, names in self._find_dialogs():
            known = self._make_values(dialogs)
            for name in names:
                record = hidden.get(dialogs._fields[name].comodel_name)
                if record is None:
                    continue
                asked.add((dialogs._name, name))
                self._assert_dialog_silent(dialogs, known, name, record)
        self.assertGreaterEqual(
            asked,
            {
                ("customer.portal.explanation", "partner_id"),
                ("customer.portal.explanation", "attachment_id"),
                ("customer.portal.viewing.start", "partner_id"),
                ("customer.portal.case.merge", "target_id"),
                ("customer.portal.document.share", "partner_id"),
                ("customer.portal.manager.choice", "organization_id"),
            },
        )

    def _assert_dialog_silent(self, dialogs, known, name, record):
        spec = {name: {"fields": {"display_name": {}}}}
        typed, proposed = {name: record.id}, {f"default_{name}": record.id}
        opened = {"active_model": record._name, "active_id": record.id}
        ways = {
            "create": lambda: dialogs.create({**known, **typed}).web_read(spec),
            "read": lambda: dialogs.create({**known, **typed}).read([name]),
            "save": lambda: dialogs.web_save({**known, **typed}, spec),
            "write": lambda: dialogs.create(known).web_save(typed, spec),
            "type": lambda: dialogs.onchange(dict(typed), [name], spec),
            "propose": lambda: dialogs.with_context(**proposed).onchange({}, [], spec),
            "open": lambda: dialogs.with_context(**opened).onchange({}, [], spec),
            "start": lambda: dialogs.with_context(**opened).create(known).read([name]),
        }
        for way, act in ways.items():
            with self.subTest(dialogs._name, name=name, way=way):
                try:
                    with self.env.cr.savepoint():
                        told = json.dumps(act(), default=str)
                except (AccessError, ValidationError):
                    continue
                self.assertNotIn(NAME, told)

    def test_what_may_be_read_is_named_in_dialogs_as_before(self):
        dialogs = self.env["customer.portal.explanation"].with_user(self.agent)
        spec = {"partner_id": {"fields": {"display_name": {}}}}
        [told] = dialogs.create({"partner_id": self.contact.id}).web_read(spec)
        self.assertEqual(told["partner_id"]["display_name"], self.contact.name)
        document = self._make_document().sudo()
        document.attachment_id = self.secret
        dialogs.create({"attachment_id": self.secret.id})
