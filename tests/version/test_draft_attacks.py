from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..version_common import EDIT, VersionCommon

# One that internal users may not read, beside administrators.
CLOSED = "fetchmail.server"
KEYS = {
    "customer_portal_publishing": True,
    "install_mode": True,
    "module": "customer_portal",
    "customer_portal_draft": 0,
}


@tagged("post_install", "-at_install")
class TestDraftAttacks(VersionCommon):
    """Nobody gets past the draft, and nobody is given one."""

    def _attempts(self, **context):
        profile = self._as_manager(self.profile, **context)
        row, cases = (
            self._as_manager(one, **context) for one in (self.row, self.cases)
        )
        new = {"name": "date_deadline", "module_id": cases.id}
        return {
            "profile": lambda: profile.write({"default_scope": "all"}),
            "profile through lines": lambda: profile.write(
                {"permission_ids": [Command.update(row.id, {"can_close": True})]}
            ),
            "web_save": lambda: profile.web_save({"default_scope": "all"}, {}),
            "web_save_multi": lambda: profile.web_save_multi([{"name": "A"}], {}),
            "row": lambda: row.write({"can_close": True}),
            "row removed": row.unlink,
            "field": lambda: row.field_ids[0].write({"access": "read"}),
            "field removed": row.field_ids[0].unlink,
            "widget": lambda: profile.widget_ids[0].write({"visible": True}),
            "widget removed": profile.widget_ids[0].unlink,
            "module": lambda: cases.write({"domain": "[]"}),
            "module's profiles": lambda: cases.write({"profile_ids": [(5,)]}),
            "module's field": lambda: cases.field_ids[0].write({"label": "No"}),
            "module's field added": lambda: cases.field_ids.create(new),
            "module's field removed": cases.field_ids[0].unlink,
            "translation": lambda: profile.update_field_translations(
                "name", {"en_US": "Other"}
            ),
            "archived": profile.action_archive,
            "resequenced": lambda: profile.web_resequence({}, offset=4),
            "removed": profile.unlink,
            "never published": lambda: profile.write({"is_unpublished": True}),
        }

    def test_what_is_live_is_changed_by_nobody_whatever_the_context_says(self):
        before, name = self._rights(), self.profile.name
        for context in ({}, KEYS, EDIT):
            for what, attempt in self._attempts(**context).items():
                with (
                    self.subTest(what, context=context),
                    self.assertRaises(UserError),
                    self.env.cr.savepoint(),
                ):
                    attempt()
        self.env.invalidate_all()
        self.assertEqual(self._rights(), before)
        self.assertEqual(self.profile.name, name)

    def test_an_import_changes_nothing_that_is_live(self):
        result = self._as_manager(self.profile).load(
            [".id", "name"], [[str(self.profile.id), "Other"]]
        )
        self.assertIn("is live", result["messages"][0]["message"])
        self.assertEqual(self.profile.name, "Premium")

    def test_a_file_gets_past_no_draft(self):
        portable = self.as_manager["customer.portal.portable"]
        data = portable._export(profiles=self._as_manager(self.profile))
        data["profiles"]["Premium"]["default_scope"] = "all"
        with self.assertRaisesRegex(UserError, "changed in drafts here"):
            portable._apply(data)
        self.env["ir.config_parameter"]._set_portal_text("customer_portal.drafts", "")
        portable._apply(data)
        version = self.versions.search([], limit=1)
        self.assertEqual((version.kind, version.profile_id), ("imported", self.profile))

    def test_the_superuser_of_a_server_action_publishes_past_nobody(self):
        with self.assertRaises(UserError):
            self.row.sudo().can_close = True

    def test_agents_neither_see_drafts_nor_publish(self):
        draft = self._start()
        self._save_row({"can_close": True})
        agent = self.env(user=self.agent)
        profile = self.profile.with_env(agent)
        for attempt in (
            profile.action_edit_draft,
            profile.action_publish_draft,
            profile.action_discard_draft,
            profile.action_take_over_draft,
            draft.with_env(agent).action_publish,
            draft.with_env(agent).action_take_over,
            draft.with_env(agent).action_discard,
            draft.with_env(agent).action_open,
            draft.with_env(agent).action_unschedule,
            lambda: draft.with_env(agent).read(["rows"]),
            lambda: agent["customer.portal.version"].search([]),
            lambda: agent["customer.portal.publication"].create(
                {"draft_id": draft.id, "reason": "Mine"}
            ),
        ):
            with self.assertRaises(AccessError):
                attempt()
        shown = profile.with_context(**EDIT).web_read(
            {"permission_ids": {"fields": {"can_close": {}}}}
        )
        rows = {row["id"]: row for row in shown[0]["permission_ids"]}
        self.assertFalse(rows[self.row.id]["can_close"])
        self.assertTrue(draft.exists())

    def test_nobody_writes_drafts_or_versions_by_hand(self):
        draft = self._start()
        self._save_row({"can_close": True})
        version = draft._publish("One")
        draft = self._start()
        for attempt in (
            lambda: draft.write({"rows": {}}),
            lambda: self.drafts.create({"profile_id": self.profile.id}),
            draft.unlink,
            lambda: version.write({"reason": "Other"}),
            lambda: self.versions.create({"kind": "published"}),
            version.unlink,
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_a_contact_with_a_forged_draft_profile_sees_nothing_of_it(self):
        new = self.as_manager["customer.portal.profile"].create({"name": "Silver"})
        new.permission_ids.filtered(lambda row: row.module_id == self.cases).write(
            {"visible": True}
        )
        partner = self._make_portal_contact(portal_profile_id=self.profile.id)
        partner.flush_recordset()
        self.env.cr.execute(
            "UPDATE res_partner SET portal_profile_id = %s WHERE id = %s",
            (new.id, partner.id),
        )
        self.env.invalidate_all()
        gate = self.env["customer.portal.gate"].with_user(self._user_of(partner))
        self.assertFalse(gate.may("cases"))
        self.assertEqual(self._rights(new), {})

    def test_a_draft_profile_is_no_default(self):
        new = self.as_manager["customer.portal.profile"].create({"name": "Silver"})
        settings = self.env["res.config.settings"]
        with self.assertRaises(ValidationError):
            settings.create({"portal_default_profile_id": new.id})

    def test_new_drafts_stand_in_no_list_but_their_own(self):
        new = self.as_manager["customer.portal.profile"].create({"name": "Silver"})
        profiles = self.as_manager["customer.portal.profile"]
        self.assertNotIn(new, profiles.search([]))
        self.assertFalse(profiles.name_search("Silver"))
        self.assertEqual(self.drafts.search([]).profile_id, new)

    def test_drafts_change_no_list_of_what_is_live(self):
        profiles = self.as_manager["customer.portal.profile"]
        before = profiles.search_read([], ["name", "visible_names"])
        self._start()
        self._save(self.profile, {"name": "Gold"})
        self.assertEqual(profiles.search_read([], ["name", "visible_names"]), before)
        self.assertFalse(profiles.name_search("Gold"))
        self.manager.group_ids |= self.env.ref("base.group_allow_export")
        [exported] = self._as_manager(self.profile).export_data(["name"])["datas"]
        self.assertEqual(exported, ["Premium"])

    def test_a_profile_typed_into_a_contact_is_given_to_nobody_before_it_is_live(self):
        new_id, _name = self.as_manager["customer.portal.profile"].name_create("Typed")
        with self.assertRaises(ValidationError):
            self._as_manager(self.contact).portal_profile_id = new_id

    # === WHO ANSWERS FOR WHAT IS NEW === #

    def _make_keeper(self):
        """Return a manager who alone may read what nobody else may."""
        keepers = self.env["res.groups"].create({"name": "Keepers"})
        self.env["ir.model.access"].create(
            {
                "name": "keepers",
                "model_id": self.env["ir.model"]._get(CLOSED).id,
                "group_id": keepers.id,
                "perm_read": True,
            }
        )
        group = "customer_portal.group_customer_portal_manager"
        keeper = new_test_user(self.env, login="keeper", groups=group)
        keeper.group_ids += keepers
        return keeper

    def _draft_module(self, keeper):
        return (
            self.env["customer.portal.module"]
            .with_user(keeper)
            .create(
                {
                    "name": "Servers",
                    "model_name": CLOSED,
                    "allow_everyone": True,
                    "field_ids": [Command.create({"name": "name", "in_list": True})],
                }
            )
        )

    def test_nobody_publishes_what_is_new_and_permits_what_they_may_not_do(self):
        keeper = self._make_keeper()
        theirs = self.drafts.with_user(keeper)
        module = self._draft_module(keeper)
        with self.assertRaisesRegex(ValidationError, CLOSED), self.env.cr.savepoint():
            self.drafts._find(module)._publish("Mine")
        theirs._find(module)._publish("Theirs")
        profile = self.env["customer.portal.profile"].with_user(keeper)
        profile = profile.create({"name": "Keepers"})
        row = profile.permission_ids.filtered(lambda one: one.module_id == module)
        row.write({"visible": True, "records_visibility": "everyone"})
        draft = self.drafts._find(profile)
        with self.assertRaisesRegex(ValidationError, CLOSED), self.env.cr.savepoint():
            draft._publish("Mine")
        with self.assertRaisesRegex(ValidationError, CLOSED), self.env.cr.savepoint():
            draft.action_publish()
        self.assertTrue(profile.is_unpublished)
        theirs._find(profile)._publish("Theirs")
        self.assertFalse(profile.is_unpublished)
        self.assertIn(module.code, self._rights(profile))
