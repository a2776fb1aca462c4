"""A pytest plugin: what each file of tests takes, in a table at the end of the run.

The time of the processors is that of pytest and of all programs that it started, but
for the database server. Where it is far below the time by the clock, tests wait: then
others can run beside them.
"""

import time
from collections import Counter
from typing import NamedTuple

import psutil
import pytest

STEPS = ("setup", "call", "teardown")
ROWS = 20
COSTS, START = pytest.StashKey(), pytest.StashKey()


class Moment(NamedTuple):
    """What has passed, in seconds."""

    clock: float
    processors: float


def pytest_collection_finish(session):
    """Begin to count: seconds of each step, by the file's name."""
    session.config.stash[COSTS] = {item.path.name: Counter() for item in session.items}
    session.config.stash[START] = look()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item, nextitem):
    """Count a file, once its last test has taken down what all of them had."""
    result = yield
    if nextitem and nextitem.path == item.path:
        return result
    stash, now = item.config.stash, look()
    for name, after, before in zip(Moment._fields, now, stash[START], strict=True):
        stash[COSTS][item.path.name][name] += after - before
    stash[START] = now
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Count the steps of a test."""
    report = yield
    item.config.stash[COSTS][item.path.name][report.when] += call.duration
    return report


def look():
    """Return what has passed so far."""
    ours = psutil.Process()
    return Moment(time.monotonic(), sum(map(_get_time, [ours, *_get_programs(ours)])))


def _get_programs(process):
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:  # One that ended while we looked.
        return []


def _get_time(process):
    """Return what a process took, with those of its own that have ended."""
    try:
        return sum(process.cpu_times()[:4])
    except psutil.NoSuchProcess:
        return 0


def pytest_terminal_summary(terminalreporter, config):
    """Show the files that took longest."""
    costs = {name: cost for name, cost in config.stash.get(COSTS, {}).items() if cost}
    for line in make_table(costs) if costs else ():
        terminalreporter.write_line(line)


def make_table(costs):
    """Return the lines of the table.

    :param dict costs: seconds by step, clock and processors, by the file's name
    """
    columns = (*Moment._fields, *STEPS)
    yield f"{'seconds':44}" + "".join(f"{name:>12}" for name in columns)
    files = sorted(costs, key=lambda name: -costs[name]["clock"])
    for name in files[:ROWS]:
        yield _make_row(name, costs[name], columns)
    yield _make_row("all files", sum(costs.values(), Counter()), columns)


def _make_row(name, costs, columns):
    return f"{name:44}" + "".join(f"{costs[column]:12.1f}" for column in columns)
