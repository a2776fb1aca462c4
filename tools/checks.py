"""Checks: pieces of work that pass or fail, in lanes, with a summary at the end."""

import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from . import lanes, paths
from .console import Stop, say

FAILED = "FAILED"
UNSTEADY = "passed alone"
NOTHING = "nothing selected"


class Check(NamedTuple):
    """One check: its work raises `Stop` to fail.

    The others cannot go on without one that is `needed`.
    """

    title: str
    work: Callable
    needed: bool = False


class Result(NamedTuple):
    """What came of a check; `fatal` if the others cannot go on."""

    title: str
    outcome: str
    seconds: float
    fatal: bool = False


def side_by_side(rounds):
    """Do the checks of each round in lanes; return all results.

    :param rounds: the checks of each lane by its name
    """
    results = []
    for checks in rounds:
        if any(result.fatal for result in results):
            break
        works = {name: partial(_do, checks[name]) for name in checks}
        results += [result for lane in lanes.run(works, _lost) for result in lane]
    return results


def _do(checks):
    return list(results_of(checks))


def _lost(lane):
    """Return the results of a lane that ended by itself, or was killed."""
    return [Result(f"Lane {lane}", FAILED, 0, fatal=True)]


def results_of(checks):
    """Do the checks; yield the `Result` of each."""
    for check in checks:
        say(f"\n== {check.title}")
        start = time.monotonic()
        try:
            outcome = check.work() or "passed"
        except Stop as reason:
            say(f"{reason}")
            outcome = FAILED
        fatal = outcome == FAILED and check.needed
        yield Result(check.title, outcome, time.monotonic() - start, fatal)
        if fatal:
            return


def summarize(results, seconds, selected):
    """Print the outcomes and return the exit code."""
    say("\n== Summary")
    for result in results:
        say(f"  {result.title:20} {result.outcome:16} {result.seconds:5.0f} s")
    if paths.FAILURES.exists():
        say(f"\n== What failed\n{paths.FAILURES.read_text()}")
    outcomes = [result.outcome for result in results]
    if selected and outcomes.count(NOTHING) == 2:
        say("No test was selected: failed.")
        return 1
    say(f"{'Failed' if FAILED in outcomes else 'All passed'} after {seconds:.0f} s.")
    return int(FAILED in outcomes)
