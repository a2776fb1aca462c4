"""The tests from outside: two lanes share them, but for those that must be alone."""

from . import pytest_run, pytest_share
from .checks import NOTHING
from .paths import ROOT, TOOLS

FOLDER = TOOLS / "tests"
# Those that look at the addon; those of these tools are `make test-tools`.
OF_THE_ADDON = "not upgrade and not tools"
# Of these, what beside others would be another test, and all that may be beside others:
# what `make test` runs, and what takes long.
ALONE = f"{OF_THE_ADDON} and alone"
SHORT = f"{OF_THE_ADDON} and not alone and not long"
LONG = f"{OF_THE_ADDON} and not alone and long"


def outside_tests(arguments, which=SHORT):
    """Run the tests that use Odoo, and these tools, as programs.

    All of them with another lane, but for those that must be alone.
    """
    return _outside_tests(arguments, pytest_share.RUNS[0], which)


def more_outside_tests(arguments, which=SHORT):
    """Run those of the tests from outside that the first run has not come to."""
    return _outside_tests(arguments, pytest_share.RUNS[1], which)


def lone_tests(arguments):
    """Run the tests from outside beside which nothing else may run."""
    return _outside_tests(arguments, "alone", ALONE)


def _outside_tests(arguments, run, which):
    """Run tests from outside.

    :param str run: which of `pytest_share.RUNS`, or `alone`
    :param str which: pytest's expression of marks, where no tests were selected
    """
    selection, options = pytest_run.select(arguments, ROOT, "tools/tests"), []
    cache = f"outside-{run}"
    if arguments == pytest_run.AGAIN:
        selection = _get_failed_files(cache)
    if not selection:
        return NOTHING
    if arguments in ([], pytest_run.AGAIN):
        options = ["-m", which]
    if not arguments and run in pytest_share.RUNS:
        options += ["-ptools.pytest_share", f"--share={run}"]
    config = f"--config-file={FOLDER / 'pytest.ini'}"
    return pytest_run.run("-pno:odoo", config, *options, *selection, cache=cache)


def _get_failed_files(cache):
    """Return the files of the tests from outside that failed in the last run.

    As a whole: many of them tell a story, and the end of one fails without what comes
    before it.
    """
    failed = pytest_run.read_failed(pytest_run.CACHES / cache)
    names = dict.fromkeys(name.split("::")[0] for name in failed)
    return [FOLDER / name for name in names]
