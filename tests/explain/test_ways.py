from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from ..common import takes_long
from ..explain_common import ExplainCommon


@tagged("post_install", "-at_install")
class TestWays(ExplainCommon):
    """Where several ways lead to the same, each of them is named."""

    def _tell(self, step_kind, **asked):
        steps = self._ask(**asked).steps
        return [step.text for step in steps if step.kind == step_kind]

    def _show_tasks(self):
        self.tasks_row.write({"visible": True, "records_visibility": "subsidiaries"})
        self.project.collaborator_ids = [Command.create({"partner_id": self.emma.id})]
        self.wish.message_subscribe(self.emma.ids)

    def test_other_pages_that_show_a_record_are_named(self):
        self.assertFalse(self._tell("elsewhere"))
        self._show_tasks()
        self.assertEqual(self._tell("elsewhere"), ["Another way to see it: Tasks."])
        self.row.visible = False
        answer = self._ask()
        self.assertIs(answer.allowed, False)
        [step] = [one for one in answer.steps if one.kind == "elsewhere"]
        self.assertEqual(step.link[:3], (self.row._name, self.tasks_row.id, "visible"))

    def test_programs_are_named_where_no_page_of_odoo_is(self):
        self._show_tasks()
        self.profile.blocked_paths = "/my/tasks"
        text = "Another way to reach it: the API."
        self.assertEqual(self._tell("elsewhere"), [text])

    @takes_long
    def test_a_file_is_shown_by_what_has_it_alone(self):
        self.assertEqual(self._tell("also", kind="file", file_id=self.file.id), [])
        asked = {"kind": "file", "file_id": self.file.id}
        self.row.show_documents = False
        answer = self._ask(**asked)
        self._assert_reason(answer, "action", "Documents")
        self.row.write({"show_documents": True, "show_comments": False})
        self.assertTrue(self._ask(**asked).allowed)

    def test_a_file_of_a_comment_that_is_shared_is_shown_by_both(self):
        file = self._attach(self.wish)
        self.wish.message_post(
            body="See the file.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=file.ids,
        )
        self.env["customer.portal.document"].create(
            {"name": "Plan", "attachment_id": file.id, "partner_id": self.emma.id}
        )
        for row in self.profile.permission_ids:
            if row.module_id.code == "documents":
                row.visible = True
        asked = {"kind": "file", "file_id": file.id}
        name = self.row._fields["show_comments"]._description_string(self.env)
        text = f"Another way to see it: {name}."
        self.assertEqual(self._tell("also", **asked), [text])
        self.assertEqual(
            self._tell("elsewhere", **asked), ["Another way to see it: Documents."]
        )

    def test_an_action_that_two_modules_allow_is_said_of_both(self):
        self._show_tasks()
        more = self.env["customer.portal.module"].create(
            {
                "code": "more",
                "name": "More",
                "page": "native",
                "model_name": "project.task",
                "partner_field": "partner_id",
            }
        )
        row = self.profile.permission_ids.filtered(lambda one: one.module_id == more)
        row.visible = self.tasks_row.show_comments = True
        asked = {"kind": "action", "action": "comments", "code": "tasks"}
        self.assertEqual(self._tell("also", **asked), [])
        row.show_comments = True
        self.assertEqual(self._tell("also", **asked), ["Another way to do it: More."])
        self.tasks_row.show_comments = False
        answer = self._ask(**asked)
        self.assertTrue(answer.allowed)
        self.assertEqual(self._tell("also", **asked), [])

    def test_each_contact_by_which_a_record_is_theirs_is_named(self):
        """As of a meeting, which has several."""
        people = (self.omar + self.colleague + self.stranger).sudo()
        explain = self.registry["customer.portal.explain"]
        self.enterContext(
            patch.object(explain, "_get_owners_sudo", lambda *args: people)
        )
        self.wish.partner_id = self.colleague
        self.row.records_visibility = "subsidiaries"
        [text] = self._tell("level")
        self.assertIn("Omar is below Baker Logistics", text)
        self.assertIn("Cleo belongs to Baker Way", text)
        self.assertNotIn("Sam", text)
        self.row.records_visibility = "organization"
        [text] = self._tell("level")
        self.assertIn("Cleo belongs to Baker Way", text)
        self.assertNotIn("Omar", text)

    def test_each_rule_of_odoo_that_lets_them_have_a_record_is_named(self):
        self._show_tasks()
        asked = {"way": "rpc", "code": "tasks"}
        own = ["Odoo's own rules let them have it."]
        self.assertEqual(self._tell("odoo_rule", **asked), own)
        self.env["ir.rule"].create(
            {
                "name": "All tasks for all",
                "model_id": self.env["ir.model"]._get_id("project.task"),
                "domain_force": "[(1, '=', 1)]",
                "groups": [Command.link(self.env.ref("base.group_portal").id)],
            }
        )
        [text] = self._tell("odoo_rule", **asked)
        self.assertIn("“All tasks for all”", text)
        self.wish.message_unsubscribe(self.emma.ids)
        self.project.collaborator_ids.unlink()
        self.assertEqual(self._tell("odoo_rule", **asked), own)
