from contextlib import contextmanager

from hypothesis import given
from hypothesis import strategies as st

from odoo.fields import Command, Domain
from odoo.tests import tagged

from ...models.record.record import ListQuery
from ..common import CustomerPortalCommon
from ..examples import draws
from ..native_common import LEVELS, Oracle

PARTNERS = 7
RECORDS = 8
# What stands in the names of all records.
SHARED_WORD = "needle"


@st.composite
def customers(draw):
    """Draw a tree of contacts, who looks, what they may, and whose the records are."""
    parents = {
        name: draw(st.none() | st.integers(0, name - 1)) if name else None
        for name in range(PARTNERS)
    }
    return {
        "parents": parents,
        "companies": draw(st.sets(st.integers(0, PARTNERS - 1))),
        "viewer": draw(st.integers(0, PARTNERS - 1)),
        "owners": draw(
            st.lists(
                st.none() | st.integers(0, PARTNERS - 1),
                min_size=RECORDS,
                max_size=RECORDS,
            )
        ),
        "level": draw(st.sampled_from([*LEVELS, None])),
        "scope": draw(st.sampled_from([None, "mine", "all"])),
    }


@tagged("post_install", "-at_install", "drawn")
class TestGateProperty(CustomerPortalCommon):
    """Whatever the customers, the gate shows what the oracle says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["customer.portal.gate"]
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Drawn"})
        cls.viewer = cls._make_portal_contact(portal_profile_id=cls.profile.id)
        cls.user = cls._user_of(cls.viewer)
        cls.others = cls.env["res.partner"].create(
            [{"name": f"Drawn {name}"} for name in range(PARTNERS - 1)]
        )
        cls.project = cls.env["project.project"].create({"name": "Drawn"})
        cls.tasks = cls.env["project.task"].create(
            [
                {"name": f"{SHARED_WORD} no{n}", "project_id": cls.project.id}
                for n in range(RECORDS)
            ]
        )
        module = cls.env["customer.portal.module"].create(
            {
                "code": "drawn",
                "name": "Drawn",
                "model_name": "project.task",
                "partner_field": "partner_id",
                "domain": f"[('project_id', '=', {cls.project.id})]",
                "title_field": "name",
                "field_ids": [
                    Command.create({"name": "name", "searchable": True}),
                    Command.create({"name": "priority", "groupable": True}),
                ],
            }
        )
        native = cls.env["customer.portal.module"].search([("code", "=", "tasks")])
        cls.permissions = cls.profile.permission_ids.filtered(
            lambda line: line.module_id in module + native
        )
        cls.permissions.write({"visible": True, "can_export": True})
        cls.chart = cls.env["customer.portal.chart"].create(
            {
                "name": "Drawn",
                "module_id": module.id,
                "group_field_id": module.field_ids[1].id,
            }
        )
        widgets = cls.chart.widget_ids
        widgets.filtered(lambda one: one.profile_id == cls.profile).visible = True

    @contextmanager
    def _drawn(self, drawn):
        """Make the customers for a while; yield the contacts in their order."""
        partners = self.others.ids
        partners.insert(drawn["viewer"], self.viewer.id)
        partners = self.env["res.partner"].browse(partners)
        with self._undone():
            for name, partner in enumerate(partners):
                parent = drawn["parents"][name]
                partner.write(
                    {
                        "parent_id": parent is not None and partners[parent].id,
                        "is_company": name in drawn["companies"],
                    }
                )
            for task, owner in zip(self.tasks, drawn["owners"], strict=True):
                task.partner_id = owner is not None and partners[owner]
            self.permissions.write(
                {
                    "visible": bool(drawn["level"]),
                    "records_visibility": drawn["level"] or "own",
                }
            )
            self.env.flush_all()
            yield

    def _expected(self, drawn, level):
        oracle = Oracle(drawn["parents"], drawn["companies"])
        return self.tasks.browse(
            [
                task.id
                for task, owner in zip(self.tasks, drawn["owners"], strict=True)
                if oracle.sees(drawn["viewer"], level, owner)
            ]
        )

    @draws(20, short=7)
    @given(customers())
    def test_the_gate_agrees_with_the_oracle(self, drawn):
        with self._drawn(drawn):
            level, scope = drawn["level"], drawn["scope"]
            wanted = self._expected(drawn, level)
            listed = self._expected(
                drawn, "own" if level and scope == "mine" else level
            )
            self._check_lists(ListQuery(scope=scope or ""), listed)
            self._check_records(wanted)
            self._check_chart(drawn, level)
            self._check_search(wanted)
            self._check_native(drawn, level)

    def _check_lists(self, asked, wanted):
        """List, count and export the same records, also what is searched for."""
        args = ("drawn", asked)
        rows = (
            self.env["customer.portal.record"]
            .with_user(self.user)
            .find_rows(*args, None)
        )
        self.assertEqual(sorted(row["id"] for row in rows), wanted.ids)
        self.assertEqual(
            self.env["customer.portal.record"]
            .with_user(self.user)
            .count_rows(*args, None),
            len(wanted),
        )
        names = sorted(
            row[0]
            for row in self.env["customer.portal.record"]
            .with_user(self.user)
            .export_rows(*args)
        )
        self.assertEqual(names, wanted.mapped("name"))
        for task in self.tasks:
            searched = asked._replace(search=task.name)
            rows = (
                self.env["customer.portal.record"]
                .with_user(self.user)
                .find_rows("drawn", searched, None)
            )
            found = [row["id"] for row in rows]
            self.assertEqual(found, (task & wanted).ids)

    def _check_records(self, wanted):
        for task in self.tasks:
            row = (
                self.env["customer.portal.record"]
                .with_user(self.user)
                .get_row("drawn", task.id)
            )
            self.assertEqual(bool(row), task in wanted)

    def _check_chart(self, drawn, level):
        """The parts of a chart count what the list shows that it leads to."""
        chart = (
            self.env["customer.portal.chart"]
            .with_user(self.user)
            ._get_portal_chart(self.chart.id)
        )
        self.assertEqual(bool(chart), bool(level))
        if chart:
            scope = (
                self.env["customer.portal.record"]
                .with_user(self.user)
                .default_scope("drawn")
            )
            shown = self._expected(drawn, "own" if scope == "mine" else level)
            self.assertEqual(chart["total"], len(shown))
            self.assertEqual(sum(one["count"] for one in chart["slices"]), len(shown))

    def _check_search(self, wanted):
        """The search over everything finds some of the records, and no others."""
        found = (
            self.env["customer.portal.record"]
            .with_user(self.user)
            .search_everything(SHARED_WORD)
        )
        parts = [part["rows"] for part in found if part["url"] == "/my/p/drawn"]
        titles = {row["title"] for rows in parts for row in rows}
        self.assertLessEqual(titles, set(wanted.mapped("name")))
        self.assertEqual(bool(titles), bool(wanted))

    def _check_native(self, drawn, level):
        """Odoo's own pages are narrowed in Python as in the database."""
        native = self.gate.with_user(self.user).native_domain("project.task")
        narrowed = self.tasks.filtered_domain(native)
        found = self.tasks.search(native & Domain("id", "in", self.tasks.ids))
        self.assertEqual(narrowed, found.sorted("id"))
        # On the widest level Odoo's own rule decides.
        is_widest = level == "subsidiaries"
        wanted = self.tasks if is_widest else self._expected(drawn, level)
        self.assertEqual(narrowed, wanted)
