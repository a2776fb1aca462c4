from datetime import timedelta

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import takes_long
from ..promise_common import (
    MONDAY,
    TaskPromiseCommon,
    TicketPromiseCommon,
    at,
)


class PromiseStories:
    """What becomes of promises, whichever model holds the cases."""

    def test_a_new_case_is_due_after_the_working_hours_that_were_promised(self):
        case = self._make_at()
        due = {kind: one.due for kind, one in self._deadlines(case).items()}
        self.assertEqual(due, {"answer": at(2, 15), "solution": at(4, 11)})

    def test_a_case_of_the_evening_counts_from_the_next_morning(self):
        case = self._make_at(at(6, 20))  # A Friday.
        self.assertEqual(self._deadlines(case)["answer"].due, at(9, 13))

    def test_time_stands_still_while_a_case_waits_for_its_customer(self):
        case = self._make_at()
        self._move(case, "waiting", at(2, 12))
        solution = self._deadlines(case)["solution"]
        self.assertFalse(solution.due)
        self.assertEqual(self._states(case, at(20, 9))["solution"], "paused")
        self._move(case, "in_progress", at(3, 9))  # Five hours of work later.
        self.assertEqual(solution.due, at(4, 16))
        self.assertEqual(
            solution.pauses, [["2026-03-02 12:00:00", "2026-03-03 09:00:00"]]
        )

    def test_what_was_missed_before_a_case_waits_stays_missed(self):
        case = self._make_at()
        self._move(case, "waiting", at(2, 16))
        self.assertEqual(self._states(case, at(2, 16))["answer"], "missed")
        self._move(case, "in_progress", at(3, 9))
        self.assertEqual(self._states(case, at(3, 10))["answer"], "missed")

    def test_the_answer_of_an_agent_keeps_the_first_promise_only(self):
        case = self._make_at()
        self._answer_at(case, at(2, 14))
        answer = self._deadlines(case)["answer"]
        self.assertEqual(answer.reached, at(2, 14))
        self.assertEqual(answer.hours_taken, 3)
        self.assertEqual(
            self._states(case, at(20, 9)), {"answer": "kept", "solution": "missed"}
        )
        self._answer_at(case, at(3, 14))
        self.assertEqual(answer.reached, at(2, 14))

    def test_a_late_answer_misses_its_promise(self):
        case = self._make_at()
        self._answer_at(case, at(2, 15, 1))
        self.assertEqual(self._states(case, at(2, 16))["answer"], "missed")

    def test_what_no_customer_reads_and_no_agent_writes_is_no_answer(self):
        case = self._make_at()
        clerk = new_test_user(self.env, "colleague", "base.group_user")
        nobody = {
            "a note": {"subtype_xmlid": "mail.mt_note"},
            "an internal message": {"is_internal": True},
            "an automatic mail": {"message_type": "auto_comment"},
            "Odoo itself": {"author_id": self.env.ref("base.partner_root").id},
            "the customer": {"author_id": self.emma.id},
            "another customer": {"author_id": self.contact.id},
        }
        for name, values in nobody.items():
            with self.subTest(name):
                self._answer_at(case, at(2, 12), **values)
                self.assertFalse(self._deadlines(case)["answer"].reached)
        case[self.module.partner_field] = clerk.partner_id
        self._answer_at(case, at(2, 12), clerk)
        self.assertFalse(self._deadlines(case)["answer"].reached)

    def test_an_answer_by_email_counts_but_no_automatic_reply(self):
        case = self._make_at()
        self.boss.email = "boss@company.example.com"
        with self._at(at(2, 13)):
            away = "Auto-Submitted: auto-replied\n"
            self._answer(case, "boss@company.example.com", "I am away.", away)
        self.assertFalse(self._deadlines(case)["answer"].reached)
        with self._at(at(2, 14)):
            self._answer(case, "boss@company.example.com", "We look into it.")
        self.assertTrue(self._deadlines(case)["answer"].reached)

    def test_closing_solves_and_reopening_goes_on_with_what_was_left(self):
        case = self._make_at()
        self._move(case, "closed", at(3, 13))  # Ten hours later.
        solution = self._deadlines(case)["solution"]
        self.assertEqual(solution.reached, at(3, 13))
        self.assertEqual(solution.hours_taken, 10)
        self.assertEqual(self._states(case, at(9, 9))["solution"], "kept")
        self._move(case, "in_progress", at(9, 9))
        self.assertFalse(solution.reached)
        self.assertEqual(solution.due, at(9, 15))
        self._move(case, "closed", at(9, 16))
        self.assertEqual(self._states(case, at(9, 16))["solution"], "missed")

    def test_closing_without_an_answer_leaves_that_promise_on_hold(self):
        case = self._make_at()
        self._move(case, "closed", at(2, 12))
        self.assertEqual(
            self._states(case, at(9, 9)), {"answer": "paused", "solution": "kept"}
        )

    def test_another_priority_is_another_promise_from_the_same_start(self):
        urgent = self.promise.copy({"priority": "3", "answer_hours": 1})
        case = self._make_at()
        with self._at(at(2, 11, 30)):
            case.priority = "3"
        answer = self._deadlines(case)["answer"]
        self.assertEqual(answer.promise_id, urgent)
        self.assertEqual(answer.due, at(2, 12))
        with self._at(at(2, 11, 45)):
            case.priority = "0"
        self.assertEqual(answer.promise_id, self.promise)
        self.assertEqual(answer.due, at(2, 15))

    def test_what_is_promised_no_longer_is_taken_back_unless_it_was_done(self):
        self.promise.copy({"priority": "3", "answer_hours": 0, "solution_hours": 8})
        open_case, answered = self._make_at(), self._make_at()
        self._answer_at(answered, at(2, 12))
        with self._at(at(2, 13)):
            (open_case | answered).priority = "3"
        self.assertEqual([*self._deadlines(open_case)], ["solution"])
        self.assertEqual({*self._deadlines(answered)}, {"answer", "solution"})

    @takes_long
    def test_a_case_from_before_counts_from_when_something_is_promised(self):
        self.promise.priority = "3"
        case, answered = self._make_at(), self._make_at()
        self._answer_at(answered, at(2, 12))
        with self._at(at(2, 13)):
            (case | answered).priority = "3"
        self.assertEqual(self._deadlines(case)["answer"].due, at(2, 17))
        self.assertEqual([*self._deadlines(answered)], ["solution"])

    def test_nothing_is_promised_for_what_is_no_case(self):
        other = self._make_other()
        self.assertFalse(self._deadlines(other))

    def test_a_holiday_moves_what_is_promised_and_back(self):
        case = self._make_at()
        answer = self._deadlines(case)["answer"]
        holiday = self.env["resource.calendar.leaves"].create(
            {
                "name": "Carnival",
                "calendar_id": self.calendar.id,
                "date_from": at(2, 13),
                "date_to": at(3, 17),
            }
        )
        self.assertEqual(answer.due, at(4, 11))
        holiday.unlink()
        self.assertEqual(answer.due, at(2, 15))

    def test_a_case_that_is_moved_to_trash_and_vacuumed_leaves_nothing(self):
        case = self._make_at()
        deadlines = self._deadlines(case)["answer"]
        case.unlink()
        self.env["customer.portal.deadline"]._gc_gone()
        self.assertFalse(deadlines.exists())


