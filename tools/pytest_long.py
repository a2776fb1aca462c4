"""A pytest plugin for the addon's tests: those that take long are run by themselves.

They are the classes with the tag `long`: proofs by mass of a rule that another class
asks of one of each kind.
"""

TAG = "long"
SHORT, LONG = "without", "only"


def pytest_addoption(parser):
    """Take which tests to run; without it, all are run."""
    help_text = "The classes that are tagged as long: leave them out, or run no others."
    parser.addoption("--long", choices=(SHORT, LONG), help=help_text)


def pytest_collection_modifyitems(config, items):
    """Leave out the tests that are not wanted."""
    if which := config.getoption("--long"):
        others = [item for item in items if _is_long(item) != (which == LONG)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in {*others}]


def _is_long(item):
    return TAG in getattr(item.cls, "test_tags", ())
