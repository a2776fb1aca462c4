from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..section_common import CustomerPortalSectionCommon


@tagged("post_install", "-at_install")
class TestReading(CustomerPortalSectionCommon):
    """What of a conversation is new to a customer, and who wrote last."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.threads = cls.env["customer.portal.thread"].with_user(cls.user)
        cls.readings = cls.env["customer.portal.reading"]
        cls.tasks = cls.task + cls.other_task

    def _unread(self):
        return self.threads._get_unread_ids(self.tasks)

    # === UNREAD === #

    def test_what_somebody_else_wrote_is_unread_until_it_is_read(self):
        self.assertFalse(self._unread())
        self._message("Hello")
        self.assertEqual(self._unread(), {self.task.id})
        self.threads._mark_read(self.task)
        self.assertFalse(self._unread())
        self._message("Once more")
        self.assertEqual(self._unread(), {self.task.id})

    def test_nothing_that_the_customer_does_not_see_is_unread(self):
        self._message("A note", subtype_xmlid="mail.mt_note")
        self._message("By Odoo", message_type="notification")
        self.assertFalse(self._unread())
        self._message("Hello")
        self.permission.show_comments = False
        self.assertFalse(self._unread())

    def test_their_own_messages_are_not_unread(self):
        self._message("Mine", author=self.emma)
        self.assertFalse(self._unread())

    def test_whoever_answers_has_read_what_came_before(self):
        self._message("Hello")
        self._message("By mail", author=self.emma, message_type="email")
        self.assertFalse(self._unread())
        self._message("And then?")
        self.assertEqual(self._unread(), {self.task.id})

    def test_a_message_of_a_colleague_is_unread(self):
        colleague = self.env["res.partner"].create({"name": "Colleague"})
        self._message("Hello", author=colleague)
        self.assertEqual(self._unread(), {self.task.id})

    def test_what_came_while_a_page_was_read_is_unread(self):
        seen = self._message("Seen")
        self._message("Came later")
        self.threads._mark_read(self.task, seen.id)
        self.assertEqual(self._unread(), {self.task.id})

    def test_nobody_reads_ahead(self):
        """Whatever number comes, what is written later is unread."""
        self._message("Hello")
        self.threads._mark_read(self.task, 2**31 - 1)
        self._message("Later")
        self.assertEqual(self._unread(), {self.task.id})

    def test_what_is_read_stays_read(self):
        first = self._message("First")
        self._message("Second")
        self.threads._mark_read(self.task)
        self.threads._mark_read(self.task, first.id)
        self.assertFalse(self._unread())

    def test_each_customer_reads_for_themselves(self):
        self._message("Hello")
        self.threads.with_user(self._user_of(self.stranger))._mark_read(self.task)
        self.assertEqual(self._unread(), {self.task.id})

    def test_employees_leave_no_reading(self):
        self._message("Hello")
        self.env["customer.portal.thread"].with_user(self.support)._mark_read(self.task)
        self.assertFalse(self.readings.search_count([]))

    def test_what_was_there_before_the_addon_is_not_unread(self):
        self._message("Long ago")
        self._set_param("customer_portal.reading_start", False)
        self.readings.init()
        self.assertFalse(self._unread())
        self._message("New")
        self.readings.init()
        self.assertEqual(self._unread(), {self.task.id})

    def test_a_record_that_no_module_shows_has_nothing_unread(self):
        self.module.copy({"code": "others", "domain": "[('project_id', '=', False)]"})
        self._message("Hello")
        self.assertEqual(self._unread(), {self.task.id})
        self.task.project_id = False
        self.assertFalse(self._unread())

    def test_a_module_with_comments_tells_of_none_that_only_another_module_shows(self):
        """Both are about all tasks; only one shows comments, and it shows fewer."""
        self._join_organization()
        colleague = self.env["res.partner"].create(
            {"name": "Colleague", "parent_id": self.emma.parent_id.id}
        )
        self.other_task.partner_id = colleague
        other = self.module.copy({"code": "talks"})
        self._permission_of(other).write(
            {"visible": True, "records_visibility": "own", "show_comments": True}
        )
        self.permission.show_comments = False
        self._message("Mine")
        self._message("Not mine", record=self.other_task)
        self.assertEqual(
            len(
                self.env["customer.portal.record"]
                .with_user(self.user)
                .find_rows("wishes")
            ),
            2,
        )
        self.assertEqual(self._unread(), {self.task.id})
        told = self.threads._get_last_messages(self.tasks)
        self.assertEqual(list(told), [self.task.id])

    def test_records_without_a_thread_have_nothing_unread(self):
        tags = self.env["project.tags"].create({"name": "Tag"})
        self.assertFalse(self.threads._get_unread_ids(tags))
        self.assertFalse(self.threads._get_last_messages(tags))

    # === WHO WROTE LAST === #

    def test_the_last_visible_message_says_who_wrote_and_when(self):
        self._message("First", author=self.emma)
        last = self._message("Second")
        self._message("A note", subtype_xmlid="mail.mt_note")
        self.assertEqual(
            self.threads._get_last_messages(self.tasks),
            {self.task.id: {"date": last.date, "author": "Helper", "own": False}},
        )
        self._message("Third", author=self.emma)
        self.assertTrue(
            self.threads._get_last_messages(self.tasks)[self.task.id]["own"]
        )

    # === COSTS AND ROWS === #

    def test_many_records_cost_what_one_costs(self):
        tasks = self.task + self.task.copy() + self.task.copy()
        for task in tasks:
            self._message("Hello", record=task)
        self.threads._get_unread_ids(tasks)
        self.env.flush_all()
        with self.assertQueryCount(2):
            self.assertEqual(self.threads._get_unread_ids(tasks), set(tasks.ids))
        self.threads._get_last_messages(tasks)
        self.env["mail.message"].invalidate_model()
        with self.assertQueryCount(2):
            self.assertEqual(len(self.threads._get_last_messages(tasks)), 3)

    def test_a_record_that_is_read_often_has_one_row(self):
        for _time in range(3):
            self._message("Hello")
            self.threads._mark_read(self.task)
        self.assertEqual(len(self.readings.search([])), 1)

    def test_readings_of_deleted_records_and_users_are_removed(self):
        for task in self.tasks:
            self._message("Hello", record=task)
            self.threads._mark_read(task)
        self.task.unlink()
        self.readings._gc_readings()
        self.assertEqual(self.readings.search([]).mapped("res_id"), self.other_task.ids)
        self.user.unlink()
        self.assertFalse(self.readings.search([]))

    def test_customers_and_agents_cannot_look_up_who_read_what(self):
        for user in (self.user, self.agent):
            with self.assertRaises(AccessError):
                self.readings.with_user(user).search([])

    # === THE STATE IN WORDS === #

    def _wait(self):
        stages = self.env["project.task.type"].create(
            [
                {"name": name, "project_ids": self.project.ids}
                for name in ("Asked", "Open")
            ]
        )
        self.task.stage_id = stages[0]
        self.module.write(
            {
                "state_field": "stage_id",
                "waiting_value": str(stages[0].id),
                "field_ids": [
                    Command.create(
                        {"name": "stage_id", "in_list": True, "groupable": True}
                    )
                ],
            }
        )
        self.permission.field_ids.filtered(
            lambda row: row.access == "hidden"
        ).access = "read"
        return stages

    def _states(self, pages):
        """Return the states a list can be filtered by, without open and closed."""
        return [
            label
            for key, label in pages.get_states("wishes")
            if key not in ("open", "closed")
        ]

    def test_what_waits_for_the_customer_says_so_wherever_they_read_it(self):
        self._wait()
        pages = self.env["customer.portal.record"].with_user(self.user)
        asked = pages.parse_list_query("wishes", groupby="stage_id")
        [row] = pages.find_rows("wishes", asked)
        self.assertIn("Waiting for you", row["cells"]["stage_id"])
        self.assertEqual(row["group"], "Waiting for you")
        self.assertEqual(self._states(pages), ["Waiting for you"])
        cell = pages.get_row("wishes", self.task.id)["cells"]["stage_id"]
        self.assertIn("Waiting for you", cell)

    def test_other_states_have_their_own_name(self):
        stages = self._wait()
        self.task.stage_id = stages[1]
        pages = self.env["customer.portal.record"].with_user(self.user)
        self.assertEqual(self._states(pages), ["Open"])
        self.assertEqual(
            pages.get_row("wishes", self.task.id)["cells"]["stage_id"], "Open"
        )
