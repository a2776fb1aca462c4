"""A pytest plugin for the addon's tests: those that take long are run by themselves.

They are the classes, or single tests, with the tag `long`: proofs by mass of a rule
that another one asks of one of each kind, and what seldom breaks alone. Those with the
tag `drawn` are run in short, with few of their examples, and once more in full
(`tests/examples.py`).
"""

TAG, DRAWN = "long", "drawn"
SHORT, LONG = "without", "only"


def pytest_addoption(parser):
    """Take which tests to run; without it, all are run."""
    help_text = "The tests that are tagged as long: leave them out, or run no others."
    parser.addoption("--long", choices=(SHORT, LONG), help=help_text)


def pytest_collection_modifyitems(config, items):
    """Leave out the tests that are not wanted."""
    if which := config.getoption("--long"):
        others = [item for item in items if not _is_wanted(item, which)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in {*others}]


def _is_wanted(item, which):
    tags = {tag for one in (item.cls, item.obj) for tag in _get_tags(one)}
    return bool(tags & {TAG, DRAWN}) if which == LONG else TAG not in tags


def _get_tags(tested):
    return getattr(tested, "test_tags", ())
