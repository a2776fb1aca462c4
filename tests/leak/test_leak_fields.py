from odoo.fields import Command
from odoo.tests import tagged

from ...models.leak import sight_fields
from ..common import takes_long
from ..leak_common import LeakCommon


@tagged("post_install", "-at_install")
class TestLeakFields(LeakCommon):
    """What a field of a record names is looked at, too: Odoo shows names past rules."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.theirs, cls.ours = cls.wishes  # of Emma, and of Sam

    def _relate(self, task, parent):
        """Make a task part of another one; Odoo gives it the customer of that."""
        partner = task.partner_id
        task.parent_id = parent
        task.partner_id = partner

    def _publish_field(self, name, access="read", **values):
        self.module.field_ids = [Command.create({"name": name, **values})]
        line = self.row.field_ids.filtered(lambda one: one.field_id.name == name)
        line.access = access
        return line.field_id

    def _assert_named(self, record, name, check=None):
        way = f"field:project.task:{name}"
        return self._assert_leak(record, way, reason="field", check=check)

    def test_a_link_to_a_record_of_another_customer_is_found_by_its_field(self):
        self._relate(self.ours, self.theirs)
        self.assertEqual(self._check().state, "green")
        field = self._publish_field("parent_id", label="Related Wish")
        [line] = self._assert_named(self.theirs, "parent_id")
        self.assertEqual(line.module_id, self.module)
        self.assertEqual(line.seen_by, "customers")
        self.assertEqual(line.ways_text, "field Related Wish")
        field.in_detail = False
        self.assertEqual(self._check().state, "green")

    @takes_long
    def test_it_is_found_though_many_records_hide_it(self):
        self._relate(self.ours, self.theirs)
        self._publish_field("parent_id")
        self._make_tasks(self.project, *[self.sam] * 5)
        self.patch(sight_fields, "LIMIT", 2)
        self._assert_named(self.theirs, "parent_id")

    @takes_long
    def test_a_list_of_records_of_other_customers_is_found(self):
        self._relate(self.theirs, self.ours)
        self._publish_field("child_ids")
        self._assert_named(self.theirs, "child_ids")

    def test_a_text_that_comes_from_another_customers_record_is_found(self):
        self._relate(self.ours, self.theirs)
        self._publish_field("email_cc")
        self.assertEqual(self._check().state, "green")
        field = self.env["project.task"]._fields["email_cc"]
        self.patch(field, "related", "parent_id.partner_id.email")
        self._assert_named(self.emma, "email_cc")

    @takes_long
    def test_a_computed_text_that_names_another_customer_is_found(self):
        self._publish_field("portal_user_names")
        self.assertEqual(self._check().state, "green")
        self.emma.name = "Emma of Azure"
        self.ours.sudo().user_ids = self._user_of(self.emma)
        self._assert_named(self.emma, "portal_user_names")

    @takes_long
    def test_choices_of_a_form_that_are_of_other_customers_are_found(self):
        self.row.can_edit = True
        field = self._publish_field(
            "parent_id", "write", in_edit=True, in_detail=False, choice_domain="[]"
        )
        self._assert_named(self.theirs, "parent_id")
        field.choice_domain = "[('partner_id', '=', False)]"
        check = self._check()
        self.assertNotIn("field", check.line_ids.mapped("reason"), self._tell(check))

    def test_employees_colleagues_and_ones_own_records_are_no_leak(self):
        colleague = self.env["res.partner"].create(
            {"name": "Another of Deco", "parent_id": self.deco.id}
        )
        [own] = self._make_tasks(self.project, colleague)
        self._relate(self.ours, own)
        self.ours.user_ids = self.agent
        for name in ("parent_id", "user_ids", "portal_user_names", "project_id"):
            self._publish_field(name)
        check = self._check()
        self.assertEqual(check.state, "green", self._tell(check))

    @takes_long
    def test_a_contact_of_nobody_who_has_access_is_to_be_looked_at(self):
        self.row.show_comments = True
        vendor = self.env["res.partner"].create({"name": "A vendor of parts"})
        [part] = self._make_tasks(self.project, vendor)
        self._relate(self.ours, part)
        self._publish_field("parent_id")
        check = self._check()
        self.assertEqual(check.state, "yellow", self._tell(check))
        line = self._lines(check, "doubt")
        self.assertEqual((line.reason, line.res_ids), ("named", part.ids))

    @takes_long
    def test_others_who_have_written_a_comment_are_to_be_looked_at(self):
        self.row.show_comments = True
        self.ours.message_post(
            body="I am of Azure.",
            author_id=self.emma.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        check = self._check()
        self.assertEqual(check.state, "yellow", self._tell(check))
        line = self._lines(check, "doubt")
        self.assertEqual((line.reason, line.res_ids), ("named", self.emma.ids))
        self.assertEqual(line.ways_text, "comment")

    @takes_long
    def test_whom_odoo_notified_of_their_own_comment_is_no_leak(self):
        self.ours.message_subscribe(self.agent.partner_id.ids)
        self.ours.message_post(
            body="Thank you.",
            author_id=self.sam.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        check = self._check()
        self.assertEqual(check.state, "green", self._tell(check))

    @takes_long
    def test_names_that_programs_read_are_to_be_looked_at(self):
        self.project.privacy_visibility = "portal"
        row = self._get_row("tasks")
        row.write({"visible": True, "records_visibility": "subsidiaries"})
        self.ours.message_subscribe(self.sam.ids)
        self.assertEqual(self._check().state, "green")
        self._relate(self.ours, self.theirs)
        check = self._check()
        self.assertEqual(check.state, "yellow", self._tell(check))
        line = self._lines(check, "doubt")
        self.assertEqual((line.reason, line.res_ids), ("named", self.theirs.ids))
        self.assertEqual(line.ways, "field:project.task:parent_id")

    def _show_tasks(self):
        """Let Sam read their task on Odoo's own pages."""
        self.project.privacy_visibility = "portal"
        row = self._get_row("tasks")
        row.write({"visible": True, "records_visibility": "subsidiaries"})
        self.ours.message_subscribe(self.sam.ids)

    def _assert_to_be_looked_at(self, record, name):
        check = self._check()
        self.assertEqual(check.state, "yellow", self._tell(check))
        way = f"field:project.task:{name}"
        lines = self._lines(check, "doubt").filtered(lambda o: way in o.ways.split())
        self.assertEqual(lines.res_ids, record.ids, self._tell(check))

    @takes_long
    def test_a_text_of_another_customer_that_programs_read_is_to_be_looked_at(self):
        self._show_tasks()
        self._relate(self.ours, self.theirs)
        field = self.env["project.task"]._fields["email_from"]
        self.patch(field, "related", "parent_id.partner_id.email")
        self._assert_to_be_looked_at(self.emma, "email_from")

    @takes_long
    def test_a_computed_text_that_programs_read_is_to_be_looked_at(self):
        self._show_tasks()
        self.emma.name = "Emma of Azure"
        check = self._check()
        self.assertEqual(check.state, "green", self._tell(check))
        self.ours.sudo().user_ids = self._user_of(self.emma)
        self._assert_to_be_looked_at(self.emma, "portal_user_names")
