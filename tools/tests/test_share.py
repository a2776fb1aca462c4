"""Two runs side by side share the addon's tests."""

import pytest

from tools.pytest_share import RUNS
from tools.tests import small_pytest

pytestmark = pytest.mark.tools

# What each test notes: who it is, and that nothing of another class is set up.
TEST = """
import os, time, unittest
from pathlib import Path

NOTES = Path({notes!r})
NAME = {name!r}

def note(what):
    with (NOTES / f"{{os.environ['RUN']}}.txt").open("a") as file:
        file.write(f"{{NAME}} {{what}}\\n")

class TestIt(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        note("set up")

    @classmethod
    def tearDownClass(cls):
        note("torn down")

    def test_a(self):
        note("a")
        time.sleep({seconds})

    def test_b(self):
        note("b")
        assert NAME != {fails!r}
"""
# The files of one name share something.
TOGETHER = """
import pytest

def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.name == "test_b.py":
            item.getparent(pytest.Module).add_marker(pytest.mark.together("b"))
"""
EACH = ["set up", "a", "b", "torn down"]
FILES = [f"{folder}/test_{name}.py" for folder in "xyz" for name in "abc"]
OVERRIDES = """
import types
import pytest
from tools import overrides, pytest_overrides

found = [types.SimpleNamespace(
    key=(name, "x.py"), name=name, path="x.py", qualname=name,
    node=types.SimpleNamespace(lineno=1)) for name in {names!r}]
overrides.current = lambda: types.SimpleNamespace(found=[])

@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session):
    watch = session.config.stash[pytest_overrides.WATCHED]
    watch._found = found
    watch._called.add((os.environ["RUN"], "x.py"))
"""


@pytest.fixture
def folder(tmp_path):
    """Return a folder with tests in several folders."""
    write(tmp_path)
    return tmp_path


def write(folder, seconds=0.05, fails=None, files=FILES):
    (folder / "notes").mkdir(exist_ok=True)
    for name in files:
        path = folder / "tests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        values = {"name": name, "seconds": seconds, "fails": fails}
        path.write_text(TEST.format(notes=f"{folder / 'notes'}", **values))


def start(folder, run, *options):
    """Start one of the runs; do not wait for it."""
    share = [f"--share={run}", f"--share-in={folder / 'share'}"]
    words = ["-ptools.pytest_share", *share, *options, folder / "tests"]
    return small_pytest.start(folder, *words, RUN=run)


def run_both(folder, *options):
    """Run both at once; return what each said, and its exit code."""
    both = [start(folder, run, *options) for run in RUNS]
    return [(one.communicate()[0], one.returncode) for one in both]


def read(folder, run):
    """Return what the tests of a run noted."""
    path = folder / "notes" / f"{run}.txt"
    return path.read_text().splitlines() if path.exists() else []


def test_each_test_runs_once_and_each_class_is_set_up_alone(folder):
    for said, code in run_both(folder):
        assert code == 0, said
    notes = [read(folder, run) for run in RUNS]
    assert all(notes), "one did all"
    seen = [*notes[0], *reversed(notes[1])]
    assert sorted(seen) == sorted(f"{name} {what}" for name in FILES for what in EACH)
    for lines in notes:
        for at in range(0, len(lines), len(EACH)):
            [name] = {line.split()[0] for line in lines[at : at + len(EACH)]}
            assert lines[at : at + len(EACH)] == [f"{name} {what}" for what in EACH]


def test_they_begin_at_both_ends(folder):
    run_both(folder)
    assert read(folder, "first")[0].startswith(FILES[0])
    assert read(folder, "second")[0].startswith(FILES[-1])


def test_files_that_belong_together_are_taken_as_one_in_their_order(folder):
    (folder / "tests/conftest.py").write_text(TOGETHER)
    for said, code in run_both(folder):
        assert code == 0, said
    found = [[line for line in read(folder, run) if "_b" in line] for run in RUNS]
    [mine] = filter(None, found)
    names = [f"{each}/test_b.py" for each in "xyz"]
    assert mine == [f"{name} {what}" for name in names for what in EACH]


def test_one_that_comes_late_finds_nothing_left_and_passes(folder):
    assert start(folder, "first").wait() == 0
    assert start(folder, "second").wait() == 0
    assert len(read(folder, "first")) == len(FILES) * len(EACH)
    assert read(folder, "second") == []


def test_a_test_that_fails_fails_the_run_that_took_it(folder):
    write(folder, fails=FILES[0])
    codes = [code for _said, code in run_both(folder)]
    assert codes == [1, 0]
    assert len(read(folder, "first")) + len(read(folder, "second")) == 36


def test_a_file_that_cannot_be_read_fails_both(folder):
    (folder / "tests/x/test_a.py").write_text("import nothing_of_that_name")
    assert [code for _said, code in run_both(folder)] == [2, 2]


@pytest.mark.parametrize(
    ("names", "codes"), [(RUNS, [0, 0]), ((*RUNS, "neither"), [0, 1])]
)
def test_an_override_is_called_if_one_of_them_calls_it(folder, names, codes):
    (folder / "tests" / "conftest.py").write_text(
        f"import os\n{OVERRIDES.format(names=names)}"
    )
    plugin = "-ptools.pytest_overrides"
    first = start(folder, RUNS[0], plugin)
    assert first.wait() == codes[0], "the other one may call it"
    second = start(folder, RUNS[1], plugin)
    said = second.communicate()[0]
    assert second.returncode == codes[1], said
    assert ("no test calls neither" in said) == bool(codes[1])
