import json

from odoo.exceptions import AccessError
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
