"""Running pytest: with what all kinds of tests have in common."""

import json
import subprocess
from pathlib import Path

from .checks import NOTHING
from .console import Stop
from .paths import BUILD, ROOT
from .python_env import PYTHON

# What each lane's pytest remembers, in a folder of its own.
CACHES = BUILD / "pytest"
# Those alone that failed in the last run.
AGAIN = ["--last-failed", "--last-failed-no-failures=none"]
# The tests and the files that took longest, in the output of each lane.
DURATIONS = ["-p", "tools.pytest_costs", "--durations=20", "--durations-min=2"]

# pytest's exit codes: some tests failed, but all of them ran; there was none to run.
TESTS_FAILED, NOTHING_SELECTED = 1, 5


class Unfinished(Stop):
    """A run that is not known to have come to all of its tests.

    Whatever failed in it may pass the next time: what did not run has not passed.
    """


def select(arguments, root, folder):
    """Return pytest's arguments for the tests in one folder, if there are any.

    Files among the arguments stand for the whole folder; those that lie elsewhere are
    the other check's business.
    """
    files = [word for word in arguments if (ROOT / word.split("::")[0]).exists()]
    options = [word for word in arguments if word not in files]
    ours = [root / file for file in files if Path(file).is_relative_to(folder)]
    if files and not ours:
        return []
    return [*(ours or [root / folder]), *options]


def run(*arguments, cache):
    """Run pytest.

    :param str cache: folder of its own for what a lane's pytest remembers
    :return: `NOTHING` if no test was selected
    :raise Stop: if a test failed or was skipped
    :raise Unfinished: if the run ended in another way
    """
    cache = CACHES / cache
    quiet = "--disable-warnings"  # They are about Odoo and its libraries.
    options = ["-p", "tools.pytest_strict", quiet, "-o", f"cache_dir={cache}"]
    options += DURATIONS
    command = [PYTHON, "-m", "pytest", *options, *arguments]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if code == NOTHING_SELECTED:
        return NOTHING
    if code:
        stop = Stop if code == TESTS_FAILED else Unfinished
        raise stop(f"Failed:\n{_list_failed(cache)}")
    return "passed"


def _list_failed(cache):
    """Return the names of the tests that failed in the last run, a line each."""
    return "\n".join(f"    {name}" for name in read_failed(cache))


def read_failed(cache):
    """Return the names of the tests that failed in the last run of a folder."""
    file = cache / "v/cache/lastfailed"
    return [*json.loads(file.read_text())] if file.exists() else []
