"""The daily work of two servers at once, and of one that is killed: each thing once."""

import signal

import pytest

pytestmark = pytest.mark.alone

# The work -> after how many commits a process is killed that does it.
WORKS = {
    "notices": 2,
    "reminders": 2,
    "ends": 2,
    "grace_ends": 2,
    "joins": 2,
    "held": 4,
}
KINDS = {"grace_ends": "ends"}
# The days of an access review: the request, two reminders, the end.
REVIEW = (2, 4, 4, 5)


def count(races, work, name):
    """Return how often each thing was done, and fail unless it was once for each."""
    counts = races.run(f"result = count_{work}(env, name)", name=name)
    wrong = {
        what: each for what, each in counts.items() if set(each) != {1} or not each
    }
    assert not wrong, counts


@pytest.mark.parametrize("work", WORKS)
def test_two_at_once_do_each_thing_once(races, work):
    name, kind = f"Daily {work}", KINDS.get(work, work)
    races.run(f"make_{work}(env, name)", name=name)
    assert races.run_daily(f"do_{kind}") == ["", ""]
    races.run(f"do_{kind}(env)")
    count(races, kind, name)


@pytest.mark.parametrize("work", WORKS)
def test_who_is_killed_in_the_middle_loses_nothing_and_does_nothing_twice(races, work):
    name, kind = f"Killed {work}", KINDS.get(work, work)
    races.run(f"make_{work}(env, name)", name=name)
    kill = f"env, result = kill(env, do_{kind}, {WORKS[work]})"
    assert races.run(kill) == signal.SIGKILL
    races.run(f"do_{kind}(env)")
    races.run(f"do_{kind}(env)")
    count(races, kind, name)


def test_two_at_once_ask_remind_and_end_an_access_review_once(races):
    name = "Daily Review"
    races.run("make_reviews(env, name)", name=name)
    for _step in REVIEW:
        assert races.run_daily("do_reviews") == ["", ""]
        races.run("do_reviews(env)")
        races.run("let_days_pass(env)")
    count(races, "reviews", name)


def test_a_review_whose_server_is_killed_each_day_goes_on_where_it_was(races):
    name = "Killed Review"
    races.run("make_reviews(env, name)", name=name)
    for commits in REVIEW:
        kill = f"env, result = kill(env, do_reviews, {commits})"
        assert races.run(kill) == signal.SIGKILL
        races.run("do_reviews(env)")
        races.run("let_days_pass(env)")
    count(races, "reviews", name)
