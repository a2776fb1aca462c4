"""What `make test` does, in which order, and what it says at the end."""

import json
import os
import re
import runpy

import pytest

from tools import (
    lanes,
    outside,
    paths,
    pytest_long,
    pytest_run,
    pytest_strict,
    step,
    test,
)
from tools import long as long_tests
from tools.console import Stop
from tools.tests import small_pytest

pytestmark = pytest.mark.tools

WORKS = (
    "prepare_database",
    "addon_tests",
    "more_addon_tests",
    "odoo_lint",
    "outside_tests",
    "more_outside_tests",
)


@pytest.fixture
def done(tmp_path, monkeypatch):
    """Have checks that do nothing; return a function that names those done."""
    monkeypatch.setattr(lanes, "LOGS", tmp_path / "log")
    monkeypatch.setattr(step, "LOCKS", tmp_path / "lock")
    monkeypatch.setattr(paths, "FAILURES", tmp_path / "failures.txt")
    monkeypatch.setattr(pytest_run, "CACHES", tmp_path / "pytest")
    monkeypatch.setattr(test.pytest_share, "FOLDER", tmp_path / "share")
    monkeypatch.setenv(test.EXAMPLES, "")
    monkeypatch.delenv(test.EXAMPLES)  # What a command sets is undone, too.
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
        "More of the addon",
        "Tests from outside",
        "More from outside",
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


def test_the_tests_from_outside_come_after_the_others_where_that_is_wanted(
    done, monkeypatch
):
    at_once, before = [], {"install", "lint"}
    in_lanes = lanes.run

    def run(works, lost):
        at_once.append({*works})
        return in_lanes(works, lost)

    monkeypatch.setattr(lanes, "run", run)
    assert test.run() == 0
    assert at_once == [before, {"addon", "outside"}]
    monkeypatch.setenv(test.IN_TURN, "1")
    at_once.clear()
    assert test.run() == 0
    assert at_once == [before, {"addon", "more"}, {"outside", "others"}]
    assert done() == {*WORKS, "lint"}


@pytest.mark.parametrize(
    ("work", "title"),
    [
        ("addon_tests", "Tests of the addon"),
        ("more_addon_tests", "More of the addon"),
        ("outside_tests", "Tests from outside"),
        ("more_outside_tests", "More from outside"),
    ],
)
@pytest.mark.parametrize("alone", ["passed", "FAILED", test.NOTHING])
def test_what_fails_is_tried_once_more_alone(
    done, monkeypatch, capsys, work, title, alone
):
    def tests(arguments):
        if arguments != pytest_run.AGAIN or alone == "FAILED":
            raise Stop("Failed:\n    test_x.py::test_y")
        return alone

    monkeypatch.setattr(test, work, tests)
    assert test.run() == (alone != "passed")
    said = capsys.readouterr().out
    assert "test_x.py::test_y" in said
    outcome = test.UNSTEADY if alone == "passed" else "FAILED"
    assert f"{title:20} {outcome}" in said


# A run that ends after a test that fails once, and before one that would fail.
CUT = """
import pathlib
import pytest

def test_once():
    note = pathlib.Path(__file__).with_name("note")
    is_there = note.exists()
    note.touch()
    assert is_there

def test_end(): {end}

def test_wrong(): assert False
"""


@pytest.mark.parametrize(
    "end", ["pytest.exit('over')", "raise KeyboardInterrupt", "import os; os._exit(9)"]
)
def test_a_run_that_did_not_come_to_its_end_has_not_passed(tmp_path, monkeypatch, end):
    monkeypatch.setattr(pytest_run, "CACHES", tmp_path / "caches")
    monkeypatch.setenv(pytest_strict.KEPT_IN, f"{tmp_path / 'failures.txt'}")
    (tmp_path / "test_it.py").write_text(CUT.format(end=end))

    def tests(arguments):
        words = [f"--rootdir={tmp_path}", "-pno:odoo", *arguments, tmp_path]
        return pytest_run.run(*words, cache="cut")

    with pytest.raises(Stop):
        test.steadily(tests, [])


