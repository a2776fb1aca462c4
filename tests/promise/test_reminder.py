from contextlib import suppress
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...const import TICKETS
from ..promise_common import TaskPromiseCommon, TicketPromiseCommon, at


class ReminderStories:
    """Whoever works on a case is reminded before a promise is missed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.portal_assignee_id = cls.boss
        cls.boss.tz = "UTC"

    def _run_at(self, moment, progress=None):
        cron = self.registry["ir.cron"]
        step = progress or (lambda *args, **kwargs: 60)
        with self._at(moment), patch.object(cron, "_commit_progress", step):
            self.env["customer.portal.deadline"]._cron_remind()

    def test_one_activity_comes_before_a_promise_is_missed(self):
        case = self._make_at()
        self._run_at(at(2, 13, 59))
        self.assertFalse(case.activity_ids)
        for moment in (at(2, 14), at(2, 14, 10), at(2, 16)):
            self._run_at(moment)
        [activity] = case.activity_ids
        self.assertEqual(activity.user_id, self.boss)
        self.assertEqual(str(activity.date_deadline), "2026-03-02")
        self.assertIn("First answer", activity.summary)

    def test_an_answer_takes_the_activity_back(self):
        case = self._make_at()
        self._run_at(at(2, 14))
        self._answer_at(case, at(2, 14, 30))
        self.assertFalse(case.activity_ids)

    def test_nobody_is_reminded_of_what_is_done_or_waits(self):
        answered, waiting, closed = (self._make_at() for _number in range(3))
        self._answer_at(answered, at(2, 12))
        self._move(waiting, "waiting", at(2, 12))
        self._move(closed, "closed", at(2, 12))
        self._run_at(at(2, 16))
        self.assertFalse((answered | waiting | closed).activity_ids)

    def test_a_run_that_was_missed_is_caught_up(self):
        case = self._make_at()
        self._run_at(at(20, 9))
        self.assertEqual(len(case.activity_ids), 2)

    @mute_logger("odoo.addons.customer_portal.models.promise.deadline_reminder")
    def test_a_case_that_fails_stops_no_other(self):
        bad, good, gone = (self._make_at() for _number in range(3))
        deadlines = self.registry["customer.portal.deadline"]
        schedule = deadlines._schedule_activity

        def fail(deadline):
            if deadline.res_id == bad.id:
                raise ValueError
            schedule(deadline)

        gone.unlink()
        with patch.object(deadlines, "_schedule_activity", fail):
            self._run_at(at(2, 14))
        self.assertEqual(len(good.activity_ids), 1)
        self.assertFalse(bad.activity_ids)
        self._run_at(at(2, 14, 10))
        self.assertEqual(len(bad.activity_ids), 1)

    def test_a_run_that_is_killed_reminds_of_nothing_twice(self):
        cases = self.env[self.MODEL].union(*(self._make_at() for _number in range(5)))
        deadlines, done = self.registry["customer.portal.deadline"], []
        schedule = deadlines._schedule_activity

        def commit(*args, **kwargs):
            self.env.flush_all()
            self.env.cr.execute("SAVEPOINT committed")
            return 60

        def kill(deadline):
            if len(done) == 3:
                raise SystemExit
            done.append(schedule(deadline))

        module = "odoo.addons.customer_portal.models.promise.deadline_reminder"
        with (
            patch(f"{module}.BATCH", 2),
            patch.object(deadlines, "_schedule_activity", kill),
            suppress(SystemExit),  # not assertRaises, which would roll back
        ):
            self._run_at(at(2, 14), commit)
        self.assertEqual(len(done), 3)
        self.env.cr.execute("ROLLBACK TO SAVEPOINT committed")
        self.env.clear()
        self.assertEqual(len(cases.activity_ids), 2, "What was committed stays.")
        self._run_at(at(2, 14, 10))
        self.assertEqual([len(case.activity_ids) for case in cases], [1] * 5)

    def test_a_run_stops_when_its_time_is_over(self):
        cases = self._make_at() | self._make_at()
        steps = []

        def progress(*args, **kwargs):
            steps.append(args)
            return 0 if args else 60

        module = "odoo.addons.customer_portal.models.promise.deadline_reminder"
        with patch(f"{module}.BATCH", 1):
            self._run_at(at(2, 14), progress)
        self.assertEqual(len(cases.activity_ids), 1)


@tagged("post_install", "-at_install")
class TestTaskReminder(ReminderStories, TaskPromiseCommon):
    def test_nobody_is_reminded_of_tasks_once_tickets_are_the_cases(self):
        case = self._make_at()
        self.module._change_case_model(TICKETS)
        self._run_at(at(2, 14))
        self.assertFalse(case.activity_ids)
        self.module._change_case_model("project.task")
        self._run_at(at(2, 14))
        self.assertEqual(len(case.activity_ids), 1)


@tagged("post_install", "-at_install", "long")
class TestTicketReminder(ReminderStories, TicketPromiseCommon):
    pass
