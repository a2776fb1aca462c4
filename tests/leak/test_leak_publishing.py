from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.leak.kept import KEPT
from ...models.version.guard import DRAFT, as_publishing
from ..common import takes_long
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

    @takes_long
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

    # === NOT COMPLETED === #

    def _patch_leaks(self, **names):
        return patch.multiple(
            "odoo.addons.customer_portal.models.leak.profile", **names
        )

    def test_what_is_not_checked_in_time_is_published_with_a_reason_alone(self):
        rows = [(1, self.row.id, {"can_export": False})]
        draft = self._start(self.profile, {"permission_ids": rows})
        with self._patch_leaks(request=object(), PUBLISH_SECONDS=-1):
            with (
                self.assertRaisesRegex(UserError, "more time"),
                self.env.cr.savepoint(),
            ):
                draft._publish("Go")
            self.assertTrue(self.row.can_export)
            version = draft._publish("Go", override="A fair")
        self.assertFalse(self.row.can_export)
        self.assertIn("not completed", version.blockers)
        self.assertEqual(self.profile.leak_check_id.state, "failed")

    @takes_long
    def test_who_publishes_later_has_the_time(self):
        rows = [(1, self.row.id, {"can_export": False})]
        draft = self._start(self.profile, {"permission_ids": rows})
        with self._patch_leaks(PUBLISH_SECONDS=-1):
            draft._publish("Go")
        self.assertFalse(self.row.can_export)

    def test_what_fails_to_be_checked_is_not_taken_for_checked(self):
        checks = self.registry["customer.portal.leak.check"]
        logger = "odoo.addons.customer_portal.models.leak.check_run"
        with (
            patch.object(checks, "_find", side_effect=ZeroDivisionError),
            mute_logger(logger),
        ):
            [text] = self.profile._get_leaks()
        self.assertIn("Checked", text)
        self.assertIn("not known", text)

    # === ONCE IS ENOUGH === #

    @contextmanager
    def _counting(self):
        """Count how often anybody is asked what they see."""
        checks = self.registry["customer.portal.leak.check"]
        find = checks._find
        with patch.object(checks, "_find", autospec=True, side_effect=find) as spy:
            yield spy

    def _open_dialog(self, draft, **values):
        action = draft.action_publish()
        dialog = self.env[action["res_model"]].with_user(self.manager)
        dialog = dialog.browse(action["res_id"])
        dialog.write({"reason": "Go", **values})
        return dialog

    def _open_everything(self):
        rows = [(1, self.row.id, {"records_visibility": "everyone"})]
        return self._start(self.profile, {"permission_ids": rows})

    @takes_long
    def test_what_the_dialog_has_checked_is_not_checked_again(self):
        rows = [(1, self.row.id, {"can_export": False})]
        draft = self._start(self.profile, {"permission_ids": rows})
        with self._counting() as spy:
            self._open_dialog(draft).action_publish()
        self.assertEqual(spy.call_count, 1)
        self.assertFalse(self.row.can_export)
        check = self.profile.leak_check_id
        self.assertEqual((check.state, check.trigger), ("green", "publish"))
        self.assertTrue(check.started and check.ended and check.line_ids)
        self.assertEqual(self.profile.leak_state, "green")

    @takes_long
    def test_leaks_that_the_dialog_has_found_still_ask_for_a_reason(self):
        draft = self._open_everything()
        with self._counting() as spy:
            dialog = self._open_dialog(draft)
            self.assertIn("not theirs", dialog.blockers)
            refused = self.assertRaisesRegex(UserError, "not theirs")
            with refused, self.env.cr.savepoint():
                dialog.action_publish()
            dialog.override = "A fair"
            dialog.action_publish()
        self.assertEqual(spy.call_count, 1)
        check = self.profile.leak_check_id
        self.assertEqual((check.state, check.trigger), ("red", "publish"))
        self.assertTrue(check.activity_ids)
        [version] = self.env["customer.portal.version"].search(
            [("profile_id", "=", self.profile.id), ("override", "!=", False)]
        )
        self.assertIn("Checked", version.blockers)

    @takes_long
    def test_nobody_waits_twice_for_what_is_not_checked_in_time(self):
        rows = [(1, self.row.id, {"can_export": False})]
        draft = self._start(self.profile, {"permission_ids": rows})
        slow = self._patch_leaks(request=object(), PUBLISH_SECONDS=-1)
        with slow, self._counting() as spy:
            dialog = self._open_dialog(draft, override="A fair")
            self.assertIn("more time", dialog.blockers)
            dialog.action_publish()
        self.assertEqual(spy.call_count, 1)
        self.assertFalse(self.row.can_export)

    @takes_long
    def test_what_was_not_checked_in_time_is_checked_when_published_later(self):
        rows = [(1, self.row.id, {"can_export": False})]
        draft = self._start(self.profile, {"permission_ids": rows})
        with self._patch_leaks(request=object(), PUBLISH_SECONDS=-1):
            self._open_dialog(draft)
        draft._publish("Go")
        self.assertEqual(self.profile.leak_check_id.state, "green")

    @takes_long
    def test_leaks_may_be_mended_once_the_dialog_is_opened_again(self):
        draft = self._open_everything()
        with self._counting() as spy:
            for _time in range(2):
                self.assertIn("not theirs", self._open_dialog(draft).blockers)
        self.assertEqual(spy.call_count, 2)

    @takes_long
    def test_a_draft_that_was_changed_since_is_checked_again(self):
        rows = [(1, self.row.id, {"can_export": False})]
        draft = self._start(self.profile, {"permission_ids": rows})
        with self._counting() as spy:
            self._open_dialog(draft)
            self._open_everything()
            with self.assertRaisesRegex(UserError, "not theirs"):
                draft._publish("Go")
        self.assertEqual(spy.call_count, 2)

    @takes_long
    def test_nor_does_it_count_once_anything_else_decides_otherwise(self):
        rule = self.env["ir.rule"].search([("groups", "!=", False)], limit=1)
        group = self.env["res.groups"].create({"name": "Nobody"})
        module = as_publishing(self.module)
        changes = {
            "a rule for other groups": lambda: rule.write({"groups": [(4, group.id)]}),
            "a rule of another kind": lambda: rule.write({"perm_read": False}),
            "a filter": lambda: module.write({"domain": "[('id', '<', 0)]"}),
        }
        for what, change in changes.items():
            rows = [(1, self.row.id, {"can_export": not self.row.can_export})]
            draft = self._start(self.profile, {"permission_ids": rows})
            with self.subTest(what), self._counting() as spy:
                dialog = self._open_dialog(draft, override="A fair")
                change()
                dialog.action_publish()
                self.assertEqual(spy.call_count, 2)

    @takes_long
    def test_nor_after_some_minutes(self):
        rows = [(1, self.row.id, {"can_export": False})]
        draft = self._start(self.profile, {"permission_ids": rows})
        with self._counting() as spy:
            dialog = self._open_dialog(draft)
            kept = self.env["customer.portal.leak.kept"].sudo().search([])
            kept.date -= KEPT + timedelta(seconds=1)
            dialog.action_publish()
        self.assertEqual(spy.call_count, 2)

    def test_nobody_makes_up_what_a_check_has_found(self):
        values = {"profile_id": self.profile.id, "mark": "made up"}
        for user in (self.manager, self.agent, self.env.ref("base.user_admin")):
            results = self.env["customer.portal.leak.kept"].with_user(user)
            with self.subTest(user.login), self.assertRaises(AccessError):
                results.create(values)

    @takes_long
    def test_what_a_roll_back_has_checked_is_not_checked_again(self):
        rows = [(1, self.row.id, {"records_visibility": "everyone"})]
        draft = self._start(self.profile, {"permission_ids": rows})
        version = draft._publish("Go", override="A fair")
        rows = [(1, self.row.id, {"records_visibility": "organization"})]
        self._start(self.profile, {"permission_ids": rows})._publish("Back")
        with self._counting() as spy:
            action = version.action_roll_back()
            dialog = self.env[action["res_model"]].with_user(self.manager)
            dialog = dialog.browse(action["res_id"])
            dialog.override = "Another fair"
            dialog.action_roll_back()
        self.assertEqual(spy.call_count, 1)
        self.assertEqual(self.row.records_visibility, "everyone")