@pytest.fixture
def told(tmp_path, monkeypatch):
    """Return what pytest is told to do, instead of doing it."""
    told = []
    monkeypatch.setattr(pytest_run, "CACHES", tmp_path)
    monkeypatch.setattr(pytest_run, "run", lambda *words, cache: told.append(words))
    return told


def write_failed(folder, *names):
    file = folder / "v/cache/lastfailed"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(dict.fromkeys(names, True)))


def test_of_a_story_that_fails_all_of_it_is_tried_once_more(told, tmp_path):
    names = ("test_x.py::test_end", "test_x.py::test_z[a]", "test_y.py::test_it")
    write_failed(tmp_path / "outside-second", *names)
    test.more_outside_tests(pytest_run.AGAIN)
    files = [outside.FOLDER / name for name in ("test_x.py", "test_y.py")]
    assert [*told[0][-2:]] == files
    assert not [word for word in told[0] if "--last-failed" in str(word)]
    assert test.outside_tests(pytest_run.AGAIN) == test.NOTHING, "the other lane's"


def test_each_test_from_outside_is_run_by_one_round_alone(told):
    for tests in (outside.outside_tests, outside.more_outside_tests):
        tests([])
        tests([], outside.LONG)
    outside.lone_tests([])
    marks = [words[words.index("-m") + 1] for words in told]
    both = [outside.SHORT, outside.LONG]
    assert marks == [*both, *both, outside.ALONE]
    shares = [[word for word in words if "--share=" in str(word)] for words in told]
    first, second = [["--share=first"]] * 2, [["--share=second"]] * 2
    assert shares == [*first, *second, []]


def test_what_one_command_leaves_out_the_other_one_runs(tmp_path):
    """Each test from outside that is of the addon, whatever its marks are."""
    lines = ["import pytest"]
    for number, names in enumerate(([], ["long"], ["alone"], ["long", "alone"])):
        lines += [f"@pytest.mark.{name}" for name in names]
        lines.append(f"def test_{number}(): pass")
    (tmp_path / "test_it.py").write_text("\n".join(lines))
    ini = f"--config-file={outside.FOLDER / 'pytest.ini'}"
    run = []
    for marks in (outside.SHORT, outside.LONG, outside.ALONE):
        _code, said = small_pytest.run(tmp_path, ini, "-v", "-m", marks, tmp_path)
        run.append([*map(int, re.findall(r"::test_(\d) PASSED", said))])
    assert run == [[0], [1], [2, 3]]


TAGGED = """
class TestShort:
    test_tags = {"post_install"}
    def test_0(self): pass

class TestLong(TestShort):
    test_tags = {"post_install", "long"}
    def test_1(self): pass

class TestDrawn:
    test_tags = {"post_install", "drawn"}
    def test_3(self): pass

class TestLongDrawn:
    test_tags = {"post_install", "long", "drawn"}
    def test_4(self): pass

class TestOneLong:
    def test_5(self): pass
    test_5.test_tags = {"post_install", "long"}
    def test_6(self): pass

def test_2(): pass
"""


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (pytest_long.SHORT, ["0", "2", "3", "6"]),
        (pytest_long.LONG, ["0", "1", "3", "4", "5"]),
        (None, ["0", "0", "1", "2", "3", "4", "5", "6"]),
    ],
)
def test_what_is_long_is_left_out_and_what_is_drawn_runs_twice(
    tmp_path, which, expected
):
    (tmp_path / "test_it.py").write_text(TAGGED)
    words = [f"--long={which}"] if which else []
    plugin = "-ptools.pytest_long"
    _code, said = small_pytest.run(tmp_path, plugin, "-v", *words, tmp_path)
    assert sorted(re.findall(r"::test_(\d) PASSED", said)) == expected


