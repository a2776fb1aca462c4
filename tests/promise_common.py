from contextlib import contextmanager
from datetime import datetime

from freezegun import freeze_time

from odoo.fields import Command

from .case_common import TaskMailCommon, TicketMailCommon

# A Monday, two hours after work begins.
MONDAY = datetime(2026, 3, 2, 11, 0)


def at(day, hour, minute=0):
    """Return a moment in UTC, by the day of March 2026; the 2nd is a Monday."""
    return datetime(2026, 3, day, hour, minute)


class PromiseCommon:
    """Cases are answered within 4, and solved within 16 working hours.

    People work from 9 to 17 UTC, Monday to Friday.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["customer.portal.promise"].search([]).unlink()
        cls.calendar = cls._make_calendar()
        cls.promise = cls.env["customer.portal.promise"].create(
            {"answer_hours": 4, "solution_hours": 16, "calendar_id": cls.calendar.id}
        )

    @classmethod
    def _make_calendar(cls, tz="UTC", **values):
        hours = [
            Command.create(
                {
                    "name": day,
                    "dayofweek": day,
                    "hour_from": 9,
                    "hour_to": 17,
                    "day_period": "full_day",
                }
            )
            for day in "01234"
        ]
        return cls.env["resource.calendar"].create(
            {"name": "Nine to Five", "tz": tz, "attendance_ids": hours, **values}
        )

    @contextmanager
    def _at(self, moment):
        """Let it be another time."""
        with freeze_time(moment):
            yield

    def _make_at(self, moment=MONDAY, **values):
        with self._at(moment):
            return self._make_case(**values)

    def _move(self, case, stage, moment):
        with self._at(moment):
            case.stage_id = self.stages[stage]
            self._finish()

    def _answer_at(self, case, moment, user=None, **values):
        with self._at(moment):
            case.with_user(user or self.boss).sudo().message_post(
                **{
                    "body": "We look into it.",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    "author_id": (user or self.boss).partner_id.id,
                    **values,
                }
            )
            self._finish()

    def _deadlines(self, case):
        """Return the promises for a case, by what was promised."""
        found = self.env["customer.portal.deadline"]._find(case)
        return {deadline.kind: deadline for deadline in found}

    def _states(self, case, moment):
        """Return what became of the promises by a moment, as lists count them."""
        self.env.invalidate_all()
        with self._at(moment):
            return {kind: one.state for kind, one in self._deadlines(case).items()}


class TaskPromiseCommon(PromiseCommon, TaskMailCommon):
    """Cases are tasks."""


class TicketPromiseCommon(PromiseCommon, TicketMailCommon):
    """Cases are tickets of a helpdesk."""
