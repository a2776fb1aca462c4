"""The checks behind `make test-long`: what proves by mass, and what must be alone."""

import os
import time
from functools import partial

from . import checks, outside, paths, pytest_long, test
from .checks import Check
from .outside import lone_tests, more_outside_tests, outside_tests
from .step import locked
from .test import addon_tests, more_addon_tests


def run():
    """Run what `make test` leaves out.

    :return: exit code
    """
    os.environ.setdefault(test.EXAMPLES, test.ALL_EXAMPLES)
    with locked("test"):
        paths.FAILURES.unlink(missing_ok=True)
        start = time.monotonic()
        results = checks.side_by_side(_rounds())
        return checks.summarize(results, time.monotonic() - start, selected=False)


def _rounds():
    """Return the checks of each lane, by its name, of one round after the other.

    Two lanes share the tests of each kind, and begin with different ones: those from
    outside wait for browsers while those of the addon keep a processor busy. What must
    not be beside others comes last.
    """
    test.forget()
    install = Check("Installation", test.prepare_database, needed=True)
    addon, more = _share("addon", [addon_tests, more_addon_tests], pytest_long.LONG)
    works = [outside_tests, more_outside_tests]
    from_outside, others = _share("outside", works, outside.LONG)
    return [
        {"install": [install]},
        {"addon": [addon, others], "outside": [from_outside, more]},
        {"alone": [_make_check("Tests that are alone", lone_tests)]},
    ]


def _share(kind, works, which):
    """Return the checks of two lanes that share the tests of a kind."""
    return [
        _make_check(f"Long tests, {lane}", partial(_run, work, which))
        for lane, work in zip((kind, f"{kind}-2"), works, strict=True)
    ]


def _run(work, which, arguments):
    return work(arguments, which)


def _make_check(title, work):
    return Check(title, partial(test.steadily, work, []))
