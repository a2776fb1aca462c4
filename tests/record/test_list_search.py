from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ...models.record import list_search, record
from ...models.record.list_search import ALL_AT_ONCE, IN_ORDER, TEXT_FIRST, WITHIN
from ...models.record.list_within import QueryWithin
from ...models.record.record import ListQuery
from ..common import takes_long
from .test_page_list import PageCommon

WAYS = (WITHIN, TEXT_FIRST, ALL_AT_ONCE, IN_ORDER)


@tagged("post_install", "-at_install")
class TestListSearch(PageCommon):
    """What a search finds does not depend on the way in which it is looked for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.right.records_visibility = "organization"
        old = cls._make_tasks(*(f"printer {n}" for n in range(8)))
        new = cls._make_tasks(
            *(f"screen {n}" for n in range(12)), partner=cls.colleague, priority="1"
        )
        cls.tasks = old + new
        cls.theirs = cls._make_tasks("printer 1", "screen 1", partner=cls.stranger)
        cls.env.flush_all()
        cls.pages = cls.env["customer.portal.record"].with_user(cls.user)

    def _expect(self, asked):
        """Return what stands on a list, by looking at each record."""
        found = self.tasks.filtered(lambda one: asked.search in one.name)
        if asked.scope == "mine":
            found = found.filtered(lambda one: one.partner_id == self.emma)
        if asked.filters:
            found = found.filtered(lambda one: one.priority == "1")
        name = asked.sortby.lstrip("-")
        ordered = found.sorted("id", reverse=True)
        if name:
            ordered = found.sorted("id").sorted(
                name, reverse=asked.sortby.startswith("-")
            )
        return ordered.ids

    @takes_long
    def test_each_way_finds_the_same_in_the_same_order(self):
        for way in WAYS:
            for asked in (
                ListQuery(search="printer", scope="all"),
                ListQuery(search="printer 1", scope="all"),
                ListQuery(search="screen", scope="mine"),
                ListQuery(search="printer", scope="mine", sortby="-name"),
                ListQuery(search="screen 1", scope="all", sortby="name"),
                ListQuery(search="1", scope="all", filters=(("priority", "1"),)),
                ListQuery(search="nothing", scope="all"),
            ):
                expected = self._expect(asked)
                with self.subTest(way=way, asked=asked), self._searched(way):
                    rows = self.pages.find_rows("wishes", asked, 3, 1)
                    self.assertEqual([row["id"] for row in rows], expected[1:4])
                    for limit in (None, 3, 1000):
                        number = self.pages.count_rows("wishes", asked, limit)
                        most = limit or len(expected)
                        self.assertEqual(number, min(len(expected), most))

    def test_no_way_leads_to_what_belongs_to_others(self):
        asked = ListQuery(search="1", scope="all")
        for way in WAYS:
            with self.subTest(way), self._searched(way):
                rows = self.pages.find_rows("wishes", asked, None)
                self.assertFalse({row["id"] for row in rows} & {*self.theirs.ids})

    @takes_long
    def test_each_way_finds_what_is_archived_where_the_module_shows_it(self):
        archived = self.tasks[:2]
        archived.active = False
        asked = ListQuery(search="printer", scope="all")
        is_ours = f"('project_id', '=', {self.project.id})"
        every = self._expect(asked)
        for domain, expected in (
            (f"[{is_ours}, ('active', 'in', [True, False])]", every),
            (f"[{is_ours}]", [i for i in every if i not in archived.ids]),
        ):
            self.module.domain = domain
            for way in (None, *WAYS):
                with self.subTest(way=way, domain=domain), self._searched(way):
                    rows = self.pages.find_rows("wishes", asked)
                    self.assertEqual([row["id"] for row in rows], expected)
                    self.assertEqual(
                        self.pages.count_rows("wishes", asked), len(expected)
                    )

    def test_a_page_reads_once_what_a_rare_text_fits(self):
        """Its number comes with it, unless the page is past the end."""
        for way in (TEXT_FIRST, ALL_AT_ONCE):
            for text, offset, total, times in (
                ("printer", 1, 8, 1),
                ("printer", 20, 8, 2),
                ("nothing", 0, 0, 1),
            ):
                with self.subTest(way=way, text=text, offset=offset):
                    asked = ListQuery(search=text, scope="all", sortby="name")
                    ids, number, read = self._look(way, asked, offset)
                    self.assertEqual(ids, self._expect(asked)[offset : offset + 3])
                    self.assertEqual((number, read), (total, times))

    def _look(self, way, asked, offset):
        """Return a page, the number of all, and how often they were looked for."""
        gate = self.pages.env["customer.portal.gate"]
        with self._searched(way), gate.record_cache(), self._traced() as statements:
            rows = self.pages.find_rows("wishes", asked, 3, offset)
            number = self.pages.count_rows("wishes", asked._replace(sortby="-name"))
        read = sum("OFFSET 0)" in one for one in statements)
        return [row["id"] for row in rows], number, read

    @contextmanager
    def _traced(self):
        """Give what is asked of the database meanwhile."""
        cursor, statements = type(self.env.cr), []
        execute = cursor.execute

        def trace(cr, query, *args, **kwargs):
            statements.append(query.code if isinstance(query, SQL) else str(query))
            return execute(cr, query, *args, **kwargs)

        with patch.object(cursor, "execute", trace):
            yield statements

    def test_a_long_list_is_sorted_and_counted_at_once(self):
        """Of its first records, in whatever order, and with whatever else is asked."""
        with self._long():
            for sort in ("name", "-name", "create_date", "stage_id", "-priority"):
                for asked in (
                    ListQuery(scope="all", sortby=sort),
                    ListQuery(scope="mine", sortby=sort, filters=(("priority", "0"),)),
                    ListQuery(scope="all", sortby=sort, groupby="stage_id"),
                ):
                    for first in (7, 100):
                        with self.subTest(asked=asked, first=first):
                            self._check_sorted(asked, first)

    def _check_sorted(self, asked, first):
        plain = asked._replace(sortby="", groupby="")
        every = [row["id"] for row in self.pages.find_rows("wishes", plain, None)]
        right = self.gate.with_user(self.user)._get_page_right("wishes")
        order = self.pages._get_list_order(right, asked)
        tasks = self.env["project.task"].browse(every[:first])
        expected = tasks.search([("id", "in", tasks.ids)], order=order).ids
        gate = self.pages.env["customer.portal.gate"]
        for offset in (0, 3, 50):
            with patch.object(record, "SORT_LIMIT", first), gate.record_cache():
                rows = self.pages.find_rows("wishes", asked, 3, offset, part=True)
                with self._traced() as statements:
                    number = self.pages.count_rows("wishes", asked, first + 1)
            self.assertEqual([r["id"] for r in rows], expected[offset : offset + 3])
            self.assertEqual(number, min(len(every), first + 1))
            if rows:
                self.assertFalse(statements, "Their number came with them.")

    def test_a_number_counted_so_far_is_not_taken_for_that_of_all(self):
        asked = ListQuery(scope="all", sortby="name")
        gate = self.pages.env["customer.portal.gate"]
        with self._long(), patch.object(record, "SORT_LIMIT", 7), gate.record_cache():
            self.pages.find_rows("wishes", asked, 3, part=True)
            for limit, number in ((5, 5), (8, 8), (9, 9), (None, len(self.tasks))):
                found = self.pages.count_rows("wishes", asked, limit)
                self.assertEqual(found, number, limit)

    def test_a_list_within_another_reads_what_it_names_alone(self):
        tasks = self.env["project.task"]
        inner = tasks._search([("id", "in", self.tasks.ids)], order="id desc", limit=9)
        query = QueryWithin.of(tasks, inner)
        query.order = tasks._order_to_sql("stage_id, name desc", query)
        code = query.select().code
        for name, is_read in {"name": 1, "stage_id": 1, "description": 0}.items():
            self.assertEqual(f'"{name}"' in code, bool(is_read), name)
        self.assertNotIn("*", code)
        expected = tasks.browse(self.tasks.sorted("id").ids[-9:])
        expected = tasks.search(
            [("id", "in", expected.ids)], order="stage_id, name desc"
        )
        self.assertEqual(query.get_result_ids(), expected._ids)
        self.assertEqual(len(QueryWithin.of(tasks, inner)), 9)
        self.assertEqual(
            tasks.search([("id", "in", QueryWithin.of(tasks, inner))]),
            expected.sorted(),
        )

    @contextmanager
    def _long(self):
        """Take each list for a long one."""
        with patch.multiple(record, COUNT_LIMIT=2):
            yield

    def test_how_common_a_text_is_decides_on_the_way(self):
        with patch.multiple(list_search, COUNT_LIMIT=1, FIRST=10, COMMON=3):
            self.assertEqual(self._get_way("screen"), IN_ORDER)
            # There are eight of them, but all are old.
            self.assertEqual(self._get_way("printer"), TEXT_FIRST)
            self._make_tasks(*["printer"] * 4, partner=self.stranger)
            self.env.flush_all()
            self.assertEqual(self._get_way("printer"), ALL_AT_ONCE)
        self.assertEqual(self._get_way("printer"), WITHIN)
        self.assertIsNone(self._get_way(""))

    def test_of_a_short_list_nobody_asks_how_common_a_text_is(self):
        """To look through the first records took a twentieth of the page's time."""
        asked = ListQuery(search="printer", scope="all")
        right = self.gate.with_user(self.user)._get_page_right("wishes")
        self.assertIsNone(self.pages._get_list_facts(right, asked).fits)
        with patch.object(list_search, "COUNT_LIMIT", 1):
            facts = self.pages._get_list_facts(right, asked)
        self.assertEqual(facts.fits[0], 8)

    def _get_way(self, text):
        right = self.gate.with_user(self.user)._get_page_right("wishes")
        asked = ListQuery(search=text, scope="all")
        return self.pages._get_search_way(right, asked)

    def _searched(self, way):
        """Have each text looked for in a way, however many records there are."""
        pages = self.registry["customer.portal.record"]
        return patch.object(pages, "_get_search_way", lambda *_args: way)