def test_the_long_command_shares_what_the_short_one_leaves_out(done, monkeypatch):
    asked, at_once = [], []

    def make(name):
        return lambda arguments, *which: asked.append((name, arguments, *which))

    def run(works, _lost):
        at_once.append({*works})
        return [work() for work in works.values()]

    monkeypatch.setattr(lanes, "run", run)
    names = ("addon_tests", "more_addon_tests", "outside_tests", "more_outside_tests")
    for name in (*names, "lone_tests"):
        monkeypatch.setattr(long_tests, name, make(name))
    assert long_tests.run() == 0
    assert at_once == [{"install"}, {"addon", "outside"}, {"alone"}]
    assert asked == [
        # One lane after the other, as it is done here.
        ("addon_tests", [], pytest_long.LONG),
        ("more_outside_tests", [], outside.LONG),
        ("outside_tests", [], outside.LONG),
        ("more_addon_tests", [], pytest_long.LONG),
        ("lone_tests", []),
    ]
    assert done() == {"prepare_database"}


def test_nothing_is_left_of_the_run_before(done):
    for folder in (pytest_run.CACHES, test.pytest_share.FOLDER):
        folder.mkdir()
    assert test.run("-k something") == 0
    assert pytest_run.CACHES.exists(), "selected tests can be those that failed"
    assert test.run() == 0
    assert not pytest_run.CACHES.exists()
    assert not test.pytest_share.FOLDER.exists()


def test_selected_tests_that_fail_are_not_tried_again(done, monkeypatch):
    tries = []

    def tests(arguments):
        tries.append(arguments)
        raise Stop("why it fails")

    monkeypatch.setattr(test, "outside_tests", tests)
    assert test.run("tools/tests/test_x.py") == 1
    assert len(tries) == 1


def test_the_end_says_what_failed_and_why(done, monkeypatch, capsys):
    def tests(_arguments):
        paths.FAILURES.write_text("test_x.py::test_y (call): 1 is not 2\n")
        raise Stop("Failed")

    paths.FAILURES.write_text("of a run before\n")
    monkeypatch.setattr(test, "addon_tests", tests)
    assert test.run() == 1
    _, end = capsys.readouterr().out.split("== What failed")
    assert "1 is not 2" in end
    assert "of a run before" not in end


def test_all_tests_that_draw_examples_are_soaked():
    """The number that they draw by default is for a few seconds."""
    files = (paths.ROOT / "tests").rglob("test_*.py")
    texts = {f"{file.parent.name}/{file.name}": file.read_text() for file in files}
    drawn = {name for name, text in texts.items() if "@given(" in text}
    assert "gate/test_gate_property.py" in drawn
    assert drawn <= {*test.SOAKED}
    assert {*test.SOAKED} <= {*texts}
    for name in drawn:
        assert texts[name].count("@given(") == texts[name].count("@draws("), name
        # Those of customers in grace are the same classes, or `long`.
        assert '"drawn")' in texts[name] or name == "lifecycle/test_grace_matrix.py"


@pytest.mark.parametrize(
    ("asked", "expected"), [(None, 6), ("long", 60), ("10000", 10_000)]
)
def test_the_short_command_draws_a_part_of_what_the_long_one_draws(
    monkeypatch, asked, expected
):
    monkeypatch.delenv(test.EXAMPLES, raising=False)
    if asked:
        monkeypatch.setenv(test.EXAMPLES, asked)
    examples = runpy.run_path(str(paths.ROOT / "tests/examples.py"))
    drawn = examples["draws"](60)
    assert drawn.max_examples == expected
    assert drawn.derandomize == (asked != "10000")
    assert examples["VARIABLE"] == test.EXAMPLES
    assert examples["LONG"] == test.ALL_EXAMPLES


@pytest.mark.usefixtures("done")
def test_the_long_command_draws_all_examples(monkeypatch):
    monkeypatch.setattr(lanes, "run", lambda works, _lost: [])
    long_tests.run()
    assert os.environ[test.EXAMPLES] == test.ALL_EXAMPLES
