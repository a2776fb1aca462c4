"""A pytest plugin: what did not run has not passed.

A skipped test fails, wherever the skip comes from. So does a test of the addon during
which an error was logged, as with Odoo's own test runner. Each that failed is kept with
its reason for the summary of all checks.
"""

import logging
import os
from pathlib import Path

import pytest

from .paths import FAILURES

# The variable of the environment that says where failures are kept instead.
KEPT_IN = "CUSTOMER_PORTAL_FAILURES"
# The characters that are kept of each failure.
LINE = 300
NO_SKIPS = "Skipped, but every test must run: "


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """Turn the skip of a test into a failure."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    """Turn the skip of a whole file into a failure."""
    report = yield
    if report.skipped:
        _fail(report)
    return report


def _fail(report):
    report.outcome = "failed"
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
    report.longrepr = NO_SKIPS + (reason or str(report.longrepr))


class _Errors(logging.Handler):
    """Keep what is logged as an error."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.messages = []

    def emit(self, record):
        self.messages.append(f"{record.name}: {record.getMessage()}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call():
    """Fail the test if an error is logged that it did not mute or assert."""
    errors = _Errors()
    logging.getLogger().addHandler(errors)
    try:
        result = yield
    finally:
        logging.getLogger().removeHandler(errors)
    if errors.messages:
        pytest.fail("Errors were logged:\n" + "\n".join(errors.messages), pytrace=False)
    return result


@pytest.hookimpl
def pytest_runtest_logreport(report):
    """Write down what failed, and why, a line each."""
    if report.failed:
        crash = getattr(report.longrepr, "reprcrash", None)
        reason = (crash.message if crash else report.longreprtext).strip()
        write_down(f"{report.nodeid} ({report.when}): {reason}")


@pytest.hookimpl
def pytest_collectreport(report):
    """Write down a file that could not even be read."""
    if report.failed:
        write_down(f"{report.nodeid}: {report.longreprtext.strip()[-LINE:]}")


def write_down(line):
    """Keep a line for the summary of all checks."""
    with Path(os.environ.get(KEPT_IN, FAILURES)).open("a") as file:
        file.write(" ".join(line.split())[:LINE] + "\n")
