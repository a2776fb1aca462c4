"""A pytest plugin: two runs side by side share the same tests.

Each takes the next file that the other one has not taken; the second one begins at the
end. So both end at the same time, whatever else either had to do before, and however
long each file takes. Files that are marked `together` are taken as one, in their order.
"""

import itertools
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from .paths import BUILD

FOLDER = BUILD / "share"
RUNS = ("first", "second")


def pytest_addoption(parser):
    """Take which of the two runs this is; without it, it runs all tests."""
    parser.addoption("--share", choices=RUNS, help="Which run: the other takes more.")
    parser.addoption("--share-in", type=Path, default=FOLDER, help="What is taken.")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    """Run the tests of each file that is taken, as pytest does with all of them."""
    config = session.config
    if (
        not config.getoption("share")
        or session.testsfailed
        or config.option.collectonly
    ):
        return None
    tests = itertools.chain(_take(session.items, config), [None])
    for item, following in itertools.pairwise(tests):
        config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
    return True


def _take(items, config):
    """Yield the tests of the files that nobody else has taken."""
    parts = {}
    for item in items:
        parts.setdefault(_get_part(item), []).append(item)
    for name in parts if _is_first(config) else reversed(parts):
        if _is_free(name, config):
            yield from parts[name]


def _get_part(item):
    """Return what is taken as one: a file, or those that are marked with one name."""
    mark = item.get_closest_marker("together")
    return mark.args[0] if mark else f"{item.path}"


def _is_first(config):
    return config.getoption("share") == RUNS[0]


def _is_free(name, config):
    """Take a part, and say whether it was there to be taken."""
    folder = config.getoption("share_in")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        (folder / quote(name, safe="")).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def gather(config, values):
    """Return what both runs have found together; nothing in the one that ends first.

    :param set values: lists of texts that this one has found
    """
    if not config.getoption("share", None):
        return values
    folder = config.getoption("share_in")
    note = folder / f"{config.getoption('share')}.json"
    note.write_text(json.dumps([*values]))
    notes = [folder / f"{name}.json" for name in RUNS]
    if not all(one.exists() for one in notes):
        return None
    return {tuple(row) for one in notes for row in json.loads(one.read_text())}
