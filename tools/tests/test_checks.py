"""What `make test` does, in which order, and what it says at the end."""

import pytest

from tools import lanes, step, test
from tools.console import Stop

pytestmark = pytest.mark.tools

WORKS = ("prepare_database", "addon_tests", "odoo_lint", "outside_tests")


@pytest.fixture
def done(tmp_path, monkeypatch):
    """Have checks that do nothing; return a function that names those done."""
    monkeypatch.setattr(lanes, "LOGS", tmp_path / "log")
    monkeypatch.setattr(step, "LOCKS", tmp_path / "lock")
    notes = tmp_path / "done"
    notes.mkdir()

    def make(name):
        # A file for each: lanes are processes of their own.
        return lambda *_arguments: (notes / name).touch()

    for name in WORKS:
        monkeypatch.setattr(test, name, make(name))
    monkeypatch.setattr(test.lint, "run", make("lint"))
    return lambda: {note.name for note in notes.iterdir()}


def fail(*_arguments):
    raise Stop("why it fails")


def test_all_checks_are_done(done, capsys):
    assert test.run() == 0
    assert done() == {*WORKS, "lint"}
    said = capsys.readouterr().out
    assert "All passed" in said
    for title in (
        "Linters",
        "Installation",
        "Tests of the addon",
        "Tests from outside",
    ):
        assert f"{title:20} passed" in said


def test_a_check_that_fails_fails_all_and_the_others_are_done(
    done, monkeypatch, capsys
):
    monkeypatch.setattr(test, "addon_tests", fail)
    monkeypatch.setattr(test.lint, "run", fail)
    assert test.run() == 1
    assert done() == {*WORKS} - {"addon_tests"}
    said = capsys.readouterr().out
    assert "addon   | why it fails" in said
    assert f"{'Tests of the addon':20} FAILED" in said


def test_nothing_is_tested_in_a_database_without_the_addon(done, monkeypatch):
    monkeypatch.setattr(test, "prepare_database", fail)
    assert test.run() == 1
    assert done() == {"lint"}
    assert test.run("-k something") == 1
    assert done() == {"lint"}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("-k something", {"prepare_database", "addon_tests", "outside_tests"}),
        ("tests/common.py", {"prepare_database", "addon_tests", "outside_tests"}),
        ("tools/tests/conftest.py -x", {"addon_tests", "outside_tests"}),
    ],
)
def test_selected_tests_need_neither_linters_nor_all_databases(
    done, arguments, expected
):
    assert test.run(arguments) == 0
    assert done() == expected


def test_lanes_wait_for_each_other_where_that_is_wanted(done, monkeypatch):
    at_once = []
    in_lanes = lanes.run

    def run(works, lost):
        at_once.append(len(works))
        return in_lanes(works, lost)

    monkeypatch.setattr(lanes, "run", run)
    assert test.run() == 0
    assert at_once == [2, 2]
    monkeypatch.setenv(test.ONE_LANE, "1")
    at_once.clear()
    assert test.run() == 0
    assert at_once == [1, 1, 1, 1]
    assert done() == {*WORKS, "lint"}


@pytest.mark.parametrize(("alone", "code"), [(True, 0), (False, 1)])
def test_what_fails_from_outside_is_tried_once_more_alone(
    done, monkeypatch, capsys, alone, code
):
    def outside(arguments):
        if not (alone and "--last-failed" in arguments):
            raise Stop("Failed:\n    test_x.py::test_y")

    monkeypatch.setattr(test, "outside_tests", outside)
    assert test.run() == code
    said = capsys.readouterr().out
    assert "test_x.py::test_y" in said
    assert f"{'Tests from outside':20} {test.UNSTEADY if alone else 'FAILED'}" in said
