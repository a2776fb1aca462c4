from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged, warmup

from ..common import takes_long
from .test_page_list import PageCommon

# Queries that a list may take, however many records it has; Odoo's own lists take
# more (`make bench`). What a narrowed one has is counted by itself.
LIST_BUDGETS = {
    "": 9,
    "?scope=all": 9,
    "?filterby=open": 10,
    "?search=task": 10,
    "?sortby=-name": 9,
    "?groupby=stage_id": 9,
    "/page/2": 9,
}
LIST_BUDGET = 10
# What a record's sections add, all together: comments, documents, updates and rating,
# with who wrote them.
SECTIONS_BUDGET = 10


@tagged("post_install", "-at_install")
class TestPageQueries(PageCommon):
    """What the portal's pages ask of the database, once Odoo's caches are warm."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tasks = cls._make_tasks(*(f"task {n}" for n in range(100)))
        tags = cls.env["project.tags"].create([{"name": f"tag {n}"} for n in range(5)])
        for number, task in enumerate(cls.tasks):
            task.write(
                {
                    "stage_id": cls.stages[number % 3].id,
                    "tag_ids": tags[number % 5].ids,
                    "date_deadline": f"2026-03-{1 + number % 28:02}",
                }
            )
        cls.env.flush_all()

    @takes_long
    @warmup
    def test_a_list_keeps_within_its_budget(self):
        for query, budget in LIST_BUDGETS.items():
            with self.subTest(query):
                cost = self._count_queries(f"/my/p/wishes{query}")
                self.assertLessEqual(cost, budget)

    @takes_long
    @warmup
    def test_a_list_costs_the_same_for_few_rows_and_many(self):
        many = self._count_queries("/my/p/wishes?size=100")
        self.assertEqual(many, self._count_queries("/my/p/wishes?size=20"))
        self.tasks[3:].unlink()
        few = self._count_queries("/my/p/wishes?size=20")
        self.assertEqual(few, many)

    @takes_long
    @warmup
    def test_a_narrowed_list_is_counted_where_it_has_more_than_a_page(self):
        many = self._count_queries("/my/p/wishes?search=task&size=20")
        few = self._count_queries("/my/p/wishes?search=task+77&size=20")
        self.assertEqual(few, many - 1)  # They need not be counted.

    @takes_long
    @warmup
    def test_a_search_by_names_of_other_records_takes_one_more(self):
        lines = self.module.field_ids
        names = ("stage_id", "partner_id")
        lines.filtered(lambda line: line.name in names).searchable = True
        self.assertEqual(len(self._titles("?search=doing")), 20)
        self.assertLessEqual(
            self._count_queries("/my/p/wishes?search=doing"), LIST_BUDGET + 1
        )

    @takes_long
    @warmup
    def test_saved_views_cost_the_same_however_many_there_are(self):
        none = self._count_queries("/my/p/wishes")
        views = self.env["customer.portal.view"].with_user(self.user)
        for number in range(10):
            views.save_view("wishes", f"view {number}", f"by_priority={number % 4}")
        self.assertEqual(none, self._count_queries("/my/p/wishes"))

    @takes_long
    @warmup
    def test_the_names_of_colleagues_come_with_the_organization(self):
        alone = self._count_queries("/my/p/wishes?scope=all")
        partners = self.env["res.partner"].create(
            [{"name": f"{n}", "parent_id": self.organization.id} for n in range(9)]
        )
        for task, partner in zip(self.tasks[::-1], partners, strict=False):
            task.partner_id = partner
        self.env.flush_all()
        self.assertEqual(alone, self._count_queries("/my/p/wishes?scope=all"))

    @takes_long
    @warmup
    def test_more_columns_cost_the_same(self):
        """Columns of the record itself; those of others are fetched once each."""
        few = self._count_queries("/my/p/wishes")
        names = ("create_date", "write_date", "sequence", "state", "date_assign")
        self.module.field_ids = [
            Command.create({"name": name, "in_list": True, "sequence": 50})
            for name in names
        ]
        self.right.field_ids.filtered(
            lambda row: row.access == "hidden"
        ).access = "read"
        self.assertEqual(few, self._count_queries("/my/p/wishes"))
        page = self._page()
        self.assertGreater(len(page.xpath("//thead//th")), len(names) + 5)

    @takes_long
    @warmup
    def test_a_record_keeps_within_its_budget(self):
        cost = self._count_queries(f"/my/p/wishes/{self.tasks[0].id}")
        self.assertLessEqual(cost, LIST_BUDGET)

    @takes_long
    @warmup
    def test_a_record_is_looked_up_once_for_all_its_sections(self):
        task = self.tasks[0]
        path = f"/my/p/wishes/{task.id}"
        bare = self._count_queries(path)
        self._fill_sections(task)
        page = self._page(f"/{task.id}")
        for name in ("o_cp_comment", "o_cp_update", "o_cp_file"):
            self.assertTrue(page.xpath(f"//*[contains(@class, '{name}')]"), name)
        self.assertLessEqual(self._count_queries(path), bare + SECTIONS_BUDGET)
        self._fill_sections(task)
        self.assertLessEqual(self._count_queries(path), bare + SECTIONS_BUDGET)

    def _fill_sections(self, task):
        """Show everything, and let there be something to show."""
        self.right.write(
            {"show_comments": True, "show_documents": True, "show_updates": True}
        )
        for author in (self.user, self.user, self.agent):
            task.message_post(
                body="Hello",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                author_id=author.partner_id.id,
            )
            self.env["ir.attachment"].create(
                {
                    "name": "plan.txt",
                    "raw": b"plan",
                    "res_model": task._name,
                    "res_id": task.id,
                }
            )
            task.name += "!"
            self.env.flush_all()
            self.cr.flush()  # Odoo notes what was changed.

    @takes_long
    def test_of_who_wrote_no_more_is_read_than_their_name(self):
        task = self.tasks[0]
        self._fill_sections(task)
        self._subscribe_all(task)
        code, partner = "wishes", self.agent.partner_id
        threads = self.env["customer.portal.thread"].with_user(self.user)
        files = self.env["customer.portal.file"].with_user(self.user)
        for find in (
            threads.find_entries,
            threads.find_comments,
            threads.find_updates,
            threads.find_followers,
            files.find_files,
        ):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.subTest(find.__name__):
                self.assertTrue(find(code, task.id))
                known = partner._fields["function"]._get_cache(self.env)
                self.assertFalse({partner.id, self.colleague.id} & {*known})

    def _subscribe_all(self, task):
        task.message_subscribe((self.agent.partner_id + self.colleague).ids)

    @takes_long
    def test_of_a_file_of_a_comment_no_more_is_read_than_is_shown(self):
        task = self.tasks[0]
        self._fill_sections(task)
        message = task.message_post(
            body="See",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("seen.txt", b"seen")],
        )
        file = message.attachment_ids
        self.env.flush_all()
        self.env.invalidate_all()
        threads = self.env["customer.portal.thread"].with_user(self.user)
        [first, *_others] = threads.find_comments("wishes", task.id)
        self.assertEqual([one["name"] for one in first["files"]], ["seen.txt"])
        known = file._fields["checksum"]._get_cache(self.env)
        self.assertNotIn(file.id, known)

    @takes_long
    def test_a_section_is_made_once_for_all_its_entries(self):
        task = self.tasks[0]
        self._fill_sections(task)
        model, made = self.registry["customer.portal.thread"], []
        make = model._get_section

        def note(threads, module, record, section):
            made.append(section)
            return make(threads, module, record, section)

        threads = self.env["customer.portal.thread"].with_user(self.user)
        with patch.object(model, "_get_section", note):
            found = threads.find_entries("wishes", task.id)
        self.assertGreater(len(found["entries"]), 3)
        self.assertEqual(sorted(made), ["comments", "updates"])

    @takes_long
    @warmup
    def test_of_users_no_more_is_read_than_their_name(self):
        """They have 100 columns, and their contacts 150: a third of a page's time."""
        agent = self.env.ref("base.user_admin").sudo()
        self.env.flush_all()
        self.env.invalidate_all()
        self.env["customer.portal.record"].with_user(self.user)._read_names(agent)
        with self.assertQueryCount(0):
            self.assertTrue(agent.display_name)
        known = agent._fields["notification_type"]._get_cache(agent.env)
        self.assertNotIn(agent.id, known)

    @takes_long
    def test_search_costs_one_query_for_a_module_where_nothing_is_found(self):
        """Two, where the names of other records are looked for, too."""
        cost = self._count_queries("/my/search?search=nothing")
        self.right.visible = False
        without = self._count_queries("/my/search?search=nothing")
        self.assertLessEqual(cost, without + 1)
        self.assertLessEqual(cost, LIST_BUDGET)

    @takes_long
    @warmup
    def test_cards_of_modules_cost_nothing(self):
        cost = self._count_queries("/my")
        self.right.visible = False
        self.assertEqual(cost, self._count_queries("/my"))
