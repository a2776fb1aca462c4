from itertools import product
from unittest.mock import patch

from odoo.fields import Domain
from odoo.tests import tagged, warmup
from odoo.tools import SQL

from ...models.document.document_portal import SORTS, DocumentQuery
from ..common import PASSWORD
from .test_document import URL, DocumentCommon

# Queries that a list may take, as on the pages of records.
LIST_BUDGET = 12
LIST = "odoo.addons.customer_portal.models.document.document_list"
SET_ESTIMATE = "UPDATE pg_class SET reltuples = %s WHERE relname = 'project_task'"


@tagged("post_install", "-at_install", "long")
class TestDocumentQueries(DocumentCommon):
    """What the list of documents asks of the database, once caches are warm."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folders = cls.env["customer.portal.document.folder"].create(
            [{"name": f"Folder {number}"} for number in range(5)]
        )
        for number in range(40):
            cls._share(
                f"document {number:02}",
                audience=("contact", "organization", "everyone")[number % 3],
                folder_id=folders[number % 5].id,
            )
        cls._attach(cls, cls.task, "a file of the record")
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.authenticate(self.user.login, PASSWORD)

    @warmup
    def test_a_list_keeps_within_its_budget(self):
        folder = self.env["customer.portal.document.folder"].search([], limit=1)
        for query in (
            "",
            "?scope=all",
            "?search=document",
            "?search=nothing",
            "?sortby=name",
            f"?folder={folder.id}",
            "?module=wishes",
            "/page/2?scope=all",
        ):
            with self.subTest(query):
                self.assertLessEqual(self._count_queries(f"{URL}{query}"), LIST_BUDGET)

    @warmup
    def test_a_list_costs_the_same_for_few_rows_and_many(self):
        many = self._count_queries(f"{URL}?search=document&scope=all")
        few = self._count_queries(f"{URL}?search=document+0&scope=all")
        self.assertLessEqual(many, few + 1)  # Few need not be counted.

    @warmup
    def test_a_page_of_a_document_keeps_within_the_budget(self):
        document = self.documents.search([], limit=1)
        path = f"{URL}/{document.attachment_id.id}"
        self.assertLessEqual(self._count_queries(path), LIST_BUDGET)

    def test_postgresql_compiles_no_list(self):
        self.env.cr.execute("SET LOCAL jit = on")
        rows = self.documents.with_user(self.user)._find_portal_rows()
        self.assertTrue(rows)
        self.env.cr.execute("SHOW jit")
        self.assertEqual(self.env.cr.fetchone(), ("off",))

    def test_each_part_of_a_list_is_read_in_its_order(self):
        """By an index: nothing is sorted, whichever documents a profile shows."""
        self.env.cr.execute("SET LOCAL enable_sort = off")
        self.env.cr.execute("SET LOCAL enable_bitmapscan = off")
        for level in ("own", "organization", "subsidiaries"):
            self.right.records_visibility = level
            for sortby, scope in product(SORTS, ("mine", "all")):
                with self.subTest(level=level, sortby=sortby, scope=scope):
                    asked = DocumentQuery(sortby=sortby, scope=scope)
                    documents = self.documents.with_user(self.user)
                    for part in documents._get_shared_queries(asked, Domain.TRUE, 20):
                        self.assertNotIn("Sort", self._explain(part))

    def test_a_folder_of_subsidiaries_is_found_by_its_newest_document(self):
        self.right.records_visibility = "subsidiaries"
        self.env.cr.execute("SET LOCAL enable_sort = off")
        self.env.cr.execute("SET LOCAL enable_bitmapscan = off")
        documents = self.documents.with_user(self.user)
        gate = documents.env["customer.portal.gate"]
        folders = self.env["customer.portal.document.folder"]
        for part in gate._get_document_parts():
            shown = part & gate._get_shown_document_domain()
            query = folders._search(documents._make_folder_domain(shown))
            query.order = None
            self.assertNotIn("Sort", self._explain(query.select()))

    def test_files_of_few_records_and_of_many_are_listed_alike(self):
        """Whether they are looked up record by record, or read in their order."""
        tasks = self.task + self.task.copy() + self.task.copy()
        for number in range(20):
            self._attach(tasks[number % 3], f"part {number * 7 % 20:02}")
        documents = self.documents.with_user(self.user)
        for sortby, search, scope in product(SORTS, ("", "1"), ("mine", "all")):
            asked = DocumentQuery(search, 0, "wishes", sortby, scope)
            lists = []
            for few in (0, 2, 1000):
                with (
                    patch(f"{LIST}.FEW", few),
                    patch(f"{LIST}.FEW_BY_NAME", few),
                    self.subTest(asked=asked, few=few),
                ):
                    lists.append(documents._find_shown_files(asked, 15, 2, 30))
                    self.assertEqual(lists[-1], lists[0])
            self.assertGreater(lists[0][1], 2)

    def test_by_name_more_records_are_few_where_there_are_many_others(self):
        """5,000 records among two million are sooner looked up than walked to."""
        for others, few in ((-1, 1000), (20_000, 2000), (10**9, 10_000)):
            self.env.cr.execute(SET_ESTIMATE, [others])
            records = self.task._search(Domain.TRUE)
            by_name = DocumentQuery(sortby="-name")
            found, most = self.documents._get_few(by_name, records, 200)
            self.assertEqual(self.env.execute_query(SQL("SELECT %s", found)), [(few,)])
            self.assertEqual(most, 10_000)
        _found, most = self.documents._get_few(DocumentQuery(), records, 200)
        self.assertEqual(most, 1000)

    def _explain(self, query):
        """Return how PostgreSQL answers a query."""
        rows = self.env.execute_query(SQL("EXPLAIN %s", query))
        return "\n".join(row[0] for row in rows)
