from odoo.exceptions import AccessError
from odoo.fields import Command

from ..common import CustomerPortalCommon


class TestCollaborators(CustomerPortalCommon):
    """Who shares a project does in it all that Odoo lets them do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Sharing"})
        modules = cls._row("projects").module_id + cls._row("tasks").module_id
        cls._permit_as_stock(cls.profile, modules)
        cls._row("cases").write({"visible": True, "show_updates": True})
        cls.emma = cls._make_portal_contact(portal_profile_id=cls.profile.id)
        cls.user = cls._user_of(cls.emma)
        stages = [Command.create({"name": name}) for name in ("To Do", "Done")]
        cls.project = cls.env["project.project"].create(
            {
                "name": "Shared",
                "privacy_visibility": "portal",
                "type_ids": stages,
                "collaborator_ids": [Command.create({"partner_id": cls.emma.id})],
            }
        )
        cls.project.message_subscribe(cls.emma.ids)
        tasks = [{"name": name, "project_id": cls.project.id} for name in "AB"]
        cls.task, cls.parent = cls.env["project.task"].create(tasks)
        cls.tag = cls.env["project.tags"].create({"name": "Urgent"})
        cls.model = cls.env["project.task"].with_user(cls.user)
        cls.model = cls.model.with_context(default_project_id=cls.project.id)

    @classmethod
    def _row(cls, code):
        return cls.profile.permission_ids.filtered(lambda r: r.module_id.code == code)

    def _commit(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    def _values(self):
        """Return a new value for each field of a task that Odoo lets them write."""
        values = {
            "name": "New name",
            "description": "<p>New text</p>",
            "partner_id": self.emma.id,
            "date_deadline": "2030-01-02 10:00:00",
            "tag_ids": [Command.link(self.tag.id)],
            "sequence": 77,
            "stage_id": self.project.type_ids[1].id,
            "child_ids": [Command.create({"name": "Part"})],
            "color": 3,
            "parent_id": self.parent.id,
            "priority": "1",
            "state": "1_done",
        }
        computed = {"is_closed", "date_last_stage_update"}
        writable = self.model.TASK_PORTAL_WRITABLE_FIELDS - computed
        # Apps add some that need more of their own.
        self.assertLessEqual(values.keys(), writable)
        return values

    def test_collaborators_change_each_field_although_customers_are_told_of_it(self):
        names = self._row("cases").module_id.field_ids.mapped("name")
        for name in ("portal_category_id", "date_end"):
            self.assertIn(name, names)
        task = self.task.with_user(self.user)
        for name, value in self._values().items():
            with self.subTest(name):
                before = self.task[name]
                task.write({name: value})
                self.env.flush_all()
                self.assertNotEqual(self.task[name], before)

    def test_collaborators_add_tasks(self):
        for name, value in self._values().items():
            with self.subTest(name):
                task = self.model.create({"name": "Mine", name: value})
                self.env.flush_all()
                self.assertEqual(task.sudo().project_id, self.project)

    def test_collaborators_see_what_they_add_where_they_see_only_their_own(self):
        for level in ("own", "organization"):
            with self.subTest(level):
                self._row("tasks").records_visibility = level
                self._row("projects").records_visibility = level
                task = self.model.create({"name": "Mine"})
                self.assertEqual(task.name, "Mine")
                self.assertEqual(task.sudo().partner_id, self.emma)

    def test_odoo_names_no_customer_of_a_new_task_nor_do_we(self):
        self.assertFalse(self.model.create({"name": "Mine"}).sudo().partner_id)

    def test_a_profile_still_refuses_to_add_tasks(self):
        self._row("tasks").can_create = False
        with self.assertRaises(AccessError):
            self.model.create({"name": "Mine"})

    def test_a_profile_refuses_on_a_shared_project_what_it_refuses_on_any(self):
        """Sharing shows the project, whatever the profile's records visibility."""
        gate = self.env["customer.portal.gate"].with_user(self.user)
        row = self._row("projects")
        for level in ("own", "organization"):
            row.write({"records_visibility": level, "show_comments": True})
            self.assertTrue(self.project.with_user(self.user).has_access("read"))
            self.assertTrue(gate.may_on(self.project, "comments"))
            row.show_comments = False
            self.assertFalse(gate.may_on(self.project, "comments"))

    def test_changes_of_what_a_page_tells_customers_are_still_kept(self):
        self.env["customer.portal.module"].create(
            {
                "code": "shared",
                "name": "Shared",
                "model_name": "project.task",
                "partner_field": "partner_id",
                "title_field": "name",
                "domain": f"[('project_id', '=', {self.project.id})]",
                "field_ids": [Command.create({"name": "name", "in_list": True})],
            }
        )
        self._commit()  # as before it was new
        self.task.portal_category_id = self.tag
        self._commit()
        field = self.env["ir.model.fields"]._get("project.task", "portal_category_id")
        changes = self.task.message_ids.tracking_value_ids
        self.assertEqual(changes.field_id, field)
