"""A pytest plugin for a whole run of the addon's tests: each override was called.

Where two runs share the tests (`tools.pytest_share`), the one that ends last says so.

An override of Odoo's that no test calls may have stopped working long ago: a name that
fits proves nothing where Odoo does not call it any more.
"""

import functools
import importlib

import pytest

from . import overrides, pytest_share, pytest_strict

WATCHED = pytest.StashKey()
UNCALLED = pytest.StashKey()
# How a run ends -> how it ends if there is an override that no test has called.
WITH_UNCALLED = {
    pytest.ExitCode.OK: pytest.ExitCode.TESTS_FAILED,
    pytest.ExitCode.TESTS_FAILED: pytest.ExitCode.INTERRUPTED,
}


def pytest_collection_finish(session):
    """Watch the overrides: the addon's code is there, and nothing has run yet."""
    session.config.stash[WATCHED] = Watch(overrides.current().found)


def pytest_sessionfinish(session):
    """Fail a run whose tests all passed, and one for more than tests that failed.

    Those may pass the next time, when nobody looks at the overrides.
    """
    watch = session.config.stash.get(WATCHED, None)
    uncalled = watch.uncalled(session.config) if watch else []
    session.config.stash[UNCALLED] = uncalled
    if uncalled:
        session.exitstatus = WITH_UNCALLED.get(session.exitstatus, session.exitstatus)


def pytest_terminal_summary(terminalreporter, config):
    """Name what was not called."""
    for one in config.stash.get(UNCALLED, ()):
        place = f"{one.path}:{one.node.lineno}"
        complaint = f"{place}: no test calls {one.qualname}"
        terminalreporter.write_line(complaint, red=True)
        pytest_strict.write_down(complaint)


class Watch:
    """Methods, and whether they have been called since.

    :param found: `Override`s
    """

    def __init__(self, found):
        """Put a note in the place of each."""
        self._called = set()
        self._found = [one for one in found if not overrides.is_dunder(one.name)]
        for override in self._found:
            owner = importlib.import_module(override.module)
            for name in override.qualname.split(".")[:-1]:
                owner = getattr(owner, name)
            method = vars(owner)[override.name]
            setattr(owner, override.name, self._watched(method, override.key))

    def uncalled(self, config):
        """Return those that no run has called; none as long as another one goes on.

        :rtype: list[Override]
        """
        called = pytest_share.gather(config, self._called)
        if called is None:
            return []
        return [one for one in self._found if one.key not in called]

    def _watched(self, method, key):
        if isinstance(method, (classmethod, staticmethod)):
            return type(method)(self._watched(method.__func__, key))
        if isinstance(method, property):
            return method.getter(self._watched(method.fget, key))

        @functools.wraps(method)
        def noted(*args, **kwargs):
            self._called.add(key)
            return method(*args, **kwargs)

        return noted
