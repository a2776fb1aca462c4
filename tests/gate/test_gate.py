from collections import defaultdict
from inspect import unwrap

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from ...models.config.permission import ACTION_FIELDS
from ...models.record.record import EMPTY_QUERY
from ..common import CustomerPortalCommon

HUGE = 2**70

OUR_MODELS = "odoo.addons.customer_portal.models."
# The gate, and the services that ask it.
SERVICES = tuple(
    f"customer.portal.{name}"
    for name in ("gate", "record", "form", "thread", "file", "origin")
)


@tagged("post_install", "-at_install")
class TestGate(CustomerPortalCommon):
    """The public face of the gate, asked by somebody who means no good."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["customer.portal.gate"]
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Tested"})
        cls.azure, cls.subsidiary, cls.deco = cls.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in ("Azure", "Sub", "Deco")]
        )
        cls.subsidiary.parent_id = cls.azure
        cls.emma = cls._make_customer("emma", cls.azure)
        cls.user = cls._user_of(cls.emma)
        cls.colleague, cls.sub_contact, cls.stranger = cls.env["res.partner"].create(
            [
                {"name": "Colleague", "parent_id": cls.azure.id},
                {"name": "Sub contact", "parent_id": cls.subsidiary.id},
                {"name": "Stranger", "parent_id": cls.deco.id},
            ]
        )
        cls.project = cls.env["project.project"].create({"name": "Gate"})
        cls.module = cls.env["customer.portal.module"].create(
            {
                "code": "wishes",
                "name": "Wishes",
                "model_name": "project.task",
                "partner_field": "partner_id",
                "domain": f"[('project_id', '=', {cls.project.id})]",
                "order": "id",
                "field_ids": [
                    (0, 0, {"name": name, "searchable": True, "groupable": True})
                    for name in ("name", "priority", "date_deadline", "milestone_id")
                ]
                + [
                    (0, 0, {"name": "user_ids", "searchable": True}),
                    (0, 0, {"name": "description", "searchable": False}),
                    (0, 0, {"name": "partner_id"}),
                ],
            }
        )
        cls.form_fields = cls.module.field_ids.filtered(
            lambda line: line.name not in ("user_ids", "partner_id")
        )
        cls.form_fields.write({"in_create": True, "in_edit": True})
        cls.permission = cls.profile.permission_ids.filtered(
            lambda line: line.module_id == cls.module
        )
        cls.permission.write({"visible": True, "can_create": True, "can_edit": True})
        for line in cls.permission.field_ids:
            line.access = "write" if line.field_id in cls.form_fields else "read"
        owners = cls.emma + cls.colleague + cls.azure + cls.sub_contact + cls.stranger
        cls.tasks = cls.env["project.task"].create(
            [
                {
                    "name": owner.name,
                    "partner_id": owner.id,
                    "project_id": cls.project.id,
                }
                for owner in owners
            ]
        )
        cls.elsewhere = cls.env["project.task"].create(
            {"name": "Elsewhere", "partner_id": cls.emma.id}
        )

    @classmethod
    def _make_customer(cls, name, parent, **values):
        return cls._make_portal_contact(
            f"{name}@gate.example",
            parent_id=parent.id,
            portal_profile_id=cls.profile.id,
            **values,
        )

    def _search(self, limit=None, **query):
        """Return what the page lists for an address with such parameters."""
        asked = (
            self.env["customer.portal.record"]
            .with_user(self.user)
            .parse_list_query("wishes", **{"scope": "all", **query})
        )
        rows = (
            self.env["customer.portal.record"]
            .with_user(self.user)
            .find_rows("wishes", asked, limit)
        )
        return self.env["project.task"].browse([row["id"] for row in rows])

    def _export(self, code):
        return (
            self.env["customer.portal.record"]
            .with_user(self.user)
            .export_rows(code, EMPTY_QUERY)
        )

    # === WHAT MAY BE SEEN === #

    def test_each_level_reaches_further(self):
        expected = {
            "own": self.tasks[0],
            "organization": self.tasks[:3],
            "subsidiaries": self.tasks[:4],
        }
        for level, tasks in expected.items():
            self.permission.records_visibility = level
            with self.subTest(level):
                self.assertEqual(self._search(), tasks)
                self.assertEqual(self._search(scope="all"), tasks)
                self.assertEqual(self._search(scope="mine"), self.tasks[0])

    def test_everyone_is_for_catalogues(self):
        self.module.allow_everyone = True
        self.permission.records_visibility = "everyone"
        self.assertEqual(self._search(), self.tasks)

    def test_unknown_and_hidden_modules_permit_nothing(self):
        self.permission.visible = False
        task = self.tasks[0]
        for code in ("wishes", "unknown", "", None, "wishes'--", "../wishes", 7):
            with self.subTest(code):
                self.assertFalse(self.gate.with_user(self.user).may(code))
                self.assertTrue(self.gate.with_user(self.user).domain(code).is_false())
                self.assertEqual(self.gate.with_user(self.user).fields(code), ())
                self.assertEqual(
                    self.env["customer.portal.record"]
                    .with_user(self.user)
                    .find_rows(code),
                    [],
                )
                self.assertEqual(
                    self.env["customer.portal.record"]
                    .with_user(self.user)
                    .count_rows(code),
                    0,
                )
                self.assertFalse(list(self._export(code)))
                self.assertIsNone(
                    self.env["customer.portal.record"]
                    .with_user(self.user)
                    .get_row(code, task.id)
                )
                with self.assertRaises(AccessError):
                    self.env["customer.portal.form"].with_user(self.user).create_record(
                        code, {"name": "x"}
                    )
                with self.assertRaises(AccessError):
                    self.env["customer.portal.form"].with_user(self.user).write_record(
                        code, task.id, {"name": "x"}
                    )

    def test_without_a_path_nobody_sees_anything(self):
        self.module.partner_field = False
        self.permission.records_visibility = "subsidiaries"
        self.assertFalse(self._search())

    def test_internal_and_public_users_have_no_rights_here(self):
        for user in (self.agent, self.manager, self.env.ref("base.public_user")):
            self.assertFalse(self.gate.with_user(user).may("wishes"))
            self.assertEqual(
                self.env["customer.portal.record"].with_user(user).find_rows("wishes"),
                [],
            )
            self.assertIsNone(
                self.env["customer.portal.record"]
                .with_user(user)
                .get_row("wishes", self.tasks[0].id)
            )

    def test_what_an_update_has_broken_is_hidden(self):
        self.env.cr.execute(
            "UPDATE customer_portal_module SET domain = %s WHERE id = %s",
            ("[('gone', '=', 1)]", self.module.id),
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.assertFalse(self.gate.with_user(self.user).may("wishes"))
        self.assertFalse(self._search())
        self.assertIn("gone", self.module.problem)

    def test_an_archived_module_is_hidden(self):
        self.module.active = False
        self.assertFalse(self._search())

    def test_a_change_of_the_profile_holds_at_once(self):
        self.assertEqual(self._search(), self.tasks[0])
        self.permission.records_visibility = "organization"
        self.assertEqual(self._search(), self.tasks[:3])
        self.emma.portal_profile_id = self.env["customer.portal.profile"].create(
            {"name": "Nothing"}
        )
        self.assertFalse(self._search())

    def test_a_contact_without_organization_sees_their_own(self):
        alone = self._make_customer("alone", self.env["res.partner"])
        self.permission.records_visibility = "subsidiaries"
        task = self.tasks[0].copy({"partner_id": alone.id})
        self.user = self._user_of(alone)
        self.assertEqual(self._search(), task)

    def test_records_of_other_companies_stay_there(self):
        company = self.env["res.company"].create({"name": "Second"})
        self.project.company_id = False
        task = self.tasks[0].copy()
        self.env.cr.execute(
            "UPDATE project_task SET company_id = %s WHERE id = %s",
            (company.id, task.id),
        )
        self.env.invalidate_all()
        self.assertEqual(self._search(), self.tasks[0])
        self.user.company_ids += company
        self.assertEqual(self._search(), self.tasks[0] + task)

    def test_a_deep_tree(self):
        partners = self.subsidiary
        for depth in range(40):
            partners += partners.create(
                {
                    "name": f"Level {depth}",
                    "is_company": True,
                    "parent_id": partners[-1].id,
                }
            )
        self.tasks[-1].partner_id = partners[-1]
        self.permission.records_visibility = "subsidiaries"
        self.assertEqual(self._search(), self.tasks)

    def test_a_cycle_ends(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET parent_id = %s WHERE id = %s",
            (self.subsidiary.id, self.azure.id),
        )
        self.env.invalidate_all()
        self.permission.records_visibility = "subsidiaries"
        self.assertEqual(self._search(), self.tasks[:4])

    # === HOSTILE SEARCHES === #

    def test_only_published_fields_are_searched_and_grouped(self):
        for name in (
            *("description", "partner_id", "create_uid", "create_uid.password", "id"),
            *("milestone_id.name", "message_ids.body", "user_ids.password", "unknown"),
            *("name desc", "name,id", "", None, 7, ["name"], {"a": 1}),
        ):
            query = {"search_in": name, "groupby": name}
            with self.subTest(name):
                asked = (
                    self.env["customer.portal.record"]
                    .with_user(self.user)
                    .parse_list_query("wishes", **query)
                )
                self.assertFalse(asked.search_in)
                self.assertFalse(asked.groupby)
                self.assertFalse(self._search(search="Elsewhere", **query))

    def test_searches_never_leave_the_level(self):
        for text in ("", "%", "_", "\\", "' OR 1=1 --", "a", "e", "Stranger", "gate"):
            with self.subTest(text):
                self.assertLessEqual(self._search(search=text), self.tasks[0])
        self.assertEqual(self._search(search=""), self.tasks[0])

    def test_values_that_do_not_fit_match_nothing(self):
        for name, text in (
            ("date_deadline", "tomorrow"),
            ("date_deadline", "7"),
            ("milestone_id", "1 OR 1=1"),
            ("milestone_id", str(HUGE)),
            ("priority", "9" * 5000),
            ("name", "nul\0"),
            ("name", "%"),
        ):
            with self.subTest(name=name, text=text):
                self.assertFalse(self._search(search=text, search_in=name))
        found = self._search(search="EMMA", search_in="name")
        self.assertEqual(found, self.tasks[0])

    def test_orders_are_readable_fields(self):
        self.permission.records_visibility = "organization"
        self.assertEqual(
            self._search(sortby="-name").mapped("name"),
            ["emma", "Colleague", "Azure"],
        )
        for order in (
            "-create_uid",
            "name desc",
            "name; DROP TABLE res_users",
            "name desc nulls first",
            "unknown",
            "description, name",
            "desc",
        ):
            with self.subTest(order):
                self.assertEqual(self._search(sortby=order), self.tasks[:3])

    def test_hidden_fields_are_in_no_list(self):
        line = self.permission.field_ids.filtered(
            lambda line: line.field_id.name == "priority"
        )
        line.access = "hidden"
        for mode in ("read", "write", "list", "search", "group"):
            self.assertNotIn(
                "priority", self.gate.with_user(self.user).fields("wishes", mode)
            )
        asked = (
            self.env["customer.portal.record"]
            .with_user(self.user)
            .parse_list_query("wishes", search_in="priority", sortby="-priority")
        )
        self.assertFalse(asked.search_in or asked.sortby)

    def test_only_groupable_fields_are_grouped(self):
        self.assertEqual(
            self.gate.with_user(self.user).fields("wishes", "group"),
            ("name", "priority", "date_deadline", "milestone_id"),
        )

    # === HOSTILE IDS === #

    def test_ids_from_anywhere(self):
        for bad in ("1", -1, 0, HUGE, None, True, 1.5, [1], *self.elsewhere.ids):
            with self.subTest(bad):
                self.assertIsNone(
                    self.env["customer.portal.record"]
                    .with_user(self.user)
                    .get_row("wishes", bad)
                )
        row = (
            self.env["customer.portal.record"]
            .with_user(self.user)
            .get_row("wishes", self.tasks[0].id)
        )
        self.assertEqual(row["id"], self.tasks[0].id)
        self.assertIsNone(
            self.env["customer.portal.record"]
            .with_user(self.user)
            .get_row("wishes", self.tasks[1].id)
        )

    def test_only_readable_fields_are_read(self):
        row = (
            self.env["customer.portal.record"]
            .with_user(self.user)
            .get_row("wishes", self.tasks[0].id)
        )
        published = set(self.module.field_ids.mapped("name"))
        self.assertLessEqual(row["cells"].keys(), published)
        [line] = self.permission.field_ids.filtered(
            lambda line: line.field_id.name == "priority"
        )
        self.assertIn("priority", row["cells"])
        line.access = "hidden"
        row = (
            self.env["customer.portal.record"]
            .with_user(self.user)
            .get_row("wishes", self.tasks[0].id)
        )
        self.assertNotIn("priority", row["cells"])

    # === HOSTILE VALUES === #

    def test_a_new_record_is_of_the_user_and_the_module(self):
        res_id = (
            self.env["customer.portal.form"]
            .with_user(self.user)
            .create_record("wishes", {"name": "New"})
        )
        task = self.env["project.task"].browse(res_id)
        self.assertEqual(task.partner_id, self.emma)
        self.assertEqual(task.project_id, self.project)
        self.assertEqual(task.create_uid, self.user)

    def test_only_writable_fields_are_written(self):
        task, before = self.tasks[0], self.tasks[0].read()
        hostile = [
            {"name": "x", "stage_id": 1},
            {"partner_id": self.stranger.id},
            {"user_ids": [(0, 0, {"login": "x", "name": "x"})]},
            {"id": 1},
            {"create_uid": 1},
            {"unknown": 1},
            {"name": {"en_US": "x"}},
            {"name": ["x"]},
            {"priority": "99"},
            {"date_deadline": "soon"},
            {"milestone_id": HUGE},
            {"milestone_id": "1"},
            {"milestone_id": -1},
            {7: "x"},
        ]
        for values in hostile:
            with self.subTest(values):
                with self.assertRaises(AccessError):
                    self.env["customer.portal.form"].with_user(self.user).write_record(
                        "wishes", task.id, values
                    )
                with self.assertRaises(AccessError):
                    self.env["customer.portal.form"].with_user(self.user).create_record(
                        "wishes", values
                    )
        self.env.invalidate_all()
        self.assertEqual(task.read(), before)
        self.assertFalse(task.search([("name", "=", "x")]))

    def test_records_behind_a_field_are_those_the_user_sees(self):
        milestone = self.env["project.milestone"].create(
            {"name": "Secret", "project_id": self.project.id}
        )
        with self.assertRaises(AccessError):
            self.env["customer.portal.form"].with_user(self.user).write_record(
                "wishes",
                self.tasks[0].id,
                {"milestone_id": milestone.id},
            )

    def test_only_records_that_are_seen_are_written(self):
        for task in (*self.tasks[1:], self.elsewhere):
            with self.subTest(task.name), self.assertRaises(AccessError):
                self.env["customer.portal.form"].with_user(self.user).write_record(
                    "wishes", task.id, {"name": "x"}
                )
        for res_id in (-1, 0, HUGE, "1", None):
            with self.subTest(res_id), self.assertRaises(AccessError):
                self.env["customer.portal.form"].with_user(self.user).write_record(
                    "wishes", res_id, {"name": "x"}
                )
        self.env["customer.portal.form"].with_user(self.user).write_record(
            "wishes", self.tasks[0].id, {"name": "Mine"}
        )
        self.assertEqual(self.tasks[0].name, "Mine")

    def test_without_the_right_nothing_is_written(self):
        self.permission.write({"can_create": False, "can_edit": False})
        with self.assertRaises(AccessError):
            self.env["customer.portal.form"].with_user(self.user).create_record(
                "wishes", {"name": "x"}
            )
        with self.assertRaises(AccessError):
            self.env["customer.portal.form"].with_user(self.user).write_record(
                "wishes", self.tasks[0].id, {"name": "x"}
            )

    def test_what_a_module_does_not_offer_is_not_permitted(self):
        """The profile's row keeps its ticks, so that the offer can come back."""
        self.permission.write(dict.fromkeys(ACTION_FIELDS.values(), True))
        task = self.tasks[0]

        def actions():
            return {
                a
                for a in ACTION_FIELDS
                if self.gate.with_user(self.user).may("wishes", a)
            }

        self.assertEqual(actions(), set(ACTION_FIELDS) - {"close"})
        self.module.write(
            {
                "closed_domain": "[('state', '=', '1_done')]",
                "state_field": "state",
                "closed_value": "1_done",
            }
        )
        self.assertEqual(actions(), set(ACTION_FIELDS))
        self.form_fields.in_edit = False
        self.assertEqual(actions(), set(ACTION_FIELDS) - {"edit"})
        with self.assertRaises(AccessError):
            self.env["customer.portal.form"].with_user(self.user).write_record(
                "wishes", task.id, {"name": "x"}
            )
        self.form_fields.in_create = False
        self.assertEqual(actions(), set(ACTION_FIELDS) - {"create", "edit"})
        with self.assertRaises(AccessError):
            self.env["customer.portal.form"].with_user(self.user).create_record(
                "wishes", {"name": "x"}
            )
        self.form_fields.write({"in_create": True, "in_edit": True})
        self.assertEqual(actions(), set(ACTION_FIELDS) - {"create", "edit"})
        self.permission.field_ids.filtered(
            lambda row: row.field_id in self.form_fields
        ).access = "write"
        self.assertEqual(actions(), set(ACTION_FIELDS))

    def test_a_model_without_comments_permits_none(self):
        self.module.write(
            {
                "model_name": "project.tags",
                "partner_field": False,
                "domain": "[]",
                "order": "id",
                "field_ids": [(5,)],
            }
        )
        self.permission.write(dict.fromkeys(ACTION_FIELDS.values(), True))
        permitted = {
            a for a in ACTION_FIELDS if self.gate.with_user(self.user).may("wishes", a)
        }
        expected = {"see", "documents", "upload", "export", "share_views"}
        self.assertEqual(permitted, expected)

    def test_odoos_own_pages_permit_what_portal_users_may(self):
        """Writing follows Odoo's access rights, whatever the profile's row says."""
        rows = self.profile.permission_ids.filtered(
            lambda row: row.module_id.code in ("orders", "invoices", "tasks")
        )
        rows.write(dict.fromkeys(ACTION_FIELDS.values(), True))
        rows.records_visibility = "subsidiaries"
        always = {"see", "comments", "comment", "documents", "upload"}

        def actions(module):
            return {
                a
                for a in ACTION_FIELDS
                if self.gate.with_user(self.user).may(module, a)
            }

        self.assertEqual(actions("orders"), always | {"edit"})  # Quotes are signed.
        self.assertEqual(actions("invoices"), always)
        self.assertEqual(actions("tasks"), always)
        for mode in ("write", "create", "unlink"):
            domain = self.gate.with_user(self.user).native_domain("account.move", mode)
            self.assertTrue(domain.is_false())
        self.project.privacy_visibility = "portal"
        self.env["project.collaborator"].create(
            {"project_id": self.project.id, "partner_id": self.emma.id}
        )
        self.assertEqual(actions("tasks"), always | {"create", "edit"})
        self.assertEqual(actions("orders"), always | {"edit"})
        for mode in ("read", "write", "create"):
            domain = self.gate.with_user(self.user).native_domain("project.task", mode)
            with self.subTest(mode):
                self.assertIn(self.tasks[0], self.tasks.filtered_domain(domain))

    def test_a_record_that_would_not_be_seen_is_not_created(self):
        self.module.domain = "[('project_id.name', '=', 'Another')]"
        count = self.env["project.task"].search_count([])
        with self.assertRaises(AccessError):
            self.env["customer.portal.form"].with_user(self.user).create_record(
                "wishes", {"name": "x"}
            )
        self.assertEqual(self.env["project.task"].search_count([]), count)

    def test_no_part_hides_what_another_part_does(self):
        """Two methods of the same name: the first must know of the second."""
        found = defaultdict(list)
        for service in SERVICES:
            for cls in type(self.env[service]).__mro__:
                if cls.__module__.startswith(OUR_MODELS):
                    for name, method in vars(cls).items():
                        if code := getattr(unwrap(method), "__code__", None):
                            found[service, name].append((cls, code))
        self.assertIn(("customer.portal.gate", "may"), found)
        for name, methods in found.items():
            for _cls, code in methods[:-1]:
                with self.subTest(name):
                    self.assertIn("__class__", code.co_freevars, methods)  # super()

    def test_no_method_can_be_called_from_outside(self):
        found = {
            (service, name)
            for service in SERVICES
            for cls in type(self.env[service]).__mro__
            if cls.__module__.startswith(OUR_MODELS)
            for name, method in vars(cls).items()
            if not name.startswith("_") and callable(method)
        }
        self.assertIn(("customer.portal.form", "write_record"), found)
        found.remove(("customer.portal.origin", "action_open_record"))  # for employees
        for service, name in found:
            with self.subTest(f"{service}.{name}"), self.assertRaises(AccessError):
                get_public_method(self.env[service], name)
