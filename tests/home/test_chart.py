import math
from datetime import datetime, timedelta
from itertools import combinations, product

from lxml import html
from markupsafe import Markup

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.home.chart_data import COLOURS
from ...models.home.chart_groups import NONE, OTHERS, SLICE_LIMIT, ChartGroup
from ..common import PASSWORD, takes_long
from ..native_common import NativeCommon
from ..record.test_page_list import PageCommon

TYPES = ("pie", "bar", "line")
# How people see a red, a green and a blue who lack one kind of cones (Machado 2009).
BLINDNESS = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
XYZ = (
    (0.4124, 0.3576, 0.1805),
    (0.2126, 0.7152, 0.0722),
    (0.0193, 0.1192, 0.9505),
)
# Such a distance in CIELAB is seen at a glance; from 2.3 on, if one looks closely.
TOLD_APART = 12


def _see(colour, matrix):
    """Return what somebody sees of a colour, in CIELAB, where distances are even."""
    bent = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    rgb = [
        ((one + 0.055) / 1.055) ** 2.4 if one > 0.04 else one / 12.92 for one in bent
    ]
    x, y, z = _apply(XYZ, [min(max(one, 0), 1) for one in _apply(matrix, rgb)])
    x, y, z = (
        one ** (1 / 3) if one > 0.008856 else 7.787 * one + 16 / 116
        for one in (x / 0.9505, y, z / 1.089)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _apply(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


class ChartCommon(PageCommon):
    """Charts of the wishes of a customer and of their organization."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lines = {line.name: line for line in cls.module.field_ids}

    @classmethod
    def _make_chart(cls, group, measured=None, **values):
        """Return a chart that the profile switches on."""
        lines = {line.name: line.id for line in cls.module.field_ids}
        chart = cls.env["customer.portal.chart"].create(
            {
                "name": f"By {group}",
                "module_id": cls.module.id,
                "group_field_id": lines[group],
                "measure_field_id": lines.get(measured),
                **values,
            }
        )
        cls._widget_of(chart).visible = True
        return chart

    @classmethod
    def _widget_of(cls, chart):
        return chart.widget_ids.filtered(lambda row: row.profile_id == cls.profile)

    def _chart(self, chart):
        return (
            self.env["customer.portal.chart"]
            .with_user(self.user)
            ._get_portal_chart(chart.id)
        )

    def _counts(self, chart):
        return {one["label"]: one["count"] for one in self._chart(chart)["slices"]}

    def _values(self, chart):
        return {one["label"]: one["value"] for one in self._chart(chart)["slices"]}

    def _total(self):
        """Return what the page says beside the name of its only chart."""
        page = html.fromstring(self.url_open("/my/home/widgets").text)
        [head] = page.xpath("//section//h2/..")
        return " ".join(head.text_content().split()[2:])

    def _colours(self, chart):
        return {one["label"]: one["colour"] for one in self._chart(chart)["slices"]}

    def _listed(self, url):
        """Return the number of records that the list of an address has."""
        page = html.fromstring(self.url_open(url).text)
        rows = page.xpath("//table[contains(@class, 'o_cp_table')]/tbody/tr")
        total = page.xpath("//span[@role='status']")
        return int(total[0].text_content().split()[-1]) if rows else 0

    def _assert_totals_equal(self, chart):
        """Compare each number that is drawn with the list that a click opens."""
        drawn = self._chart(chart)
        self.assertTrue(drawn["slices"])
        for one in drawn["slices"]:
            with self.subTest(chart.name, part=one["label"]):
                self.assertEqual(self._listed(one["url"]), one["count"])
        self.assertEqual(self._listed(drawn["url"]), drawn["total"])


@tagged("post_install", "-at_install")
class TestChart(ChartCommon):
    """What charts draw, and that it is what lists show."""

    def _make_wishes(self):
        """Some wishes of the customer, of colleagues, and of strangers."""
        for number in range(7):
            self._make_tasks(
                f"mine {number}",
                priority=str(number % 3),
                stage_id=self.stages[number % 3].id,
                date_deadline=f"2026-0{1 + number % 4}-15 10:00:00",
                allocated_hours=number,
            )
        self._make_tasks("ours", "ours, too", partner=self.colleague, priority="1")
        self._make_tasks("theirs", partner=self.stranger, priority="3")

    # === TOTALS === #

    def test_the_totals_are_those_of_the_lists_behind(self):
        self._make_wishes()
        for scope, group, records in product(
            ("mine", "all"),
            ("stage_id", "priority", "date_deadline"),
            ("all", "open", "closed"),
        ):
            self._set_param("customer_portal.default_scope", scope)
            chart = self._make_chart(group, name=f"{scope} {records}", records=records)
            self._assert_totals_equal(chart)

    def test_a_chart_begins_with_the_scope_that_lists_begin_with(self):
        self._make_wishes()
        chart = self._make_chart("priority")
        for scope, total in {"mine": 7, "all": 9}.items():
            self._set_param("customer_portal.default_scope", scope)
            self.assertEqual(self._chart(chart)["total"], total)

    def test_a_chart_of_own_records_says_so_to_who_could_see_more(self):
        self._make_wishes()
        self._make_chart("priority")
        for scope, level, expected in (
            ("mine", "organization", "Mine 7 records"),
            ("all", "organization", "9 records"),
            ("mine", "own", "7 records"),
        ):
            self._set_param("customer_portal.default_scope", scope)
            self.right.records_visibility = level
            with self.subTest(scope=scope, level=level):
                self.assertEqual(self._total(), expected)

    def test_one_record_is_not_told_as_many(self):
        self._make_tasks("wish")
        self._set_param("customer_portal.default_scope", "all")
        chart = self._make_chart("priority")
        self.assertEqual(self._chart(chart)["total_text"], "1 record")

    def test_a_chart_of_one_part_or_none_is_not_drawn(self):
        self._make_chart("priority", name="Nothing to compare")
        self.assertNotIn("Nothing to compare", self._widgets())
        self._make_tasks("wish", "another")
        self.assertNotIn("Nothing to compare", self._widgets())
        self._make_tasks("urgent", priority="1")
        self.assertIn("Nothing to compare", self._widgets())

    def _widgets(self):
        return self.url_open("/my/home/widgets").text

    def test_nobody_sees_records_of_others_in_a_chart(self):
        self._make_tasks("theirs", partner=self.stranger)
        chart = self._make_chart("stage_id")
        self.assertEqual(self._chart(chart)["slices"], [])
        self._set_param("customer_portal.default_scope", "all")
        self.assertEqual(self._chart(chart)["total"], 0)

    @takes_long
    def test_too_many_parts_are_put_together_as_others_and_listed_so(self):
        stages = self.env["project.task.type"].create(
            [
                {"name": f"stage {n:02}", "project_ids": self.project.ids}
                for n in range(SLICE_LIMIT + 3)
            ]
        )
        for place, stage in enumerate(stages):
            names = [f"task {place} {n}" for n in range(1 + place % 3)]
            self._make_tasks(*names, stage_id=stage.id)
        chart = self._make_chart("stage_id")
        drawn = self._chart(chart)
        self.assertEqual(len(drawn["slices"]), SLICE_LIMIT)
        self.assertEqual(drawn["slices"][-1]["label"], "Others")
        self._assert_totals_equal(chart)

    def test_records_without_a_value_are_a_part_too(self):
        self._make_tasks("no date")
        self._make_tasks("a date", date_deadline="2026-01-15")
        chart = self._make_chart("date_deadline")
        self.assertEqual(self._counts(chart), {"None": 1, "Jan 2026": 1})
        self._assert_totals_equal(chart)

    def test_a_month_begins_at_midnight_where_the_customer_is(self):
        self.user.tz = "Pacific/Auckland"  # eleven or thirteen hours ahead
        self._make_tasks("May there", date_deadline="2026-04-30 23:00:00")
        self._make_tasks("April there", date_deadline="2026-04-30 11:00:00")
        chart = self._make_chart("date_deadline")
        self.assertEqual(self._counts(chart), {"Apr 2026": 1, "May 2026": 1})
        self._assert_totals_equal(chart)

    def test_months_without_records_leave_a_gap_that_is_shown(self):
        for month in (1, 4):
            self._make_tasks("wish", date_deadline=f"2026-0{month}-15")
        counts = self._counts(self._make_chart("date_deadline"))
        self.assertEqual(list(counts.values()), [1, 0, 0, 1])

    def test_a_year_that_was_mistyped_draws_no_thousand_points(self):
        for date in ("0202-01-15", "2026-01-15"):
            self._make_tasks("wish", date_deadline=date)
        chart = self._make_chart("date_deadline", interval="day")
        drawn = self._chart(chart)
        self.assertLessEqual(len(drawn["slices"]), 61)
        self.assertEqual(drawn["total"], 2)

    def test_a_period_leaves_out_what_is_older(self):
        old, new = self._make_tasks("old", "new")
        old.date_deadline = "2020-01-15"
        new.date_deadline = self.today
        chart = self._make_chart("date_deadline", period="months_12")
        self.assertEqual(self._chart(chart)["total"], 1)
        self._assert_totals_equal(chart)

    # === MEASURES === #

    def test_sums_and_averages(self):
        self._make_wishes()
        for measure, expected in {
            "sum": [0 + 3 + 6, 1 + 4, 2 + 5],
            "average": [3, 2.5, 3.5],
        }.items():
            chart = self._make_chart("priority", "allocated_hours", measure=measure)
            self.assertEqual(list(self._values(chart).values()), expected)
            self._assert_totals_equal(chart)

    def test_choices_come_in_the_order_that_odoo_lists_them(self):
        self._make_wishes()
        labels = list(self._counts(self._make_chart("priority")))
        selection = self.env["project.task"]._fields["priority"].selection
        self.assertEqual(labels, [label for _key, label in selection][:3])

    def test_the_time_to_close_is_that_from_creation(self):
        self.module.field_ids = [
            Command.create({"name": name, "in_list": True})
            for name in ("date_end", "create_date")
        ]
        self.right.field_ids.access = "read"
        for hours, priority in ((10, "0"), (30, "0"), (72, "1")):
            task = self._make_tasks("wish", priority=priority)
            task.date_end = datetime(2026, 3, 10, 12)
            task.flush_recordset()
            self.env.cr.execute(
                "UPDATE project_task SET create_date = date_end - %s WHERE id = %s",
                (timedelta(hours=hours), task.id),
            )
        self._make_tasks("still open")
        chart = self._make_chart("priority", "date_end", measure="duration")
        drawn = self._chart(chart)
        self.assertEqual([one["value"] for one in drawn["slices"]], [0.83, 3])
        self.assertEqual(drawn["measure"], "Average time in days")
        self.assertFalse(drawn["counts"])
        self.assertEqual(drawn["total"], 3)
        self._assert_totals_equal(chart)

    # === WHO SEES A CHART === #

    def test_only_a_profile_that_switches_it_on_shows_it(self):
        chart = self._make_chart("priority")
        self.assertTrue(self._chart(chart))
        self._widget_of(chart).visible = False
        self.assertIsNone(self._chart(chart))

    def test_no_chart_of_a_hidden_module(self):
        chart = self._make_chart("priority")
        self.right.visible = False
        self.assertIsNone(self._chart(chart))

    def test_a_hidden_field_neither_groups_nor_measures(self):
        charts = {
            "priority": self._make_chart("priority"),
            "allocated_hours": self._make_chart(
                "stage_id", "allocated_hours", measure="sum"
            ),
        }
        for name, chart in charts.items():
            self.assertTrue(self._chart(chart))
            line = self.right.field_ids.filtered(
                lambda row, name=name: row.field_id.name == name
            )
            line.access = "hidden"
            with self.subTest(name):
                self.assertIsNone(self._chart(chart))

    def test_no_chart_by_a_field_that_is_not_grouped_by_any_more(self):
        chart = self._make_chart("priority")
        self.lines["priority"].groupable = False
        self.assertIsNone(self._chart(chart))
        self.assertTrue(chart.problem)

    def test_unknown_charts_and_those_of_internal_users_are_none(self):
        chart = self._make_chart("priority")
        for chart_id in (0, -1, 2**31, 2**70):
            self.assertIsNone(
                self.env["customer.portal.chart"]
                .with_user(self.user)
                ._get_portal_chart(chart_id)
            )
        self.assertIsNone(
            self.env["customer.portal.chart"]
            .with_user(self.agent)
            ._get_portal_chart(chart.id)
        )

    # === WHAT STANDS IN AN ADDRESS === #

    @takes_long
    def test_addresses_that_fit_no_part_mean_nothing(self):
        self._make_wishes()
        chart = self._make_chart("priority", records="closed")
        by_stage = self._make_chart("stage_id")
        by_date = self._make_chart("date_deadline")
        hidden = self._make_chart("priority")
        self._widget_of(hidden).visible = False
        whole = {chart.id: 2, by_stage.id: 7, by_date.id: 7, hidden.id: 7}
        keys = ("x", "' OR 1=1", "9" * 30, "-1", "2026-99-99", "9999-12-31", "²", "%00")
        for (chart_id, total), key in product(whole.items(), keys):
            with self.subTest(chart=chart_id, key=key):
                url = f"/my/p/wishes?chart={chart_id}&slice={key}"
                self.assertEqual(self._listed(url), total)
        for text in ("0", "-1", "x", "9" * 30, "1.5", "²", "%00", "password"):
            with self.subTest(chart=text):
                self.assertEqual(self._listed(f"/my/p/wishes?chart={text}&slice=1"), 7)

    def test_a_chart_of_another_module_narrows_nothing(self):
        self._make_wishes()
        cases = self.env.ref("customer_portal.chart_cases")
        self._widget_of(cases).visible = True
        self.assertEqual(self._listed(f"/my/p/wishes?chart={cases.id}&slice=1"), 7)

    def test_forged_groups_and_measures_in_an_address_are_not_looked_at(self):
        self._make_wishes()
        chart = self._make_chart("priority")
        url = f"/my/p/wishes?chart={chart.id}&slice=1"
        query = "&group=partner_id&measure=allocated_hours&module=orders"
        self.assertEqual(self._listed(url + query), self._listed(url))

    def test_the_name_of_a_record_that_no_record_leads_to_is_not_told(self):
        """An id in an address would else tell the names of all stages there are."""
        self._make_tasks("wish")
        secret = self.env["project.task.type"].create({"name": "Insolvent"})
        chart = self._make_chart("stage_id")
        url = f"/my/p/wishes?chart={chart.id}&slice="
        self.assertIn("Fresh", self.url_open(f"{url}{self.stages[0].id}").text)
        self.assertNotIn("Insolvent", self.url_open(f"{url}{secret.id}").text)

    def test_a_list_says_what_it_is_narrowed_to_and_keeps_it_while_searching(self):
        self._make_wishes()
        chart = self._make_chart("priority")
        page = self._page(f"?chart={chart.id}&slice=1")
        chip = page.xpath("//a[contains(@class, 'o_cp_chip')]")[0].text_content()
        self.assertIn("By priority: ", chip)
        hidden = page.xpath("//form[@role='search']//input[@type='hidden']")
        names = {one.get("name"): one.get("value") for one in hidden}
        self.assertEqual((names["chart"], names["slice"]), (str(chart.id), "1"))
        self.assertEqual(self._listed(f"/my/p/wishes?chart={chart.id}&search=4"), 1)

    def test_the_export_of_a_part_has_its_records(self):
        self._make_wishes()
        self.right.can_export = True
        chart = self._make_chart("priority")
        part = self._chart(chart)["slices"][1]
        url = part["url"].replace("?", "/export?") + "&format=csv"
        lines = self.url_open(url).text.strip().splitlines()
        self.assertEqual(len(lines) - 1, part["count"])

    # === ADMINISTRATION === #

    def test_what_does_not_fit_is_refused(self):
        other = self.env["customer.portal.module.field"].search(
            [("module_id", "!=", self.module.id), ("groupable", "=", True)], limit=1
        )
        for group, measured, values in (
            ("name", None, {}),
            ("priority", "name", {"measure": "sum"}),
            ("priority", None, {"measure": "sum"}),
            ("priority", "allocated_hours", {"measure": "duration"}),
            ("priority", "date_deadline", {"measure": "average"}),
            ("priority", None, {"group_field_id": other.id}),
        ):
            with (
                self.subTest(group=group, measured=measured, values=values),
                self.assertRaises(ValidationError),
            ):
                self._make_chart(group, measured, **values)

    def test_unknown_choices_are_refused(self):
        for name in ("chart_type", "interval", "measure", "records", "period"):
            with self.subTest(name), self.assertRaises(ValueError):
                self._make_chart("priority", **{name: "nonsense"})

    def test_a_chart_waits_for_the_app_of_its_module(self):
        chart = self._make_chart("priority")
        self.module.model_name = "fleet.nonsense"
        self.assertIn("not installed", chart.problem)
        self.assertIsNone(self._chart(chart))
        self.assertEqual(self.url_open("/my/home/widgets").status_code, 200)

    def test_agents_read_charts_and_customers_reach_them_by_no_call(self):
        chart = self._make_chart("priority")
        self.assertTrue(chart.with_user(self.agent).name)
        for user in (self.user, self.agent):
            self.assertFalse(chart.with_user(user).has_access("write"))
        self.assertFalse(chart.with_user(self.user).has_access("read"))
        with mute_logger("odoo.http"), self.assertRaises(Exception):  # noqa: B017
            self.make_jsonrpc_request(
                "/web/dataset/call_kw",
                {
                    "model": chart._name,
                    "method": "_get_portal_chart",
                    "args": [self.user.id, chart.id],
                    "kwargs": {},
                },
            )

    def test_the_charts_of_the_portal_wait_in_every_profile_switched_off(self):
        names = ("open_cases", "cases", "closure_time", "invoices")
        charts = self.env["customer.portal.chart"].browse(
            self.env.ref(f"customer_portal.chart_{name}").id for name in names
        )
        fresh = self.env["customer.portal.profile"].create({"name": "Fresh"})
        rows = fresh.widget_ids.filtered("chart_id")
        self.assertLessEqual(charts, rows.chart_id)
        self.assertFalse(any(rows.mapped("visible")))

    # === HOW IT IS DRAWN === #

    def test_a_chart_has_a_table_with_links(self):
        self._make_wishes()
        for kind in TYPES:
            self._make_chart("priority", chart_type=kind, name=kind)
        page = html.fromstring(self.url_open("/my/home/widgets").text)
        tables = page.xpath("//details[contains(@class, 'o_cp_chart_table')]/table")
        self.assertEqual(len(tables), len(TYPES))
        for table in tables:
            self.assertEqual(len(table.xpath("./tbody/tr/th[@scope='row']/a")), 3)
            self.assertEqual(table.xpath("./tbody/tr/td/text()"), ["3", "2", "2"])

    def test_a_chart_says_what_it_measures_unless_it_counts(self):
        self._make_wishes()
        self._make_chart("priority", "allocated_hours", measure="sum")
        self._make_chart("priority")
        page = html.fromstring(self.url_open("/my/home/widgets").text)
        charts = page.xpath("//div[contains(@class, 'o_cp_chart')]")
        head = page.xpath("//table/thead/tr/th[2]/text()")[0]
        self.assertEqual([one.get("data-measure") for one in charts], [head, None])
        self.assertIn("Allocated", head)

    def test_a_value_has_the_same_colour_in_all_charts(self):
        high, low = self._make_tasks("high", "low")
        high.write({"priority": "2", "stage_id": self.stages[2].id})
        by_priority, by_stage = map(self._make_chart, ("priority", "stage_id"))
        before = self._colours(by_priority), self._colours(by_stage)
        low.unlink()
        for chart, colours in zip((by_priority, by_stage), before, strict=True):
            self.assertEqual(len(set(colours.values())), 2)
            [(label, colour)] = self._colours(chart).items()
            self.assertEqual(colour, colours[label])

    def test_no_colour_comes_twice_while_there_are_others(self):
        first = self.env["project.task.type"].search([], order="id desc", limit=1).id
        slices = [
            ChartGroup(key, key, 1, 1)
            for key in (*(str(first + 8 * n) for n in range(6)), NONE, OTHERS)
        ]
        chart = self._make_chart("stage_id")
        spec = self.gate.with_user(self.user)._find_chart(chart.id)[1]
        model = self.env["project.task"]
        colours = self.env["customer.portal.chart"]._get_colours(model, spec, slices)
        self.assertEqual(set(colours.values()), set(COLOURS))

    def test_names_are_shown_as_text(self):
        self.stages[0].name = "<img src=x onerror=alert(1)>"
        self._make_tasks("wish")
        self._make_tasks("done", stage_id=self.stages[2].id)
        self._make_chart("stage_id", name="<script>alert(2)</script>")
        text = self.url_open("/my/home/widgets").text
        self.assertNotIn("<img src=x", text)
        self.assertNotIn("<script>alert(2)", text)
        self.assertIn(Markup.escape("<img src=x"), text)

    def test_colour_blind_people_tell_the_parts_apart(self):
        self.assertEqual(len(set(COLOURS)), SLICE_LIMIT)
        for name, matrix in BLINDNESS.items():
            for one, other in combinations(COLOURS, 2):
                with self.subTest(name, one=one, other=other):
                    seen = math.dist(_see(one, matrix), _see(other, matrix))
                    self.assertGreater(seen, TOLD_APART)


@tagged("post_install", "-at_install", "long")
class TestNativeChart(NativeCommon):
    """Charts of Odoo's own pages, which cannot be asked for a part of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.users"].browse(cls.users["emma"].id).tz = "UTC"
        charts = cls.env["customer.portal.chart"]
        for code, module in cls.modules.items():
            line = module.field_ids.filtered("groupable")[:1]
            if line:
                charts |= charts.create(
                    {
                        "name": f"{code} by {line.name}",
                        "module_id": module.id,
                        "group_field_id": line.id,
                    }
                )
        cls.charts = charts
        cls.profile.widget_ids.filtered("chart_id").visible = True

    def _numbers(self, url):
        """Return how many records a page lists, and how many it says there are."""
        page = html.fromstring(self.url_open(url).text)
        rows = page.xpath("//table[contains(@class, 'o_cp_table')]/tbody/tr")
        status = page.xpath("//span[@role='status']")[0].text_content()
        return len(rows), int(status.split()[0])

    def test_credit_notes_and_bills_count_against_invoices(self):
        self._permit("organization")
        module = self.modules["invoices"]
        lines = {line.name: line.id for line in module.field_ids}
        chart = self.env["customer.portal.chart"].create(
            {
                "name": "Turnover",
                "module_id": module.id,
                "chart_type": "pie",
                "group_field_id": lines["payment_state"],
                "measure": "sum",
                "measure_field_id": lines["amount_total"],
            }
        )
        self.profile.widget_ids.filtered("chart_id").visible = True
        records = self.records["invoices"]
        self.env.flush_all()
        for name, sign in (("emma", 1), ("colleague", -1), ("azure", -1)):
            self.env.cr.execute(
                "UPDATE account_move SET amount_total = 100,"
                " amount_total_signed = %s WHERE id = %s",
                [100 * sign, records[name].id],
            )
        self.env.invalidate_all()
        drawn = (
            self.env["customer.portal.chart"]
            .with_user(self.users["emma"])
            ._get_portal_chart(chart.id)
        )
        self.assertEqual([one["value"] for one in drawn["slices"]], [-100])
        self.assertEqual(drawn["type"], "bar", "A pie has no parts below nothing.")
        self.assertIn(self.env.company.currency_id.name, drawn["measure"])

    def test_the_totals_are_those_of_the_lists_behind_at_each_level(self):
        for viewer, level in (
            ("emma", "own"),
            ("emma", "organization"),
            ("emma", "subsidiaries"),
            ("stranger", "subsidiaries"),
        ):
            self._permit(level)
            self.authenticate(f"{viewer}@matrix.example", PASSWORD)
            for chart in self.charts:
                drawn = (
                    self.env["customer.portal.chart"]
                    .with_user(self.users[viewer])
                    ._get_portal_chart(chart.id)
                )
                expected = len(
                    self._expected_owners(viewer, level, chart.module_id.code)
                )
                with self.subTest(chart.name, viewer=viewer, level=level):
                    self.assertEqual(drawn["total"], expected)
                    for part in drawn["slices"]:
                        if part["count"]:
                            self.assertEqual(
                                self._numbers(part["url"]), (part["count"],) * 2
                            )

    def test_the_menu_marks_the_module_of_a_list(self):
        self._permit("own")
        self.profile.widget_ids.filtered(lambda row: row.kind == "menu").visible = True
        self.authenticate("emma@matrix.example", PASSWORD)
        for chart in self.charts:
            page = html.fromstring(self.url_open(f"/my/chart/{chart.id}").text)
            here = page.xpath(
                "//nav[@aria-label='Portal']//a[@aria-current='page']/@href"
            )
            self.assertEqual(here, chart.module_id.paths.split()[:1], chart.name)

    def test_the_lines_lead_to_odoos_own_pages(self):
        self._permit("own")
        self.authenticate("emma@matrix.example", PASSWORD)
        for chart in self.charts:
            page = html.fromstring(self.url_open(f"/my/chart/{chart.id}").text)
            links = page.xpath("//table[contains(@class, 'o_cp_table')]//td[1]/a/@href")
            self.assertEqual(len(links), 1, chart.name)
            self.assertEqual(self.url_open(links[0]).status_code, 200)

    def test_what_is_not_shown_has_no_list(self):
        self._permit("own")
        self.authenticate("emma@matrix.example", PASSWORD)
        chart = self.charts[0]
        url = f"/my/chart/{chart.id}"
        self.assertEqual(self.url_open(url).status_code, 200)
        for bad in (
            "/my/chart/0",
            f"/my/chart/{2**31}",
            f"/my/chart/{2**70}",
            f"{url}?slice=nonsense",
            f"{url}?slice={'9' * 30}",
        ):
            with self.subTest(bad):
                self.assertEqual(self.url_open(bad).status_code, 404)
        self.assertEqual(self.url_open(f"{url}/page/{2**40}").status_code, 200)
        self._permit(None)
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_internal_users_have_no_such_lists(self):
        self.agent.password = PASSWORD
        self.authenticate("agent", PASSWORD)
        url = f"/my/chart/{self.charts[0].id}"
        self.assertEqual(self.url_open(url).status_code, 404)
