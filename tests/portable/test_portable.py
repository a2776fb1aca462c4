import base64

from odoo.fields import Command
from odoo.tests import tagged

from ..portable_common import PortableCommon


@tagged("post_install", "-at_install")
class TestPortable(PortableCommon):
    """Profiles and modules as text, and back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.project = cls.env["project.project"].create({"name": "North"})
        cls.stage = cls.env["project.task.type"].create(
            {"name": "Waits", "project_ids": cls.project.ids}
        )
        cls.module = cls.modules.create(
            {
                "code": "jobs",
                "name": "Jobs",
                "model_name": "project.task",
                "partner_field": "partner_id",
                "state_field": "stage_id",
                "waiting_value": f"{cls.stage.id}",
                "domain": f"[('project_id', 'in', [{cls.project.id}])]",
                "field_ids": [
                    Command.create({"name": "name", "in_list": True}),
                    Command.create({"name": "priority", "groupable": True}),
                ],
            }
        )
        cls.chart = cls.env["customer.portal.chart"].create(
            {
                "name": "By Priority",
                "module_id": cls.module.id,
                "group_field_id": cls.module.field_ids[1].id,
            }
        )
        cls.profile = cls.profiles.create({"name": "Workers"})
        cls.row = cls.profile.permission_ids.filtered(
            lambda row: row.module_id == cls.module
        )
        cls.row.write({"visible": True, "records_visibility": "organization"})
        cls.env["customer.portal.promise"].create(
            {"profile_id": cls.profile.id, "priority": "1", "answer_hours": 4}
        )

    def _export_own(self):
        data = self.portable._export(self.profile, self.module)
        return self._read(self.portable._write_text(data))

    def _get_own(self, data):
        return data["profiles"]["Workers"], data["modules"]["jobs"]

    # === EXPORT === #

    def test_what_is_exported_does_not_differ_from_what_is_there(self):
        data = self._read(self._get_everything())
        self.assertEqual(self.portable._compare(data), [])
        self.assertEqual(self.portable._make_plan(data).notices, [])
        self.portable._apply(data)
        self.assertEqual(self.portable._export(), data)

    def test_a_file_names_records_and_holds_no_id(self):
        _profile, module = self._get_own(self._export_own())
        named = {"name": "Waits", "in": ["North"]}
        self.assertEqual(module["waiting_value"], named)
        domain = [["project_id", "in", [{"name": "North"}]]]
        self.assertEqual(module["domain"], domain)

    def test_what_an_addon_brought_is_named_by_its_xml_id(self):
        cases = self.env["customer.portal.module"]._get_cases()
        data = self.portable._export(modules=cases)
        self.assertIn(
            '"customer_portal.project_cases"', self.portable._write_text(data)
        )

    def test_a_file_holds_nothing_of_people(self):
        partner = self._make_portal_contact(portal_profile_id=self.profile.id)
        self.module.domain = f"[('partner_id', '=', {partner.id})]"
        text = self.portable._write_text(self._export_own())
        self.assertNotIn(partner.name, text)
        self.assertNotIn(partner.email, text)

    def test_one_value_stands_in_one_line(self):
        lines = self.portable._write_text(self._export_own()).splitlines()
        self.row.can_export = True
        again = self.portable._write_text(self._export_own()).splitlines()
        self.assertEqual(set(again) - set(lines), {'            "export",'})

    def test_each_language_that_has_a_text_of_its_own_is_exported(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.module.update_field_translations("name", {"fr_FR": "Travaux"})
        _profile, module = self._get_own(data := self._export_own())
        self.assertEqual(module["name"], {"en_US": "Jobs", "fr_FR": "Travaux"})
        self.module.update_field_translations("name", {"fr_FR": "Autre"})
        self.portable._apply(data)
        self.assertEqual(self.module.with_context(lang="fr_FR").name, "Travaux")
        self.assertEqual(self.module.with_context(lang=None).name, "Jobs")

    # === COMPARE === #

    def test_differences_are_said_in_sentences(self):
        data = self._export_own()
        profile, module = self._get_own(data)
        module["icon"] = "fa-wrench"
        module["fields"].reverse()
        module["fields"][1]["in_list"] = False
        module["fields"].append({"name": "date_deadline"})
        profile["permissions"][0]["actions"] = ["export"]
        profile["permissions"][0]["records_visibility"] = "own"
        profile["permissions"][0]["fields"] = {"priority": "read"}
        profile["promises"][0]["answer_hours"] = 2
        profile["widgets"].append({"chart": "By Priority", "module": "jobs"})
        data["profiles"]["Others"] = {}
        label = self.module.field_ids[0].display_name
        priority = dict(self.env["customer.portal.promise"]._get_priorities())["1"]
        texts = self._get_texts(data)
        for text in (
            "Jobs: Icon changes from nothing to “fa-wrench”.",
            f"Jobs, {label}: List changes from yes to no.",
            "Jobs: the field “date_deadline” is published.",
            "Jobs: the order of the fields changes.",
            "Workers, Jobs: customers no longer see the module.",
            "Workers, Jobs: Export is turned on.",
            "Workers, Jobs: Records Visibility changes from “Organization” to “Own”.",
            f"Workers, Jobs: the field “{label}” changes from “Read” to “Hidden”.",
            f"Workers, {priority}: First Answer Within changes from 4 to 2.",
            "Workers: the home page shows “By Priority”.",
            "The profile “Others” is new.",
        ):
            self.assertIn(text, texts)
        self.assertEqual(len(texts), 11)

    def test_a_difference_tells_where_it_is(self):
        data = self._export_own()
        data["modules"]["jobs"]["fields"][0]["in_list"] = False
        [one] = self.portable._compare(data)
        self.assertEqual(one["path"], ["modules", "jobs", "fields", "name", "in_list"])
        self.assertEqual((one["before"], one["after"]), (True, False))
        self.assertEqual((one["kind"], one["change"]), ("field", "changed"))

    def test_a_renamed_profile_is_a_new_one(self):
        data = self._export_own()
        self.profile.name = "Renamed"
        self.assertIn("The profile “Workers” is new.", self._get_texts(data))

    def test_a_profile_of_an_addon_is_found_under_another_name(self):
        profile = self.env.ref("customer_portal.customer_portal_profile_read_only")
        data = self.portable._export(profiles=profile)
        profile.name = "Just Looking"
        texts = self._get_texts(data)
        self.assertEqual(
            texts, ["Read only: Name changes from “Just Looking” to “Read only”."]
        )

    # === APPLY === #

    def test_everything_is_made_anew_where_it_is_missing(self):
        data = self._export_own()
        rights = self.gate._get_profile_rights(self.profile.id)["jobs"]
        self.profile.unlink()
        self.module.unlink()
        applied = self.portable._apply(data)
        self.assertEqual(self.portable._compare(data), [])
        profile = applied.profiles["Workers"]
        self.assertEqual(self.gate._get_profile_rights(profile.id)["jobs"], rights)
        self.assertEqual(applied.modules["jobs"].publisher_id, self.manager)

    def test_what_a_file_does_not_name_permits_nothing(self):
        data = self._export_own()
        other = self.modules.create({**self.module.copy_data()[0], "code": "more"})
        row = self.profile.permission_ids.filtered(lambda r: r.module_id == other)
        row.visible = True
        self.portable._apply(data)
        self.assertNotIn("more", self.gate._get_profile_rights(self.profile.id))

    def test_what_did_not_change_keeps_its_publisher(self):
        publisher = self.module.publisher_id
        data = self._export_own()
        data["modules"]["jobs"]["name"] = "Work"
        self.portable._apply(data)
        self.assertEqual(self.module.name, "Work")
        self.assertEqual(self.module.publisher_id, publisher)

    def test_a_profile_can_be_told(self):
        data = self._export_own()
        self.profile.name = "Renamed"
        data["profiles"]["Workers"]["name"] = "Again"
        known = {"Workers": self.profile}
        [one] = self.portable._compare(data, known)
        self.assertEqual((one["before"], one["after"]), ("Renamed", "Again"))
        self.portable._apply(data, known)
        self.assertEqual(self.profile.name, "Again")

    # === WHAT IS MISSING === #

    def test_a_state_that_is_missing_stays_empty_and_loses_nothing_else(self):
        data = self._export_own()
        self.module.unlink()
        self.stage.name = "Otherwise"
        notices = self.portable._make_plan(data).notices
        self.assertEqual(
            notices,
            ["Jobs: “Waits” is not in this database. Status When Waiting stays empty."],
        )
        module = self.portable._apply(data).modules["jobs"]
        self.assertFalse(module.waiting_value)
        self.assertEqual(module.domain, f"[('project_id', 'in', [{self.project.id}])]")

    def test_states_of_one_name_are_told_apart_by_their_project(self):
        data = self._export_own()
        self.stage.copy({"name": "Waits", "project_ids": False})
        self.module.waiting_value = False
        self.portable._apply(data)
        self.assertEqual(self.module.waiting_value, f"{self.stage.id}")

    def test_a_filter_that_names_what_is_missing_shows_nothing(self):
        data = self._export_own()
        gone = {"name": "South"}
        for domain, fitted in (
            ([["project_id", "=", gone]], [[0, "=", 1]]),
            (["!", ["project_id", "in", [gone]]], [[0, "=", 1]]),
            ([["project_id", "not in", [gone]]], [[0, "=", 1]]),
            ([["project_id", "not any", [["id", "in", [gone]]]]], [[0, "=", 1]]),
            ([["x_gone", "=", 1]], [[0, "=", 1]]),
            (
                [["project_id", "in", [gone, {"name": "North"}]]],
                [["project_id", "in", [{"name": "North"}]]],
            ),
        ):
            data["modules"]["jobs"]["domain"] = domain
            plan = self.portable._make_plan(data)
            self.assertEqual(plan.after["modules"]["jobs"]["domain"], fitted)
            self.assertTrue(plan.notices)

    def test_a_model_that_is_missing_is_said(self):
        module = {"model_name": "x.gone", "fields": [{"name": "x"}]}
        row = {"module": "gone", "actions": ["see"]}
        data = {
            "format": 1,
            "modules": {"gone": module},
            "profiles": {"Workers": {"permissions": [row]}},
        }
        plan = self.portable._make_plan(data)
        self.assertIn("app that provides these records (x.gone) is", plan.notices[0])
        self.assertIn("stays off", plan.notices[1])
        made = self.portable._apply(data).modules["gone"]
        self.assertFalse(made.available)
        self.assertEqual(self.portable._compare(data), [])

    def test_a_module_does_not_leave_a_model_that_is_there(self):
        data = self._export_own()
        data["modules"]["jobs"]["model_name"] = "x.gone"
        self.assertIn("stays as it is", self.portable._make_plan(data).notices[0])
        self.portable._apply(data)
        self.assertEqual(self.module.model_name, "project.task")

    def test_what_else_is_missing_is_said_and_left_out(self):
        data = self._export_own()
        profile, module = self._get_own(data)
        module["fields"].append({"name": "x_gone"})
        module["title_field"] = "x_gone"
        module["name"] = {"en_US": "Jobs", "xx_XX": "?"}
        profile["permissions"][0]["actions"].append("fly")
        profile["permissions"][0]["fields"]["x_gone"] = "read"
        profile["permissions"].append({"module": "gone"})
        profile["widgets"].append("fireworks")
        profile["promises"].append({"priority": "9", "answer_hours": 1})
        before = self._export_own()
        plan = self.portable._make_plan(data)
        self.assertEqual(len(plan.notices), 8)
        self.portable._apply(data)
        self.assertEqual(self._export_own(), before)

    # === SCREENS === #

    def test_a_download_holds_what_was_chosen(self):
        exports = self.env["customer.portal.export"].with_user(self.manager)
        export = exports.create({"profile_ids": self.profile.ids})
        data = self.portable._read_text(base64.b64decode(export.file))
        self.assertEqual([*data["profiles"]], ["Workers"])
        self.assertEqual(data["modules"], {})
        self.assertEqual(export.file_name, "workers.json")
        everything = exports.create({})
        self.assertEqual(
            base64.b64decode(everything.file).decode(), self._get_everything()
        )

    def test_the_preview_shows_what_the_import_then_changes(self):
        data = self._export_own()
        self.module.icon = "fa-truck"
        wizard = self._upload(self.portable._write_text(data))
        wizard.action_preview()
        self.assertTrue(wizard.can_import)
        self.assertIn("Icon changes from “fa-truck” to nothing.", wizard.preview)
        self.assertEqual(self.module.icon, "fa-truck")
        action = wizard.action_import()
        self.assertEqual(action["res_model"], "customer.portal.profile")
        self.assertFalse(self.module.icon)

    def test_a_preview_that_is_out_of_date_is_shown_again(self):
        data = self._export_own()
        self.module.icon = "fa-truck"
        wizard = self._upload(self.portable._write_text(data))
        wizard.action_preview()
        self.module.icon = "fa-wrench"
        wizard.action_import()
        self.assertEqual(self.module.icon, "fa-wrench")
        self.assertIn("has changed since the preview", wizard.preview)
        wizard.action_import()
        self.assertFalse(self.module.icon)

    def test_a_file_that_is_refused_cannot_be_imported(self):
        data = self._export_own()
        data["modules"]["jobs"]["icon"] = "x"
        wizard = self._upload(self.portable._write_text(data))
        wizard.action_preview()
        self.assertFalse(wizard.can_import)
        self.assertIn("not a valid icon", wizard.preview)
        wizard.action_import()
        self.assertFalse(self.module.icon)

    def _upload(self, text):
        wizards = self.env["customer.portal.import"].with_user(self.manager)
        file = base64.b64encode(text.encode())
        return wizards.create({"file": file, "file_name": "portal.json"})
