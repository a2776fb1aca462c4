"""A pytest plugin: what each file of tests takes, in a table at the end of the run.

The time of the processors is that of pytest, and of the programs that it has started
and ended. The database server is not in it, nor are browsers, which most files share.
Where it is far below the time by the clock, tests wait: then others can run beside.

Tests freeze the time, and some of them until their class is taken down. So the clock is
asked in a way that is not replaced meanwhile, here and by pytest itself.
"""

import os
import time
from collections import Counter, defaultdict
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from _pytest import timing

# Not `time.monotonic`, nor another function that freezegun looks for in all modules.
tell = partial(time.clock_gettime, time.CLOCK_MONOTONIC)

STEPS = ("setup", "call", "teardown")
ROWS = 20


class Moment(NamedTuple):
    """What has passed, in seconds."""

    clock: float
    processors: float


def pytest_configure(config):
    """Count in a run of its own: a test of these tools may run pytest, too."""
    timing.perf_counter = tell
    config.pluginmanager.register(Costs())


class Costs:
    """What a run takes: seconds by the column of the table, by the file's name."""

    def __init__(self):
        """Begin to count once it is known what there is to run."""
        self.costs = defaultdict(Counter)
        self.start = None

    def pytest_collection_finish(self):
        """Begin to count."""
        self.start = look()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item, nextitem):
        """Count a file, once its last test has taken down what all of them had."""
        result = yield
        if not nextitem or nextitem.path != item.path:
            self._note(item.path.name)
        return result

    def _note(self, name):
        now = look()
        for column, after, before in zip(now._fields, now, self.start, strict=True):
            self.costs[name][column] += after - before
        self.start = now

    def pytest_runtest_logreport(self, report):
        """Count the steps of a test, and not once more what is a part of one."""
        if not hasattr(report, "context"):
            name = Path(report.nodeid.split("::")[0]).name
            self.costs[name][report.when] += report.duration

    def pytest_terminal_summary(self, terminalreporter):
        """Show the files that took longest."""
        for line in make_table(self.costs) if self.costs else ():
            terminalreporter.write_line(line)


def look():
    """Return what has passed so far."""
    return Moment(tell(), sum(os.times()[:4]))


def make_table(costs):
    """Return the lines of the table.

    :param dict costs: seconds by column, by the file's name
    """
    columns = (*Moment._fields, *STEPS)
    yield f"{'seconds':44}" + "".join(f"{name:>12}" for name in columns)
    files = sorted(costs, key=lambda name: -costs[name]["clock"])
    for name in files[:ROWS]:
        yield _make_row(name, costs[name], columns)
    yield _make_row("all files", sum(costs.values(), Counter()), columns)


def _make_row(name, costs, columns):
    return f"{name:44}" + "".join(f"{costs[column]:12.1f}" for column in columns)
