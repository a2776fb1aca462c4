from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import CustomerPortalCommon


@tagged("post_install", "-at_install")
class TestPermission(CustomerPortalCommon):
    """What a profile permits: deny by default, never more than the module."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Premium"})
        cls.module = cls.env["customer.portal.module"].create(
            {
                "code": "people",
                "name": "People",
                "model_name": "res.partner",
                "partner_field": "id",
                "field_ids": [
                    Command.create({"name": "name", "in_edit": True}),
                    Command.create({"name": "email"}),
                ],
            }
        )
        cls.row = cls.module.permission_ids.filtered(
            lambda row: row.profile_id == cls.profile
        )
        cls.user = cls._user_of(
            cls._make_portal_contact(portal_profile_id=cls.profile.id)
        )

    def _gate_fields(self, mode="read"):
        return (
            self.env["customer.portal.gate"].with_user(self.user).fields("people", mode)
        )

    def _access(self):
        return {line.field_id.name: line.access for line in self.row.field_ids}

    def test_a_new_module_is_a_row_that_permits_nothing(self):
        profiles = self.env["customer.portal.profile"].search([])
        self.assertEqual(self.module.permission_ids.profile_id, profiles)
        self.assertFalse(any(self.module.permission_ids.mapped("visible")))
        self.assertEqual(self._access(), {"name": "hidden", "email": "hidden"})
        self.assertEqual(self._gate_fields(), ())

    def test_a_module_that_becomes_visible_starts_with_its_fields(self):
        self.row.visible = True
        self.assertEqual(self._access(), {"name": "write", "email": "read"})
        self.assertEqual(self._gate_fields(), ("name", "email"))
        self.assertEqual(self._gate_fields("write"), ("name",))

    def test_a_new_field_is_hidden_until_it_is_allowed(self):
        self.row.visible = True
        self.module.field_ids = [Command.create({"name": "phone"})]
        self.assertEqual(self._access()["phone"], "hidden")
        self.row.write({"visible": False})
        self.row.write({"visible": True})
        self.assertEqual(self._access()["phone"], "hidden")
        self.assertEqual(self._gate_fields(), ("name", "email"))
        self.row.field_ids.filtered(
            lambda f: f.field_id.name == "phone"
        ).access = "read"
        self.assertIn("phone", self._gate_fields())

    def test_a_field_that_the_module_gives_up_is_gone_in_every_profile(self):
        self.row.visible = True
        self.module.field_ids[0].unlink()
        self.env.invalidate_all()
        self.assertEqual(self._access(), {"email": "read"})
        self.assertEqual(self._gate_fields(), ("email",))

    def test_a_profile_writes_only_what_the_module_has_in_a_form(self):
        self.row.visible = True
        email = self.row.field_ids.filtered(lambda f: f.field_id.name == "email")
        self.assertNotIn("write", email.possible_accesses)
        with self.assertRaises(ValidationError):
            email.access = "write"

    def test_a_field_that_leaves_the_forms_is_read_from_then_on(self):
        self.row.visible = True
        self.module.field_ids[0].in_edit = False
        self.assertEqual(self._access(), {"name": "read", "email": "read"})
        self.assertEqual(self._gate_fields("write"), ())

    def test_everyone_is_for_catalogues(self):
        with self.assertRaises(ValidationError):
            self.row.records_visibility = "everyone"
        self.assertEqual(self.row.possible_levels, "own organization subsidiaries")
        self.module.allow_everyone = True
        self.row.records_visibility = "everyone"
        self.module.allow_everyone = False
        self.assertEqual(self.row.records_visibility, "own")

    def test_a_catalogue_without_a_path_starts_and_stays_at_everyone(self):
        catalogue = self.env["customer.portal.module"].create(
            {
                "code": "banks",
                "name": "Banks",
                "model_name": "res.bank",
                "allow_everyone": True,
            }
        )
        levels = catalogue.permission_ids.mapped("records_visibility")
        self.assertEqual(set(levels), {"everyone"})
        self.assertEqual(catalogue.permission_ids[0].possible_levels, "everyone")

    def test_a_field_of_another_module_is_refused(self):
        other = self.env["customer.portal.module"].search([("code", "=", "cases")])
        with self.assertRaises(ValidationError):
            self.row.field_ids[0].field_id = other.field_ids[0]

    def test_a_deleted_module_leaves_no_rows(self):
        rows, lines = self.module.permission_ids, self.row.field_ids
        self.module.unlink()
        self.assertFalse(rows.exists())
        self.assertFalse(lines.exists())

    def test_agents_read_and_only_managers_change(self):
        row = self.row.with_user(self.agent)
        self.assertFalse(row.visible)
        with self.assertRaises(AccessError):
            row.visible = True
        with self.assertRaises(AccessError):
            row.field_ids[0].access = "read"
        for user in (self.clerk, self.user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.row.with_user(user).read(["visible"])
        self.row.with_user(self.manager).visible = True
        self.assertEqual(self._access(), {"name": "write", "email": "read"})

    def test_the_fields_button_opens_those_of_its_row(self):
        action = self.row.with_user(self.manager).action_open_fields()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (self.row._name, self.row.id)
        )
        self.assertIn("People", action["name"])

    def test_only_what_a_module_offers_can_be_chosen(self):
        modules = self.env["customer.portal.module"]
        rest = "comments updates documents export share_views fields"
        expected = {
            "orders": "edit comments documents",
            "tasks": "comments documents",
            "contacts": "edit fields",
            "cases": f"create edit close {rest}",
            "products": rest,
        }
        for code, offers in expected.items():
            with self.subTest(code):
                module = modules.search([("code", "=", code)])
                self.assertEqual(module.permission_ids[0].offers, offers)
        self.assertEqual(self.row.offers, f"edit {rest}")

    def test_odoos_own_pages_offer_to_edit_what_portal_users_may(self):
        tasks = self.env["customer.portal.module"].search([("code", "=", "tasks")])
        # As Odoo does when the first project is shared with a customer.
        self.env["ir.model.access"].create(
            {
                "name": "sharing",
                "model_id": self.env.ref("project.model_project_task").id,
                "group_id": self.env.ref("base.group_portal").id,
                "perm_write": True,
            }
        )
        self.assertEqual(tasks._get_offers(), ["edit", "comments", "documents"])

    def test_a_form_that_nobody_could_send_is_refused(self):
        cases = self.env["customer.portal.module"]._get_cases()
        row = self.profile.permission_ids.filtered(lambda one: one.module_id == cases)
        row.write({"visible": True, "can_create": True})
        title = row.field_ids.filtered(lambda line: line.field_id.name == "name")
        for access in ("hidden", "read"):
            command = Command.update(title.id, {"access": access})
            with self.subTest(access), self.assertRaisesRegex(ValidationError, "Title"):
                row.field_ids = [command]
            row.can_create = False
            row.field_ids = [command]
            with self.assertRaisesRegex(ValidationError, "Title"):
                row.can_create = True
            row.field_ids = [Command.update(title.id, {"access": "write"})]
            row.can_create = True
        optional = row.field_ids - title
        row.field_ids = [
            Command.update(line.id, {"access": "hidden"}) for line in optional
        ]
        self.assertTrue(row.can_create)
