from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...models.version.guard import PUBLISHING, PUBLISHING_VALUE
from ..common import takes_long
from ..version_common import VersionCommon


@tagged("post_install", "-at_install")
class TestVersion(VersionCommon):
    """Each publication is kept, and what it gave customers comes back in one click."""

    def _publish(self, vals, reason="Because"):
        draft = self._start()
        self._save_row(vals)
        return draft._publish(reason)

    def test_a_version_says_who_when_why_and_what(self):
        version = self._publish({"can_close": True}, "They asked")
        self.assertEqual(version.user_id, self.manager)
        self.assertEqual(version.reason, "They asked")
        self.assertEqual(version.differences, "Cases › Close: turned off → turned on")
        self.assertEqual((version.number, version.change_count), (1, 1))
        self.assertTrue(version.date)

    @takes_long
    def test_a_version_calls_fields_what_people_call_them(self):
        line = self.row.field_ids.filtered(lambda one: one.access == "read")[0]
        version = self._publish({"field_ids": [(1, line.id, {"access": "hidden"})]})
        name = line.field_id.display_name
        self.assertNotEqual(name, line.field_id.name)
        self.assertEqual(version.differences, f"Cases › {name}: Read → Hidden")
        differences = self.env["customer.portal.differences"]
        self.assertNotIn("color", self.cases.field_ids.mapped("name"))
        self.assertEqual(
            differences._get_field_name(self.cases, "color"), "Color Index"
        )
        self.assertEqual(differences._get_field_name(self.cases, "gone"), "gone")

    def test_rolling_back_answers_bit_by_bit_as_before(self):
        one = self._publish({"can_close": True, "records_visibility": "subsidiaries"})
        answers = repr(self._rights())
        line = self.row.field_ids.filtered(lambda one: one.access == "read")[0]
        two = self._publish(
            {
                "can_close": False,
                "records_visibility": "own",
                "can_export": True,
                "field_ids": [(1, line.id, {"access": "hidden"})],
            }
        )
        self.assertNotEqual(repr(self._rights()), answers)
        one.action_roll_back()
        self.assertEqual(repr(self._rights()), answers)
        latest = self.versions.search([], limit=1)
        self.assertEqual(latest.reason, "Rolled back to version 1")
        self.assertEqual((latest.kind, latest.number), ("rolled_back", 3))
        self.assertEqual(two.number, 2)
        latest.invalidate_recordset()
        self.assertFalse(latest.can_roll_back)

    @takes_long
    def test_what_was_before_the_first_version_comes_back_too(self):
        answers = repr(self._rights())
        self._publish({"can_close": True, "can_export": True})
        start = self.versions.search([])[-1]
        self.assertEqual((start.kind, start.number), ("start", 0))
        start.action_roll_back()
        self.assertEqual(repr(self._rights()), answers)

    @takes_long
    def test_a_field_that_a_profile_hides_makes_no_version_of_the_profile(self):
        version = self._publish({"can_close": True})
        before = len(self.row.field_ids)
        with self.versions._recording(self.profile, "saved"):
            self.env["customer.portal.module.field"].with_context(
                **{PUBLISHING: PUBLISHING_VALUE}
            ).create({"module_id": self.cases.id, "name": "color", "in_detail": True})
        self.assertEqual(len(self.row.field_ids), before + 1)
        mine = [("profile_id", "=", self.profile.id)]
        self.assertEqual(self.versions.search(mine, limit=1), version)
        version.invalidate_recordset()
        self.assertFalse(version.can_roll_back)

    def test_rolling_back_a_module_brings_its_fields_and_their_access_back(self):
        draft = self._start(self.cases)
        self._save(self.cases, {"name": "Tickets"})
        one = draft._publish("One")
        answers = repr(self._rights())
        names = self._rights()["cases"].names["read"]
        line = self.cases.field_ids.filtered(lambda one: one.name == names[-1])
        draft = self._start(self.cases)
        self._save(self.cases, {"field_ids": [(2, line.id)], "closed_domain": False})
        draft._publish("Two")
        self.assertNotIn(names[-1], self._rights()["cases"].names["read"])
        one.action_roll_back()
        self.assertEqual(repr(self._rights()), answers)
        self.assertEqual(self.cases.name, "Tickets")

    @takes_long
    def test_rolling_back_hides_a_module_that_came_later(self):
        one = self._publish({"can_close": True})
        module = self.as_manager["customer.portal.module"].create(
            {
                "name": "Tags",
                "model_name": "res.partner.category",
                "allow_everyone": True,
                "field_ids": [(0, 0, {"name": "name", "in_list": True})],
            }
        )
        self.drafts._find(module)._publish("A new one")
        row = self.profile.permission_ids.filtered(lambda one: one.module_id == module)
        draft = self._start()
        self._save_row({"visible": True, "records_visibility": "everyone"}, row)
        draft._publish("Show it")
        self.assertIn(module.code, self._rights())
        one.action_roll_back()
        self.assertNotIn(module.code, self._rights())

    def test_a_roll_back_makes_a_draft_outdated(self):
        one = self._publish({"can_close": True})
        self._publish({"can_export": True})
        draft = self._start()
        self._save_row({"can_create": True})
        one.action_roll_back()
        draft.invalidate_recordset()
        self.assertTrue(draft.is_stale)

    def test_agents_roll_nothing_back(self):
        version = self._publish({"can_close": True})
        with self.assertRaises(AccessError):
            version.with_user(self.agent).action_roll_back()

    @takes_long
    def test_a_roll_back_that_would_leak_asks_for_a_reason_first(self):
        one = self._publish({"can_close": True})
        self._publish({"can_close": False})
        profiles = self.registry["customer.portal.profile"]
        self.patch(profiles, "_get_leaks", lambda _profiles: ["Cases leak."])
        action = one.action_roll_back()
        self.assertFalse(self.row.can_close)
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        dialog = dialog.with_user(self.manager)
        self.assertIn("Cases leak.", dialog.blockers)
        self.assertIn("Close: turned off → turned on", dialog.differences)
        with self.assertRaisesRegex(UserError, "Cases leak"):
            dialog.action_roll_back()
        self.assertFalse(self.row.can_close)
        dialog.override = "The other one is worse"
        dialog.action_roll_back()
        self.assertTrue(self.row.can_close)
        latest = self.versions.search([], limit=1)
        self.assertEqual(latest.override, "The other one is worse")
        self.assertEqual(latest.blockers, "Cases leak.")

    def test_agents_roll_nothing_back_by_the_dialog_either(self):
        version = self._publish({"can_close": True})
        with self.assertRaises(AccessError):
            version.with_user(self.agent)._roll_back("Because", "Because")

    def test_a_change_that_is_saved_without_a_draft_makes_a_version(self):
        self.env["ir.config_parameter"]._set_portal_text("customer_portal.drafts", "")
        profile = self._as_manager(self.profile)
        profile.web_save(
            {"permission_ids": [(1, self.row.id, {"can_close": True})]}, {}
        )
        version = self.versions.search([], limit=1)
        self.assertEqual((version.kind, version.user_id), ("saved", self.manager))
        self.assertEqual(version.differences, "Cases › Close: turned off → turned on")
        profile.web_save({}, {})
        self.assertEqual(self.versions.search([], limit=1), version)

    def test_whatever_a_screen_saves_without_a_draft_makes_a_version(self):
        self.env["ir.config_parameter"]._set_portal_text("customer_portal.drafts", "")
        profile, row = (self._as_manager(one) for one in (self.profile, self.row))
        for what, save in {
            "one of several": lambda: row.web_save_multi([{"can_close": True}], {}),
            "the order": lambda: row.web_resequence({}, offset=77),
            "archived": profile.action_archive,
            "unarchived": profile.action_unarchive,
        }.items():
            with self.subTest(what):
                before = self.versions.search_count([])
                save()
                version = self.versions.search([], limit=1)
                self.assertEqual(version.kind, "saved")
                self.assertEqual(version.change_count, 1)
                self.assertGreater(self.versions.search_count([]), before)

    @takes_long
    def test_a_profile_that_was_never_published_is_not_rolled_back(self):
        version = self._publish({"can_close": True})
        self.profile.with_context(
            customer_portal_publishing=PUBLISHING_VALUE
        ).is_unpublished = True
        with self.assertRaises(UserError):
            version.action_roll_back()

    @takes_long
    def test_rolling_back_leaves_out_a_field_that_no_longer_exists(self):
        draft = self._start(self.cases)
        self._save(self.cases, {"name": "Tickets"})
        one = draft._publish("One")
        line = next(v for k, v in one.after.items() if k.startswith("/field_ids/"))
        gone = {**line, "name": "x_gone", "for_model": False}
        one.sudo().after = {**one.after, "/field_ids/999999999": gone}
        draft = self._start(self.cases)
        self._save(self.cases, {"name": "Requests"})
        draft._publish("Two")
        one.action_roll_back()
        self.assertEqual(self.cases.name, "Tickets")
        self.assertNotIn("x_gone", self.cases.field_ids.mapped("name"))
