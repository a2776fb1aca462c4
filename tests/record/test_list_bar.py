from urllib.parse import parse_qsl, urlsplit

from odoo.tests import tagged

from .test_page_list import PageCommon


@tagged("post_install", "-at_install")
class TestListBar(PageCommon):
    """The bar of a list: what it is narrowed to, and how one sees that."""

    def _chips(self, page):
        return [
            " ".join(chip.text_content().replace("(remove)", "").split())
            for chip in page.xpath("//a[contains(@class, 'o_cp_chip')]")
        ]

    def _labels(self, page):
        """Return what the headings of the columns say."""
        cells = page.xpath("//thead//th[not(contains(@class, 'o_cp_select'))]")
        return [" ".join(cell.text_content().split()) for cell in cells]

    # === COLUMNS === #

    def test_title_and_state_come_first_whatever_the_order_of_the_fields(self):
        for line in self.module.field_ids:
            line.sequence = 100 - line.sequence
        self._make_tasks("a")
        self.assertEqual(self._labels(self._page())[:2], ["Title", "Status"])

    def test_the_number_stands_in_a_list_that_does_not_publish_it_as_a_column(self):
        self.module.number_field = "id"
        task = self._make_tasks("a")
        page = self._page()
        self.assertEqual(self._labels(page)[2], "Number")
        cell = page.xpath("//td[contains(@class, 'o_cp_number')]")[0]
        self.assertEqual(cell.text_content().strip(), f"#{task.id}")

    def test_who_stands_in_a_list_of_several_people_alone(self):
        self._make_tasks("mine")
        self._make_tasks("ours", partner=self.colleague)
        self.assertNotIn("Contact", self._labels(self._page()))
        page = self._page("?scope=all")
        self.assertIn("Contact", self._labels(page))
        who = page.xpath("//td[contains(@class, 'o_cp_who')]")
        names = [cell.text_content().strip() for cell in who]
        self.assertEqual(names, ["Colleague", "You"])

    def test_nobody_learns_whose_the_records_of_a_catalogue_are(self):
        self.module.allow_everyone = True
        self.right.records_visibility = "everyone"
        self._make_tasks("theirs", partner=self.stranger)
        page = self._page("?scope=all")
        self.assertEqual(self._titles("?scope=all"), ["theirs"])
        self.assertNotIn("Contact", self._labels(page))
        self.assertNotIn("Stranger", page.text_content())

    # === SEARCH AND FILTERS === #

    def test_nothing_is_sent_by_moving_through_choices(self):
        page = self._page()
        self.assertFalse(page.xpath("//*[contains(@class, 'o_cp_submit')]"))
        links = page.xpath(
            "//details[.//a[contains(., 'Doing') or contains(., 'Fresh')]]"
        )
        self.assertFalse(links, "Nothing has these states yet.")
        self._make_tasks("a")
        [menu] = self._page().xpath("//details[.//a[normalize-space()='Fresh']]")
        self.assertFalse(menu.xpath(".//select"))

    def test_a_field_is_filtered_by_in_the_panel(self):
        self._make_tasks("calm")
        self._make_tasks("urgent", priority="3")
        names = self._page().xpath("//select/@name")
        self.assertIn("by_priority", names)
        self.assertEqual(self._titles("?by_priority=3"), ["urgent"])
        page = self._page("?by_priority=3")
        self.assertEqual(self._chips(page), ["Priority: Urgent"])
        [chosen] = page.xpath("//select[@name='by_priority']/option[@selected]/@value")
        self.assertEqual(chosen, "3")

    def test_a_filter_by_what_is_no_choice_or_hidden_means_nothing(self):
        self._make_tasks("a")
        for query in (
            *("by_priority=9", "by_priority=%00", "by_name=a", "by_partner_id=1"),
            *("by_stage_id=1", "filters=x", "by_priority=" + "3" * 500, "by_=1"),
        ):
            with self.subTest(query):
                self.assertEqual(self._titles(f"?{query}"), ["a"])
                self.assertFalse(self._chips(self._page(f"?{query}")))
        line = self.right.field_ids.filtered(lambda r: r.field_id.name == "priority")
        line.access = "hidden"
        self.assertEqual(self._titles("?by_priority=3"), ["a"])

    def test_a_state_that_nothing_has_is_shown_as_a_chip(self):
        """Or a saved view whose state is gone would be empty for no visible reason."""
        self._make_tasks("a")
        page = self._page("?filterby=999999")
        self.assertEqual(self._chips(page), ["Status: Other"])
        self.assertEqual(self._titles("?filterby=999999"), [])
        for text in ("nonsense", "-1", "1e3", "0"):
            with self.subTest(text):
                self.assertFalse(self._chips(self._page(f"?filterby={text}")))
                self.assertEqual(self._titles(f"?filterby={text}"), ["a"])

    def test_a_chip_takes_away_what_it_says(self):
        self._make_tasks("fire", priority="3")
        query = "?search=fire&filterby=open&by_priority=3&groupby=stage_id&sortby=name"
        page = self._page(query)
        self.assertEqual(
            self._chips(page),
            ["Search: fire", "Status: Open", "Priority: Urgent", "Grouped by: Status"],
        )
        asked = dict(parse_qsl(query[1:]))
        for chip, name in zip(
            page.xpath("//a[contains(@class, 'o_cp_chip')]/@href"),
            ("search", "filterby", "by_priority", "groupby"),
            strict=True,
        ):
            without = {key: value for key, value in asked.items() if key != name}
            self.assertEqual(dict(parse_qsl(urlsplit(chip).query)), without)

    def test_all_that_is_chosen_survives_a_further_search(self):
        self._make_tasks("a", priority="3")
        page = self._page("?filterby=open&by_priority=3&groupby=stage_id&sortby=-name")
        form = page.xpath("//form[contains(@class, 'o_cp_search')]")[0]
        sent = {name: value for name, value in form.form_values() if value}
        self.assertEqual(
            sent,
            {
                "filterby": "open",
                "by_priority": "3",
                "groupby": "stage_id",
                "sortby": "-name",
                "scope": "mine",
                "size": "20",
            },
        )

    def test_closed_stands_once_among_the_states(self):
        self.stages[2].name = "Closed"
        self._make_tasks("old", stage_id=self.stages[2].id)
        self._make_tasks("new")

        def offered():
            options = self._page().xpath("//select[@name='filterby']/option")
            return [option.text for option in options]

        self.assertEqual(offered(), ["Any status", "Open", "Fresh", "Closed"])
        gone = self.stages[2].copy({"name": "Cancelled"})
        self._make_tasks("older", stage_id=gone.id)
        self.assertEqual(offered().count("Closed"), 1)
        self.assertIn("All closed", offered())
        self.assertEqual(self._titles("?filterby=closed"), ["older", "old"])
        self.assertEqual(self._titles(f"?filterby={gone.id}"), ["older"])

    def test_a_number_is_found_as_people_write_it(self):
        self.module.number_field = "id"
        task = self._make_tasks("a", "b")[0]
        self.assertEqual(self._titles(f"?search=%23{task.id}"), ["a"])
        self.assertEqual(self._titles(f"?search={task.id}"), ["a"])
        hint = self._page().xpath("//input[@id='o_cp_search']/@placeholder")
        self.assertEqual(hint, ["Search or #94"])

    def test_export_stands_under_more(self):
        self.right.can_export = True
        self._make_tasks("a")
        menus = self._page().xpath("//details[normalize-space(summary)='More']")
        links = menus[0].xpath(".//a/@href")
        self.assertEqual(len(links), 2)
        self.assertTrue(all("/export?format=" in link for link in links))
