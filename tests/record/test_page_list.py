import csv
import io
from datetime import datetime
from unittest.mock import patch

from lxml import html

from odoo.fields import Command
from odoo.tests import tagged

from ...controllers import page
from ...models.record import record as record_file
from ..common import PASSWORD, CustomerPortalHttpCommon, takes_long


class PageCommon(CustomerPortalHttpCommon):
    """A generated module of tasks, and a customer who sees some of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["customer.portal.gate"]
        cls.project = cls.env["project.project"].create({"name": "Wishes"})
        cls.stages = cls.env["project.task.type"].create(
            [
                {"name": name, "sequence": n, "project_ids": cls.project.ids}
                for n, name in enumerate(("Fresh", "Doing", "Done"))
            ]
        )
        cls.stages[2].fold = True
        cls.module = cls._make_module()
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Wishing"})
        cls.right = cls.profile.permission_ids.filtered(
            lambda row: row.module_id == cls.module
        )
        cls.right.write({"visible": True, "records_visibility": "organization"})
        cls.organization = cls.env["res.partner"].create(
            {"name": "Azure", "is_company": True}
        )
        values = {"portal_profile_id": cls.profile.id}
        cls.emma = cls._make_portal_contact(parent_id=cls.organization.id, **values)
        cls.user = cls._user_of(cls.emma)
        cls.colleague = cls.env["res.partner"].create(
            {"name": "Colleague", "parent_id": cls.organization.id}
        )
        cls.stranger = cls.env["res.partner"].create({"name": "Stranger"})

    @classmethod
    def _make_module(cls):
        names = {
            "name": {"searchable": True, "in_list": True},
            "stage_id": {"groupable": True, "in_list": True},
            "priority": {"searchable": True, "groupable": True, "in_list": True},
            "date_deadline": {"in_list": True, "groupable": True},
            "tag_ids": {"in_list": True},
            "description": {"in_list": False, "searchable": True},
            "allocated_hours": {"in_list": True},
        }
        return cls.env["customer.portal.module"].create(
            {
                "code": "wishes",
                "name": "Wishes",
                "model_name": "project.task",
                "partner_field": "partner_id",
                "domain": f"[('project_id', '=', {cls.project.id})]",
                "order": "id desc",
                "title_field": "name",
                "state_field": "stage_id",
                "closed_domain": "[('stage_id.fold', '=', True)]",
                "closed_value": str(cls.stages[2].id),
                "open_value": str(cls.stages[1].id),
                "field_ids": [
                    Command.create({"name": name, "sequence": n, **values})
                    for n, (name, values) in enumerate(names.items())
                ],
            }
        )

    @classmethod
    def _make_tasks(cls, *names, partner=None, **values):
        return cls.env["project.task"].create(
            [
                {
                    "name": name,
                    "project_id": cls.project.id,
                    "partner_id": (partner or cls.emma).id,
                    "stage_id": cls.stages[0].id,
                    **values,
                }
                for name in names
            ]
        )

    def setUp(self):
        super().setUp()
        self.authenticate(self.user.login, PASSWORD)

    def _get(self, path="", code="wishes"):
        return self.url_open(f"/my/p/{code}{path}", allow_redirects=False)

    def _page(self, path=""):
        response = self.url_open(f"/my/p/wishes{path}")
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.text)

    def _titles(self, path=""):
        cells = self._page(path).xpath("//td[contains(@class, 'o_cp_title')]")
        return [cell.text_content().strip() for cell in cells]


@tagged("post_install", "-at_install")
class TestPageList(PageCommon):
    """The list of a module that the portal makes."""

    # === WHICH RECORDS === #

    def test_a_list_begins_with_ones_own_and_shows_all_on_request(self):
        self._make_tasks("mine")
        self._make_tasks("ours", partner=self.colleague)
        self._make_tasks("theirs", partner=self.stranger)
        self.assertEqual(self._titles(), ["mine"])
        self.assertEqual(self._titles("?scope=all"), ["ours", "mine"])
        self.assertEqual(self._titles("?scope=nonsense"), ["mine"])

    def test_no_toggle_where_the_profile_shows_only_ones_own(self):
        self.right.records_visibility = "own"
        self._make_tasks("ours", partner=self.colleague)
        self.assertFalse(self._page("?scope=all").xpath("//a[contains(., 'Mine')]"))
        self.assertEqual(self._titles("?scope=all"), [])

    def test_unknown_hidden_and_native_modules_answer_404(self):
        self.right.visible = False
        for code in ("wishes", "nonsense", "orders", "Wishes", "wishes%00", "../my"):
            with self.subTest(code):
                self.assertEqual(self._get(code=code).status_code, 404)

    def test_nobody_but_portal_users_has_these_pages(self):
        self.agent.password = PASSWORD
        self.authenticate("agent", PASSWORD)
        self.assertEqual(self._get().status_code, 404)
        self.authenticate(None, None)
        self.assertEqual(self._get().status_code, 303)

    # === SEARCH, FILTER, SORT, GROUP === #

    def test_search_looks_into_one_field_or_all(self):
        self._make_tasks("printer", description="<p>on fire</p>")
        self._make_tasks("fire")
        self.assertEqual(self._titles("?search=FIRE"), ["fire", "printer"])
        self.assertEqual(self._titles("?search=fire&search_in=name"), ["fire"])
        self.assertEqual(self._titles("?search=fire&search_in=x"), ["fire", "printer"])
        self.assertEqual(self._titles("?search=%25"), [])
        self.assertEqual(self._titles("?search=high&search_in=priority"), [])

    def test_fields_that_are_not_published_for_search_are_not_searched(self):
        self._make_tasks("a", allocated_hours=7)
        self.assertEqual(self._titles("?search=7&search_in=allocated_hours"), [])

    @takes_long
    def test_contacts_and_users_are_found_by_what_is_shown_of_them_alone(self):
        values = {"module_id": self.module.id, "searchable": True, "sequence": 99}
        self.env["customer.portal.module.field"].create(
            [{"name": name, **values} for name in ("partner_id", "create_uid")]
        )
        self.right.field_ids.access = "read"
        self.colleague.write({"email": "secret@hidden.example", "ref": "R2D2"})
        self.env.user.partner_id.name = "Somebody"
        self._make_tasks("found", partner=self.colleague)
        for text in ("colleague", "somebody"):
            titles = self._titles(f"?scope=all&search={text}")
            self.assertEqual(titles, ["found"], text)
        for text in ("secret", "hidden.example", "R2D2", self.env.user.login):
            for query in ("", "&search_in=partner_id", "&search_in=create_uid"):
                titles = self._titles(f"?scope=all&search={text}{query}")
                self.assertEqual(titles, [], f"{text}{query}")

    def test_a_state_filters_and_so_does_open(self):
        self._make_tasks("old", stage_id=self.stages[2].id)
        self._make_tasks("new")
        options = self._page().xpath("//select[@name='filterby']/option")
        ids = [str(stage.id) for stage in self.stages[::2]]
        self.assertEqual(
            [(option.get("value"), option.text) for option in options],
            [
                ("", "Any status"),
                ("open", "Open"),
                (ids[0], "Fresh"),
                ("closed", "Done"),
            ],
        )
        self.assertEqual(self._titles(f"?filterby={ids[1]}"), ["old"])
        self.assertEqual(self._titles("?filterby=open"), ["new"])
        self.assertEqual(self._titles("?filterby=closed"), ["old"])
        for nonsense in ("x", "-1", "0", "9" * 30, "1.5", "%00"):
            with self.subTest(nonsense):
                self.assertEqual(self._titles(f"?filterby={nonsense}"), ["new", "old"])

    def test_each_column_sorts_up_and_down(self):
        self._make_tasks("b", allocated_hours=1)
        self._make_tasks("a", allocated_hours=2)
        self.assertEqual(self._titles("?sortby=name"), ["a", "b"])
        self.assertEqual(self._titles("?sortby=-name"), ["b", "a"])
        self.assertEqual(self._titles("?sortby=-allocated_hours"), ["a", "b"])
        for nonsense in ("partner_id", "name desc", "id; DROP", "--name"):
            with self.subTest(nonsense):
                self.assertEqual(self._titles(f"?sortby={nonsense}"), ["a", "b"])

    def test_of_a_list_that_is_too_long_the_first_records_are_sorted(self):
        self._make_tasks("d", "a", "c", "b")  # Usually the latest stands first.
        note = "//*[@role='status'][contains(., 'too many records to sort')]"
        with (
            patch.object(record_file, "SORT_LIMIT", 3),
            patch.multiple(page, SORT_LIMIT=3, PAGE_SIZES=(2,)),
        ):
            self.assertEqual(self._titles("?sortby=name"), ["a", "b"])
            self.assertEqual(self._titles("/page/2?sortby=name"), ["c"])
            self.assertEqual(self._titles("/page/9?sortby=name"), ["c"])
            self.assertTrue(self._page("?sortby=-name").xpath(note))
            self.assertEqual(self._titles("?groupby=stage_id&sortby=-name"), ["c", "b"])
            self.assertFalse(self._page().xpath(note))
            self.assertFalse(self._page("?sortby=name&search=a").xpath(note))

    def test_groups_have_a_heading_each(self):
        self._make_tasks("one", "two")
        self._make_tasks("three", stage_id=self.stages[1].id)
        page = self._page("?groupby=stage_id")
        headings = page.xpath("//th[@scope='rowgroup']")
        texts = [heading.text_content().strip() for heading in headings]
        self.assertEqual(texts, ["Fresh", "Doing"])
        self.assertFalse(self._page("?groupby=name").xpath("//th[@scope='rowgroup']"))

    def test_dates_are_grouped_by_month(self):
        self._make_tasks("a", date_deadline=datetime(2026, 3, 1))
        self._make_tasks("b", date_deadline=datetime(2026, 3, 30))
        self._make_tasks("c", date_deadline=datetime(2026, 4, 1))
        page = self._page("?groupby=date_deadline")
        texts = [
            th.text_content().strip() for th in page.xpath("//th[@scope='rowgroup']")
        ]
        self.assertEqual(texts, ["April 2026", "March 2026"])

    # === PAGES === #

    @takes_long
    def test_pages_have_the_size_that_was_chosen(self):
        self._make_tasks(*(f"task {n:02}" for n in range(55)))
        self.assertEqual(len(self._titles()), 20)
        self.assertEqual(len(self._titles("?size=50")), 50)
        self.assertEqual(len(self._titles("?size=7")), 20)
        self.assertEqual(self._titles("/page/3")[-1], "task 00")
        self.assertEqual(len(self._titles("/page/99")), 15)
        self.assertEqual(len(self._titles("/page/0")), 20)
        self.assertEqual(len(self._titles("/page/-1")), 20)
        links = self._page("?size=50&sortby=name").xpath(
            "//a[@class='page-link ']/@href"
        )
        self.assertTrue(links)
        for link in links:
            self.assertIn("size=50", link)
            self.assertIn("sortby=name", link)

    def test_an_empty_list_offers_the_first_record(self):
        text = self._page("?scope=all").text_content()
        self.assertIn("Nothing here yet.", text)
        self.assertIn(
            "You have no records of your own yet.", self._page().text_content()
        )
        self.assertFalse(self._page().xpath("//a[contains(@href, '/new')]"))
        field = self.module.field_ids[0]
        field.in_create = True
        rows = self.right.field_ids.filtered(lambda row: row.field_id == field)
        rows.access = "write"
        self.right.can_create = True
        self.assertTrue(self._page().xpath("//a[contains(@href, '/new')]"))
        self.assertIn("No results match", self._page("?search=x").text_content())

    # === HOW VALUES LOOK === #

    @takes_long
    def test_values_are_in_the_customers_language_and_time_zone(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.emma.write({"lang": "de_DE", "tz": "Asia/Tokyo"})
        self.stages[0].with_context(lang="de_DE").name = "Frisch"
        self.module.with_context(lang="de_DE").name = "Wünsche"
        self._make_tasks(
            "a", date_deadline=datetime(2026, 3, 1, 20), allocated_hours=1234.5
        )
        self.authenticate(self.user.login, PASSWORD)
        page = self._page()
        self.assertEqual(page.xpath("//h1")[0].text_content().strip(), "Wünsche")
        row = page.xpath("//tbody/tr")[0].text_content()
        self.assertIn("Frisch", row)
        self.assertIn("02.03.2026", row)
        self.assertIn("1.234,5", row)

    def test_a_state_has_its_colour_and_a_priority_its_stars(self):
        self.stages[0].color = 4
        self.module.priority_field = "priority"
        self._make_tasks("a", priority="2")
        row = self._page().xpath("//tbody/tr")[0]
        self.assertTrue(row.xpath(".//*[@class='o_cp_dot o_cp_dot_4']"))
        self.assertIn("High priority ★★", " ".join(row.text_content().split()))

    def test_values_are_escaped(self):
        evil = "<script>alert(1)</script>"
        tag = self.env["project.tags"].create({"name": evil})
        self._make_tasks(evil, tag_ids=tag.ids)
        text = self._get().text
        self.assertNotIn(evil, text)
        self.assertIn("&lt;script&gt;", text)
        self.assertNotIn(evil, self._get(f"?search={evil}").text)

    def test_hidden_fields_have_no_column(self):
        line = self.right.field_ids.filtered(
            lambda row: row.field_id.name == "stage_id"
        )
        line.access = "hidden"
        self._make_tasks("a")
        page = self._page("?groupby=stage_id&sortby=stage_id&filterby=open")
        self.assertNotIn("Stage", page.text_content())
        [heading] = page.xpath("//thead")
        self.assertNotIn("Status", heading.text_content())
        options = page.xpath("//option/text()")
        self.assertFalse([text for text in options if "Status" in text])
        self.assertFalse(page.xpath("//th[@scope='rowgroup']"))

    # === THE RECORD === #

    def test_a_record_shows_what_is_published(self):
        task = self._make_tasks("a", description="<p>Some <b>text</b></p>")
        page = self._page(f"/{task.id}")
        self.assertEqual(page.xpath("//h1")[0].text_content().split(), ["a"])
        self.assertEqual(page.xpath("//dd//b")[0].text, "text")

    def test_records_of_others_and_none_answer_the_same(self):
        theirs = self._make_tasks("x", partner=self.stranger)
        elsewhere = self.env["project.task"].create(
            {"name": "y", "partner_id": self.emma.id}
        )
        answers = {
            # Alone the number can stand in a token by chance.
            self._get(f"/{res_id}").text.replace(f"/{res_id}", "")
            for res_id in (theirs.id, elsewhere.id, 2**31 - 1)
        }
        self.assertEqual(len({len(answer) for answer in answers}), 1)
        for res_id in (theirs.id, elsewhere.id, 0, 2**31 - 1, 2**70, "x", -1):
            with self.subTest(res_id):
                self.assertEqual(self._get(f"/{res_id}").status_code, 404)

    def test_a_record_leads_on_to_its_neighbours_in_the_list(self):
        tasks = self._make_tasks("a", "b", "c")
        self._page("?sortby=name")
        hrefs = self._page(f"/{tasks[1].id}").xpath(
            "//div[contains(@class, 'record_pager')]/a/@href"
        )
        self.assertEqual(
            hrefs, [f"/my/p/wishes/{tasks[0].id}", f"/my/p/wishes/{tasks[2].id}"]
        )

    # === EXPORT === #

    def _export(self, query=""):
        response = self._get(f"/export?format=csv{query}")
        self.assertEqual(response.status_code, 200)
        text = response.content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    def test_the_file_holds_the_filtered_list_in_its_order(self):
        self.right.can_export = True
        self._make_tasks("b", "a", "c")
        self._make_tasks("d", stage_id=self.stages[2].id)
        self._make_tasks("theirs", partner=self.stranger)
        rows = self._export("&filterby=open&sortby=name")
        self.assertEqual([row[0] for row in rows[1:]], ["a", "b", "c"])
        self.assertEqual(len(rows[0]), len(self.module.field_ids))

    def test_cells_are_no_formulas(self):
        self.right.can_export = True
        names = ["=1+1", "+1", "-1", "@x", "\t=1"]
        self._make_tasks(*names)
        cells = [row[0] for row in self._export()[1:]]
        self.assertFalse([cell for cell in cells if cell[0] in "=+-@\t"])

    def test_no_formula_begins_where_a_spreadsheet_begins_a_cell(self):
        self.right.can_export = True
        self._make_tasks("x;=1+1", "well; then", "2;-3")
        self._make_tasks("a", description="a\t@b")
        cells = sorted(cell for row in self._export()[1:] for cell in row if cell)
        for expected in ("2;'-3", "a\t'@b", "well; then", "x;'=1+1"):
            self.assertIn(expected, cells)

    def test_excel_files_hold_dates_and_numbers(self):
        from openpyxl import load_workbook

        self.right.can_export = True
        self._make_tasks("=1+1", date_deadline=datetime(2026, 3, 1), allocated_hours=2)
        response = self._get("/export?format=xlsx")
        sheet = load_workbook(io.BytesIO(response.content)).active
        row = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
        self.assertEqual(row["Title"].value, "=1+1")
        self.assertEqual(row["Title"].data_type, "s")
        self.assertEqual(row["Deadline"].value.date(), datetime(2026, 3, 1).date())
        self.assertEqual(row["Allocated Time"].value, 2)

    def test_an_export_has_the_words_of_the_page_for_a_state(self):
        self.right.can_export = True
        waiting = str(self.stages[0].id)
        self.module.write({"state_field": "stage_id", "waiting_value": waiting})
        self._make_tasks("a", stage_id=self.stages[0].id)
        self._make_tasks("b", stage_id=self.stages[1].id)
        cells = [cell for row in self._export()[1:] for cell in row]
        self.assertIn("Waiting for you", cells)
        self.assertIn("Doing", cells)
        self.assertNotIn("Fresh", cells)

    def test_export_needs_its_right_and_hides_hidden_fields(self):
        self._make_tasks("a")
        self.assertEqual(self._get("/export").status_code, 404)
        self.right.can_export = True
        self.right.field_ids[1:].access = "hidden"
        self.assertEqual(self._export(), [["Title"], ["a"]])

    # === SEARCH EVERYTHING === #

    def test_search_finds_in_all_modules_from_three_characters(self):
        self._make_tasks("A needle", partner=self.colleague)
        self._make_tasks("A needle of others", partner=self.stranger)
        page = html.fromstring(self.url_open("/my/search?search=needle").text)
        links = page.xpath("//a[contains(@class, 'list-group-item')]")
        self.assertEqual([a.text_content().strip() for a in links], ["A needle"])
        page = self.url_open("/my/search?search=ne").text
        self.assertIn("at least three characters", page)

    def test_search_leaves_out_what_is_hidden(self):
        self._make_tasks("A needle")
        self.right.visible = False
        self.assertNotIn("A needle", self.url_open("/my/search?search=needle").text)

    def test_the_last_day_of_support_ends_these_pages_too(self):
        self._expire(self.emma)
        self.assertEqual(self._get().status_code, 303)