@tagged("post_install", "-at_install")
class TestTaskPromises(PromiseStories, TaskPromiseCommon):
    def _make_other(self):
        project = self.env["project.project"].create({"name": "Other"})
        return self.env["project.task"].create(
            {"name": "Other", "project_id": project.id, "partner_id": self.emma.id}
        )

    def test_a_task_that_becomes_a_case_gets_its_promise_and_loses_it_again(self):
        task = self._make_other()
        with self._at(MONDAY):
            own, task.project_id = task.project_id, self.project
        self.assertEqual(self._deadlines(task)["answer"].due, at(2, 15))
        task.project_id = own
        self.assertFalse(self._deadlines(task))


@tagged("post_install", "-at_install", "long")
class TestTicketPromises(PromiseStories, TicketPromiseCommon):
    def _make_other(self):
        return self.env["project.task"].create({"name": "Other"})


@tagged("post_install", "-at_install")
class TestPromises(TaskPromiseCommon):
    """Which promise holds, and for whom."""

    def test_the_most_specific_promise_holds_then_the_first(self):
        promises = self.env["customer.portal.promise"]
        by_priority = self.promise.copy({"priority": "3", "sequence": 20})
        by_profile = self.promise.copy({"profile_id": self.profile.id, "sequence": 21})
        both = self.promise.copy(
            {"profile_id": self.profile.id, "priority": "3", "sequence": 30}
        )
        first = self.promise.copy({"sequence": 1})
        other = self.env["customer.portal.profile"].create({"name": "Other"})
        for profile, priority, expected in (
            (self.profile, "3", both),
            (self.profile, "0", by_profile),
            (other, "3", by_priority),
            (other, "0", first),
        ):
            with self.subTest(profile=profile.name, priority=priority):
                found = promises._match(profile.id, priority)
                self.assertEqual(found.id, expected.id)

    def test_a_promise_is_called_by_whom_and_for_what_it_is_made(self):
        self.profile.name = "Gold"
        everybody = self.promise.copy({"profile_id": False, "priority": False})
        gold = self.promise.copy({"profile_id": self.profile.id, "priority": "1"})
        self.assertEqual(everybody.display_name, "All profiles, Any priority")
        self.assertEqual(gold.display_name, "Gold, Medium priority")

    def test_an_archived_promise_applies_to_no_new_case(self):
        case = self._make_at()
        self.promise.active = False
        self.assertFalse(self._deadlines(self._make_at()))
        self._move(case, "closed", at(2, 12))
        self.assertEqual(self._states(case, at(2, 13))["solution"], "kept")

    def test_a_promise_that_was_made_is_not_deleted(self):
        self._make_at()
        with self.assertRaisesRegex(UserError, "Archive"):
            self.promise.unlink()

    def test_hours_apply_in_the_time_zone_of_the_customer_if_wanted(self):
        self.promise.in_customer_zone = True
        self.emma.tz = "America/New_York"
        case = self._make_at(at(2, 11))  # Six in the morning there.
        self.assertEqual(self._deadlines(case)["answer"].due, at(2, 18))
        self.assertEqual(self._deadlines(case)["answer"].tz, "America/New_York")

    def test_without_working_hours_those_of_the_company_count(self):
        self.promise.calendar_id = False
        self.company.resource_calendar_id = self._make_calendar("Asia/Tokyo")
        case = self._make_at(at(2, 11))  # Eight in the evening there.
        self.assertEqual(self._deadlines(case)["answer"].due, at(3, 4))

    def test_the_holidays_of_another_company_do_not_count(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        holiday = self.env["resource.calendar.leaves"].create(
            {"name": "Away", "date_from": at(2, 0), "date_to": at(3, 0)}
        )
        holiday.company_id = other
        case = self._make_at()
        self.assertEqual(self._deadlines(case)["answer"].due, at(2, 15))

    def test_working_hours_without_any_work_promise_no_time(self):
        self.calendar.attendance_ids.unlink()
        case = self._make_at()
        self.assertFalse(self._deadlines(case)["answer"].due)
        self.assertEqual(self._states(case, at(30, 0))["answer"], "open")

    def test_hours_have_a_limit_and_one_of_them_is_promised(self):
        for values in (
            {"answer_hours": -1},
            {"solution_hours": 10_001},
            {"reminder_hours": -1},
            {"answer_hours": 0, "solution_hours": 0},
        ):
            with (
                self.subTest(values),
                self.assertRaises(psycopg2.errors.CheckViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.promise.write(values)
                self.promise.flush_recordset()

    def test_more_hours_than_anybody_works_are_not_promised(self):
        never = self._make_calendar(name="Never", attendance_ids=[])
        for values in ({"solution_hours": 10_000}, {"calendar_id": never.id}):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.promise.write(values)

    def test_only_managers_promise_and_nobody_writes_what_became_of_it(self):
        case = self._make_at()
        deadline = self._deadlines(case)["answer"]
        self.promise.with_user(self.manager).answer_hours = 2
        self.assertTrue(deadline.with_user(self.agent).case_name)
        for user, record in (
            (self.agent, self.promise),
            (self.manager, deadline),
            (self.user, self.promise),
            (self.user, deadline),
        ):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                record.with_user(user).check_access("write")
        for record in (self.promise, deadline):
            with self.assertRaises(AccessError):
                record.with_user(self.user).check_access("read")

    def test_cases_cost_no_query_while_nothing_is_promised(self):
        self.promise.unlink()
        case = self._make_at()
        message = case.message_ids[:1]
        self.env["customer.portal.promise"]._get_followed("project.task")
        with self.assertQueryCount(0):
            self.env["customer.portal.deadline"]._follow(case)
            self.env["customer.portal.deadline"]._note_answer(case, message)

    @takes_long
    def test_many_cases_move_with_few_queries(self):
        cases = self.env["project.task"].union(
            *(self._make_at(at(2, 11) + timedelta(minutes=n)) for n in range(8))
        )
        self.env.flush_all()
        counts = []
        for moved in (cases[:1], cases[1:]):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self._at(at(2, 12)):
                moved.priority = "1"
                self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3)

    @takes_long
    def test_where_another_addon_makes_the_promises_there_are_none_of_ours(self):
        promises = self.registry["customer.portal.promise"]
        with self._patched(promises, "_is_left_to_oca", lambda *args: True):
            case = self._make_at()
        self.assertFalse(self._deadlines(case))

    def _patched(self, model, name, method):
        from unittest.mock import patch

        return patch.object(model, name, method)
