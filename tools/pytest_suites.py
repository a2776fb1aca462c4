"""A pytest plugin: the tests of `tools.odoo_suites.DIFFERENT` must fail.

Those of `ELSEWHERE` are left out: they fail here without the addon, too.
"""

import contextlib
import os
from unittest import mock

import pytest

from .odoo_suites import DIFFERENT, ELSEWHERE


def pytest_addoption(parser):
    """Let `tools.odoo_suites` say that no test was selected by hand."""
    parser.addoption("--complete", action="store_true", help="Expect all named tests.")


def pytest_collection_modifyitems(config, items):
    """Expect the tests that are named to fail, or leave them out."""
    if config.getoption("complete"):
        _refuse_stale_names(items)
    if os.environ.get("STOCK"):
        return
    left_out = [item for item in items if _name(item) in ELSEWHERE]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
    for item in items:
        if reason := DIFFERENT.get(_name(item)):
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


def _refuse_stale_names(items):
    """Keep the lists true: a test that is renamed would silently run again.

    :raise pytest.UsageError: if no test has a name that is listed
    """
    known = {_name(item) for item in items}
    if stale := sorted({*DIFFERENT, *ELSEWHERE} - known):
        lines = "".join(f"\n    {name}" for name in stale)
        raise pytest.UsageError(f"Listed, but there are no such tests:{lines}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Run the parts of a test that must fail as one: a mark does not reach them."""
    if _name(item) not in DIFFERENT:
        return (yield)
    with mock.patch.object(item.cls, "subTest", _no_part):
        return (yield)


def _no_part(*args, **params):
    return contextlib.nullcontext()


def _name(item):
    addon, __, file = item.cls.__module__.split(".")[-3:]
    return f"{addon}/{file}::{item.cls.__name__}::{item.name}"
