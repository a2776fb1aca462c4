from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from odoo.fields import Command, Datetime
from odoo.tests import tagged

from ...models.promise.working_time import WorkingTime
from ..common import CustomerPortalCommon
from ..examples import draws

MINUTE = timedelta(minutes=1)
UTC = ZoneInfo("UTC")
# Their clocks change between one and three at night, by half an hour or a whole one.
ZONES = (
    *("UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe"),
    *("Asia/Kolkata", "Pacific/Auckland", "America/St_Johns"),
)
# Bounds of working hours. None is at a time that a change of clocks skips or repeats.
HOURS = (0, 4, 6.5, 8, 9.25, 12, 13, 17, 20.75, 24)
# Around both changes of clocks of a year, north and south.
STARTS = (
    datetime(2026, 3, 6, 15),
    datetime(2026, 3, 27, 22, 10),
    datetime(2026, 4, 3, 3, 59),
    datetime(2026, 9, 25, 12),
    datetime(2026, 10, 2, 8, 1),
    datetime(2026, 10, 23, 23, 30),
    datetime(2026, 12, 30, 17),
)
LONGEST = 20 * 24 * 60


@st.composite
def promises(draw):
    """Draw working hours, holidays, a zone, a promise, and when it stands still."""
    days = {}
    for day in range(7):
        bounds = sorted(draw(st.sets(st.sampled_from(HOURS), max_size=4)))
        days[day] = [*zip(bounds[::2], bounds[1::2], strict=False)]
    start = draw(st.sampled_from(STARTS)) + draw(st.integers(0, 4000)) * MINUTE
    offsets = st.integers(0, 9000)
    marks = sorted(draw(st.sets(offsets, max_size=6)))
    pauses = [*zip(marks[::2], marks[1::2], strict=False)]
    after = marks[-1] if marks else 0
    return {
        "days": days,
        "tz": draw(st.sampled_from(ZONES)),
        "start": start,
        "pauses": [(start + a * MINUTE, start + b * MINUTE) for a, b in pauses],
        "until": draw(st.none() | offsets.map(lambda n: start + (after + n) * MINUTE)),
        "holidays": [
            (start + a * MINUTE, start + (a + length) * MINUTE)
            for a, length in draw(
                st.lists(
                    st.tuples(st.integers(-3000, 9000), st.integers(1, 3000)),
                    max_size=2,
                )
            )
        ],
        "minutes": draw(st.integers(1, 3000)),
    }


def works(drawn, minute):
    """Say whether a minute counts, which is in UTC."""
    if any(a <= minute < b for a, b in drawn["pauses"] + drawn["holidays"]):
        return False
    local = minute.replace(tzinfo=UTC).astimezone(ZoneInfo(drawn["tz"]))
    hour = local.hour + local.minute / 60
    return any(a <= hour < b for a, b in drawn["days"][local.weekday()])


def plan_by_minutes(drawn):
    """Return when the promised minutes are over, one minute after the other."""
    left, minute = drawn["minutes"], drawn["start"]
    for _number in range(LONGEST):
        if drawn["until"] and minute >= drawn["until"]:
            return None
        if works(drawn, minute):
            left -= 1
        minute += MINUTE
        if not left:
            return minute
    return None


@tagged("post_install", "-at_install", "drawn")
class TestWorkingTime(CustomerPortalCommon):
    """Promised times are those that one gets by looking at each minute."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {"name": "Drawn", "attendance_ids": [Command.clear()]}
        )

    def _arrange(self, drawn):
        hours = [
            Command.create(
                {
                    "name": f"{day}",
                    "dayofweek": str(day),
                    "hour_from": begin,
                    "hour_to": end,
                    "day_period": "full_day",
                }
            )
            for day, spans in drawn["days"].items()
            for begin, end in spans
        ]
        self.calendar.write({"attendance_ids": [Command.clear(), *hours]})
        leaves = self.env["resource.calendar.leaves"]
        leaves.search([("calendar_id", "=", self.calendar.id)]).unlink()
        leaves.create(
            [
                {"calendar_id": self.calendar.id, "date_from": begin, "date_to": end}
                for begin, end in drawn["holidays"]
            ]
        )

    @given(drawn=promises())
    @draws(60, short=20)
    def test_a_promise_is_due_when_its_minutes_have_been_counted(self, drawn):
        self._arrange(drawn)
        pauses = [[*map(Datetime.to_string, pause)] for pause in drawn["pauses"]]
        work = WorkingTime(self.calendar, drawn["tz"])
        hours = drawn["minutes"] / 60
        due = work.plan(hours, drawn["start"], pauses, drawn["until"])
        expected = plan_by_minutes(drawn)
        if expected or drawn["until"]:
            self.assertEqual(due, expected)
        else:  # Later than the oracle looks, if ever.
            self.assertTrue(not due or due > drawn["start"] + LONGEST * MINUTE)
        if due:
            taken = work.measure(drawn["start"], due, pauses)
            self.assertAlmostEqual(taken, hours, places=3)

    def test_without_working_hours_each_hour_counts(self):
        start = datetime(2026, 3, 28, 22)
        due = WorkingTime(self.env["resource.calendar"], "Europe/Paris").plan(30, start)
        self.assertEqual(due, start + timedelta(hours=30))

    def test_a_day_ends_at_midnight_and_not_a_microsecond_before(self):
        self._arrange({"days": {day: [(16, 24)] for day in range(7)}, "holidays": []})
        start = datetime(2026, 3, 2, 9)
        due = WorkingTime(self.calendar, "UTC").plan(8, start)
        self.assertEqual(due, datetime(2026, 3, 3))
