from odoo.exceptions import UserError
from odoo.tests import tagged

from ...models.version.guard import DRAFT
from ..leak_common import LeakCommon


@tagged("post_install", "-at_install")
class TestLeakPublishing(LeakCommon):
    """What leaks is not published, unless an administrator says why it shall be."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.group_ids |= cls.env.ref("project.group_project_user")
        cls.module.allow_everyone = True
        params = cls.env["ir.config_parameter"]
        params._set_portal_text("customer_portal.drafts", "True")

    def _start(self, record, vals):
        record = record.with_user(self.manager)
        record.action_edit_draft()
        record.with_context(**{DRAFT: True}).web_save(vals, {"display_name": {}})
        return self.env["customer.portal.draft"].with_user(self.manager)._find(record)

    def test_a_profile_that_would_leak_is_published_with_a_reason_alone(self):
        rows = [(1, self.row.id, {"records_visibility": "everyone"})]
        draft = self._start(self.profile, {"permission_ids": rows})
        with self.assertRaisesRegex(UserError, "not theirs"), self.env.cr.savepoint():
            draft._publish("Go")
        self.assertEqual(self.row.records_visibility, "organization")
        version = draft._publish("Go", override="A fair")
        self.assertEqual(self.row.records_visibility, "everyone")
        self.assertEqual(version.override, "A fair")
        self.assertIn("Checked", version.blockers)
        check = self.profile.leak_check_id
        self.assertEqual((check.state, check.trigger), ("red", "publish"))

    def test_a_module_that_would_leak_is_published_with_a_reason_alone(self):
        self.project.partner_id = self.sam
        draft = self._start(self.module, {"partner_field": "project_id.partner_id"})
        with self.assertRaisesRegex(UserError, "not theirs"), self.env.cr.savepoint():
            draft._publish("Go")
        self.assertEqual(self.module.partner_field, "partner_id")
        draft._publish("Go", override="A fair")
        self.assertEqual(self.module.partner_field, "project_id.partner_id")

    def test_what_leaks_nothing_is_published_as_it_is(self):
        rows = [(1, self.row.id, {"can_export": False})]
        draft = self._start(self.profile, {"permission_ids": rows})
        version = draft._publish("Go")
        self.assertFalse(version.blockers)
        self.assertFalse(self.row.can_export)
        self.assertEqual(self.profile.leak_state, "green")
