from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import convert_file

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from ...const import VALUE_NAMES
from ..common import CustomerPortalCommon, takes_long


class TestKept(CustomerPortalCommon):
    """What cases rest on is not taken away by mistake, and comes back if it was."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = cls.env["customer.portal.module"]._get_cases()
        cls.project = cls.env.ref("customer_portal.project_cases")
        ids = [int(cls.cases[name]) for name in VALUE_NAMES]
        cls.stages = cls.env["project.task.type"].browse(ids)
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Cases"})
        cls.profile.permission_ids.filtered(
            lambda row: row.module_id == cls.cases
        ).write({"visible": True, "can_create": True, "can_close": True})
        cls.emma = cls._make_portal_contact(portal_profile_id=cls.profile.id)
        cls.user = cls._user_of(cls.emma)
        cls.gate = cls.env["customer.portal.gate"]

    def _update(self):
        """Load what an update of the addon loads."""
        names = ("project_project", "customer_portal_preset", "customer_portal_module")
        for name in names:
            path = f"data/{name}_data.xml"
            convert_file(self.env, "customer_portal", path, {}, mode="update")

    def _lose(self, records):
        """Delete what could be deleted before."""
        records.with_context(**{MODULE_UNINSTALL_FLAG: True}).unlink()
        self.env.registry.clear_cache()

    def _assert_works(self):
        res_id = (
            self.env["customer.portal.form"]
            .with_user(self.user)
            .create_record("cases", {"name": "It is broken"})
        )
        case = self.env["project.task"].browse(res_id)
        self.assertEqual(case.stage_id, self.env.ref("customer_portal.stage_new"))
        self.assertTrue(case.is_portal_case)
        self.env["customer.portal.form"].with_user(self.user).close_record(
            "cases", res_id
        )
        self.assertTrue(case.stage_id.fold)
        self.assertIn(case.stage_id, case.project_id.type_ids)
        self.assertTrue(
            self.env["customer.portal.record"]
            .with_user(self.user)
            .get_row("cases", res_id)["closed"]
        )

    def test_the_project_of_cases_is_neither_deleted_nor_archived(self):
        for act in (self.project.unlink, self.project.action_archive):
            with self.assertRaisesRegex(UserError, "contains your customers' cases"):
                act()
        self._assert_works()

    def test_an_own_project_of_cases_is_kept_as_well(self):
        own = self.project.copy({"name": "Own Cases"})
        self.cases.domain = f"[('project_id', '=', {own.id})]"
        with self.assertRaisesRegex(UserError, "Own Cases"):
            own.unlink()

    def test_a_state_of_cases_is_not_taken_away(self):
        other = self.env["project.project"].create({"name": "Other"})
        for stage in self.stages:
            ways = {
                "delete": stage.unlink,
                "archive": stage.action_archive,
                "move": lambda stage=stage: stage.write(
                    {"project_ids": [Command.set(other.ids)]}
                ),
                "leave": lambda stage=stage: self.project.write(
                    {"type_ids": [Command.unlink(stage.id)]}
                ),
            }
            for way, act in ways.items():
                with (
                    self.subTest(stage=stage.name, way=way),
                    self.assertRaisesRegex(UserError, f"{stage.name}.*Cases"),
                    self.env.cr.savepoint(),
                ):
                    act()
        self._assert_works()

    def test_other_stages_and_projects_go_as_ever(self):
        stage = self.env["project.task.type"].create(
            {"name": "Extra", "project_ids": [Command.link(self.project.id)]}
        )
        project = self.env["project.project"].create({"name": "Other"})
        self.project.write({"type_ids": [Command.unlink(stage.id)]})
        stage.action_archive()
        (stage + stage.copy()).unlink()
        project.action_archive()
        project.unlink()
        self.assertFalse(project.exists())

    def test_a_state_that_is_chosen_no_longer_can_go(self):
        waiting = self.env.ref("customer_portal.stage_waiting")
        self.cases.waiting_value = False
        waiting.unlink()
        self._assert_works()

    def test_states_of_other_models_are_kept_as_well(self):
        stages = self.env["crm.stage"].search([], limit=2)
        module = self.env["customer.portal.module"].search(
            [("code", "=", "opportunities")]
        )
        module.new_value = str(stages[0].id)
        with self.assertRaisesRegex(UserError, "Opportunities"):
            stages[0].unlink()
        stages[1].copy().unlink()

    @takes_long
    def test_an_update_heals_cases_whose_project_is_gone(self):
        self._lose(self.project)
        self._update()
        self._assert_works()
        tasks = self.env["customer.portal.module"].search([("code", "=", "tasks")])
        project = self.env.ref("customer_portal.project_cases")
        self.assertIn(str(project.id), tasks.domain)

    @takes_long
    def test_an_update_heals_cases_whose_states_are_gone(self):
        self._lose(self.stages)
        self._update()
        self._assert_works()

    @takes_long
    def test_an_update_heals_cases_of_which_all_is_gone(self):
        self._lose(self.stages)
        self._lose(self.project)
        self._update()
        self._assert_works()
        category = self.cases.field_ids.filtered(
            lambda line: line.name == "portal_category_id"
        )
        project = self.env.ref("customer_portal.project_cases")
        self.assertIn(str(project.id), category.choice_domain)

    # === WHAT WAS DELETED === #

    def _delete_a_category(self):
        self.env.ref("customer_portal.category_wish").unlink()
        self.assertIn("category_wish", self.env["ir.model.data"]._get_deleted())

    def test_what_was_deleted_stays_deleted(self):
        self._delete_a_category()
        self._update()
        self.assertFalse(self.env.ref("customer_portal.category_wish", False))

    def test_a_project_that_nobody_needs_stays_deleted_with_its_alias(self):
        self.cases._change_case_model("helpdesk.ticket")
        self.project.unlink()
        aliases = self.env["mail.alias"].search_count([])
        self._update()
        self.assertFalse(self.env.ref("customer_portal.project_cases", False))
        self.assertEqual(self.env["mail.alias"].search_count([]), aliases)

    def test_what_came_back_counts_as_deleted_no_longer(self):
        self._lose(self.stages)
        self._update()
        waiting = self.env.ref("customer_portal.stage_waiting")
        self.cases.waiting_value = False
        self._update()
        self.assertTrue(waiting.exists())

    def test_nobody_deletes_what_goes_with_the_addon(self):
        known = self.env["ir.model.data"]._get_deleted()
        addon = self.env["ir.module.module"]._get("customer_portal")
        addon.state = "to remove"
        self.env.ref("customer_portal.category_wish").unlink()
        self.assertEqual(self.env["ir.model.data"]._get_deleted(), known)

    def test_a_new_life_of_the_addon_has_all_its_data(self):
        self._delete_a_category()
        self.env["ir.module.module"]._get("customer_portal").state = "to install"
        self._update()
        self.assertTrue(self.env.ref("customer_portal.category_wish"))
        self.assertFalse(self.env["ir.model.data"]._get_deleted())

    def test_an_update_changes_nothing_that_is_there(self):
        own = self.project.copy({"name": "Own Cases"})
        values = {
            "domain": f"[('project_id', '=', {own.id})]",
            "new_value": str(self.stages[1].id),
            "waiting_value": False,
        }
        self.cases.write(values)
        self._update()
        self.assertEqual({name: self.cases[name] for name in values}, values)
