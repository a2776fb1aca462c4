from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged

from ...models.promise.portal_mixin import ALL_FIELDS
from ..promise_common import TaskPromiseCommon, TicketPromiseCommon, at

DUE = "portal_due"


class FieldStories:
    """A promise is the same in a list, a filter, a group, a report and an export."""

    def _make_all(self):
        """Return cases of each kind, by the name of what became of them."""
        cases = {
            name: self._make_at()
            for name in ("open", "answered", "late", "waiting", "closed")
        }
        self._answer_at(cases["answered"], at(2, 12))
        self._answer_at(cases["late"], at(2, 16))
        self._move(cases["waiting"], "waiting", at(2, 12))
        self._move(cases["closed"], "closed", at(2, 12))
        return cases

    def _find(self, domain):
        records = self.env[self.MODEL].with_user(self.boss)
        return records.search(Domain(domain) & Domain("id", "in", self.ids))

    def test_filters_and_sorting_agree_with_what_is_shown(self):
        cases = self._make_all()
        records = self.env[self.MODEL].union(*cases.values()).with_user(self.boss)
        self.ids = records.ids
        with self._at(at(2, 16, 30)):
            self.env.invalidate_all()
            for name in ALL_FIELDS:
                if name == "portal_urgency":
                    continue
                values = {record: record[name] for record in records}
                for value in {*values.values()}:
                    with self.subTest(name, value=value):
                        expected = {r for r in records if values[r] == value}
                        self.assertEqual({*self._find([(name, "=", value)])}, expected)
                        expected = {*records} - expected
                        self.assertEqual({*self._find([(name, "!=", value)])}, expected)
            for operator in ("<", ">="):
                for moment in (at(2, 15), at(2, 16), at(4, 11), at(4, 12)):
                    with self.subTest(operator, moment=moment):
                        early = {r for r in records if r[DUE] and r[DUE] < moment}
                        late = {r for r in records if r[DUE] and r[DUE] >= moment}
                        self.assertEqual(
                            {*self._find([(DUE, operator, moment)])},
                            early if operator == "<" else late,
                        )
            ordered = records.search([("id", "in", self.ids)], order=f"{DUE}, id")
            expected = records.sorted(lambda r: (not r[DUE], r[DUE] or 0, r.id))
            self.assertEqual(ordered, expected)

    def test_groups_reports_and_exports_agree_with_what_is_shown(self):
        self.boss.group_ids |= self.env.ref("base.group_allow_export")
        cases = self._make_all()
        records = self.env[self.MODEL].union(*cases.values()).with_user(self.boss)
        deadlines = self.env["customer.portal.deadline"].with_user(self.boss)
        own = [("model_name", "=", self.MODEL), ("res_id", "in", records.ids)]
        with self._at(at(2, 16, 30)):
            self.env.invalidate_all()
            for kind in ("answer", "solution"):
                name = f"portal_{kind}_state"
                shown = records.mapped(lambda record, name=name: record[name])
                counted = records._read_group(
                    [("id", "in", records.ids)], [name], ["__count"]
                )
                self.assertEqual(dict(counted), self._count(shown))
                report = deadlines._read_group(
                    [*own, ("kind", "=", kind)], ["state"], ["__count"]
                )
                self.assertEqual(dict(report), self._count(shown))
                exported = records.export_data([name])["datas"]
                labels = dict(deadlines._fields["state"].selection)
                self.assertEqual(
                    [label for [label] in exported], [labels[one] for one in shown]
                )
            [[rate]] = deadlines._read_group(
                [*own, ("kind", "=", "answer")], [], ["kept_rate:avg"]
            )
            self.assertAlmostEqual(rate, 1 / 3)  # One kept; one late, one overdue.

    def _count(self, values):
        return {value: values.count(value) for value in values}

    def test_what_is_due_is_overdue_today_or_later_by_the_day_of_the_user(self):
        case = self._make_at(at(2, 11)).with_user(self.boss)
        for tz, moment, urgency in (
            ("UTC", at(2, 12), "today"),
            ("UTC", at(1, 23), "later"),
            ("Asia/Kolkata", at(1, 23), "today"),
            ("UTC", at(2, 15, 1), "overdue"),
        ):
            with self.subTest(tz=tz, moment=moment), self._at(moment):
                case.invalidate_recordset()
                shown = case.with_context(tz=tz).portal_urgency
                self.assertEqual(shown, urgency)
        self._move(case.sudo(), "waiting", at(2, 13))
        self.assertFalse(case.portal_urgency)

    def test_customers_read_no_promises_by_rpc(self):
        case = self._make_at()
        for name in ALL_FIELDS:
            with self.subTest(name), self.assertRaises(AccessError):
                case.with_user(self.user).read([name])
            if name == "portal_urgency":
                continue
            with self.subTest(f"search {name}"), self.assertRaises(AccessError):
                case.with_user(self.user).search([(name, "!=", False)])

    def test_a_module_publishes_promises_as_it_does_other_fields(self):
        lines = self.env["customer.portal.module.field"].create(
            [
                {"module_id": self.module.id, "name": name, "in_list": True}
                for name in ("portal_answer_due", "portal_answer_state")
            ]
        )
        self.assertEqual(lines.mapped("problem"), [False, False])
        permitted = self.right.field_ids.filtered(lambda line: line.field_id in lines)
        permitted.access = "read"
        case = self._make_at()
        self.emma.tz = "UTC"
        pages = self.env["customer.portal.record"].with_user(self.user)
        row = pages.get_row("cases", case.id)
        self.assertIn("03:00 PM", row["cells"]["portal_answer_due"])
        self.assertEqual(row["cells"]["portal_answer_state"], "Missed")


@tagged("post_install", "-at_install")
class TestTaskPromiseFields(FieldStories, TaskPromiseCommon):
    def test_a_list_of_cases_has_a_column_of_what_is_promised_only_then(self):
        view = self.env.ref("customer_portal.project_task_view_list_cases")
        for is_promised in (True, False):
            arch = self.env["project.task"].get_view(view.id, "list")["arch"]
            [due] = etree.fromstring(arch).xpath("//field[@name='portal_due']")
            self.assertEqual(due.get("column_invisible") != "True", is_promised)
            self.promise.unlink()


@tagged("post_install", "-at_install", "long")
class TestTicketPromiseFields(FieldStories, TicketPromiseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss.group_ids |= cls.env.ref("helpdesk_mgmt.group_helpdesk_manager")

    def test_views_of_tickets_show_what_is_promised_and_only_then(self):
        tickets = self.env[self.MODEL].with_user(self.boss)
        shown = {
            "list": "//field[@name='portal_due']",
            "form": "//group[@name='customer_portal_promise']",
            "search": "//filter[@name='promise_overdue'][@string]",
        }
        for is_promised in (True, False):
            for view_type, path in shown.items():
                with self.subTest(view_type, is_promised=is_promised):
                    view = tickets.get_view(view_type=view_type)
                    found = etree.fromstring(view["arch"]).xpath(path)
                    self.assertEqual(bool(found), is_promised)
            self.promise.unlink()
