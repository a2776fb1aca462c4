from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from ..common import CustomerPortalCommon

UNKNOWN = "all_of_them"


@tagged("post_install", "-at_install")
class TestUnknownValues(CustomerPortalCommon):
    """What the portal does not know gives nothing; only SQL can set it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["customer.portal.gate"]
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Tested"})
        cls.emma = cls._make_portal_contact(portal_profile_id=cls.profile.id)
        cls.user = cls._user_of(cls.emma)
        cls.module = cls.env["customer.portal.module"].create(
            {
                "code": "wishes",
                "name": "Wishes",
                "model_name": "project.task",
                "partner_field": "partner_id",
                "title_field": "name",
                "field_ids": [
                    Command.create({"name": "name", "in_list": True}),
                    Command.create({"name": "priority", "groupable": True}),
                ],
            }
        )
        cls.row = cls._show("wishes", "subsidiaries")
        cls.task = cls.env["project.task"].create(
            {"name": "A wish", "partner_id": cls.emma.id}
        )

    @classmethod
    def _show(cls, code, level="own"):
        row = cls.profile.permission_ids.filtered(lambda r: r.module_id.code == code)
        row.write({"visible": True, "records_visibility": level})
        return row

    def _set(self, record, **values):
        self.env.flush_all()
        for name, value in values.items():
            query = SQL(
                "UPDATE %s SET %s = %s WHERE id = %s",
                SQL.identifier(record._table),
                SQL.identifier(name),
                value,
                record.id,
            )
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.env.registry.clear_cache()

    def _rows(self):
        return [
            row["id"]
            for row in self.env["customer.portal.record"]
            .with_user(self.user)
            .find_rows("wishes")
        ]

    def test_known_values_give_what_they_say(self):
        self.assertEqual(self._rows(), self.task.ids)

    def test_an_unknown_level_gives_no_records(self):
        for level in (UNKNOWN, "", "OWN", "everyone"):
            self._set(self.row, records_visibility=level)
            with self.subTest(level):
                self.assertEqual(self._rows(), [])
                self.assertFalse(self.gate.with_user(self.user).may("wishes"))
                self.assertTrue(
                    self.gate.with_user(self.user).domain("wishes").is_false()
                )
                self.assertEqual(
                    self.env["customer.portal.record"]
                    .with_user(self.user)
                    .count_rows("wishes"),
                    0,
                )

    def test_an_unknown_level_reaches_no_records_by_itself(self):
        right = self.gate.with_user(self.user)._get_rights()["wishes"]
        for level in (UNKNOWN, "", None):
            domain = self.gate._get_visibility_domain(self.emma, right, level)
            self.assertTrue(domain.is_false(), level)

    def test_an_unknown_level_gives_nothing_on_odoos_own_pages(self):
        tasks = self._show("tasks", "subsidiaries")
        self.task.project_id = self.env["project.project"].create(
            {"name": "Shared", "privacy_visibility": "portal"}
        )
        self.task.message_subscribe(self.emma.ids)
        visible = self.env["project.task"].with_user(self.user)
        self.assertEqual(visible.search([]), self.task)
        for level in (UNKNOWN, ""):
            self._set(tasks, records_visibility=level)
            with self.subTest(level):
                self.assertFalse(visible.search([]))

    def test_an_unknown_page_gives_nothing_and_frees_nothing(self):
        self._set(self.module, page=UNKNOWN)
        self.assertFalse(self.gate.with_user(self.user).may("wishes"))
        self.assertIn(UNKNOWN, self.module.problem)
        modules = self.env["customer.portal.module"]
        tasks = modules.search([("code", "=", "tasks")])
        self._show("tasks", "subsidiaries")
        self.task.project_id = self.env["project.project"].create(
            {"name": "Shared", "privacy_visibility": "portal"}
        )
        self.task.message_subscribe(self.emma.ids)
        self._set(tasks, page=UNKNOWN)
        self.assertFalse(self.env["project.task"].with_user(self.user).search([]))
        self.assertFalse(self.gate.with_user(self.user).may_visit("/my/tasks"))

    def test_an_unknown_access_shows_no_field(self):
        lines = self.row.field_ids
        for access in (UNKNOWN, "", "READ"):
            for line in lines:
                self._set(line, access=access)
            with self.subTest(access):
                self.assertEqual(self.gate.with_user(self.user).fields("wishes"), ())

    def test_unknown_questions_are_answered_with_nothing(self):
        gate, user = self.gate, self.user
        self.assertTrue(gate.with_user(user).domain("wishes", UNKNOWN).is_false())
        self.assertEqual(gate.with_user(user).fields("wishes", UNKNOWN), ())
        self.assertFalse(gate.with_user(user).may("wishes", UNKNOWN))
        self._show("tasks")
        domain = gate.with_user(user).native_domain("project.task", UNKNOWN)
        self.assertTrue(domain.is_false())

    def _share(self, **values):
        return self.env["customer.portal.document"].create(
            {
                "name": "Terms",
                "attachment_id": self.env["ir.attachment"]
                .create({"name": "terms.txt", "raw": b"terms"})
                .id,
                **values,
            }
        )

    def _documents(self):
        return [
            row["name"]
            for row in self.env["customer.portal.document"]
            .with_user(self.user)
            ._find_portal_rows()
        ]

    def test_an_unknown_audience_shares_a_document_with_nobody(self):
        self._show("documents", "organization")
        document = self._share(audience="contact", partner_id=self.emma.id)
        self.assertEqual(self._documents(), ["Terms"])
        for level in ("own", "organization", "subsidiaries"):
            self._show("documents", level)
            for audience in (UNKNOWN, "", "EVERYONE"):
                self._set(document, audience=audience)
                with self.subTest(audience, level=level):
                    self.assertEqual(self._documents(), [])
                    found = (
                        self.env["customer.portal.document"]
                        .with_user(self.user)
                        ._get_portal_stream(document.attachment_id.id)
                    )
                    self.assertFalse(found)

    def test_an_unknown_level_shares_no_document(self):
        row = self._show("documents", "organization")
        self._share(audience="everyone")
        self.assertEqual(self._documents(), ["Terms"])
        for level in (UNKNOWN, "everyone"):
            self._set(row, records_visibility=level)
            with self.subTest(level):
                self.assertEqual(self._documents(), [])

    def test_a_chart_with_an_unknown_choice_is_not_drawn(self):
        group = self.module.field_ids.filtered("groupable")
        for name in ("chart_type", "interval", "measure", "records", "period"):
            chart = self.env["customer.portal.chart"].create(
                {
                    "name": "Wishes",
                    "module_id": self.module.id,
                    "group_field_id": group.id,
                }
            )
            widgets = self.profile.widget_ids
            widgets.filtered(lambda w, c=chart: w.chart_id == c).visible = True
            self.assertTrue(
                self.env["customer.portal.chart"]
                .with_user(self.user)
                ._get_portal_chart(chart.id)
            )
            self._set(chart, **{name: UNKNOWN})
            with self.subTest(name):
                self.assertIsNone(
                    self.env["customer.portal.chart"]
                    .with_user(self.user)
                    ._get_portal_chart(chart.id)
                )
                self.assertIn(UNKNOWN, chart.problem)

    def test_an_unknown_widget_is_not_on_the_page(self):
        widget = self.profile.widget_ids.filtered(lambda w: w.kind == "greeting")
        widget.visible = True
        self.assertTrue(self.gate.with_user(self.user)._has_widget("greeting"))
        self._set(widget, kind=UNKNOWN)
        kinds = [one.kind for one in self.gate.with_user(self.user)._get_widgets()]
        self.assertNotIn(UNKNOWN, kinds)
