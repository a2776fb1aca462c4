"""A run says which files took longest, and how busy the processors were."""

import pytest

from tools.tests import small_pytest

pytestmark = pytest.mark.tools

SLOW = """
import subprocess, sys, time, pytest

@pytest.fixture
def place():
    time.sleep(0.3)
    yield
    time.sleep(0.2)

def test_it(place):
    work = "import time\\nwhile time.process_time() < 0.5: pass"
    subprocess.run([sys.executable, "-c", work])
"""

FREEZING = """
import pytest
from freezegun import freeze_time

@pytest.fixture(scope="module", autouse=True)
def long_ago():
    with freeze_time("2020-01-01"):
        yield

def test_it(): pass
def test_another(): pass
"""


def test_a_table_has_what_each_file_took(tmp_path):
    (tmp_path / "test_slow.py").write_text(SLOW)
    (tmp_path / "test_quick.py").write_text("def test_it(): pass\n")
    rows, said = _run(tmp_path)
    assert [*rows] == ["test_slow.py", "test_quick.py"], "the longest first"
    clock, processors, setup, call, teardown = rows["test_slow.py"]
    assert clock >= 1
    assert processors >= 0.5
    assert setup >= 0.3
    assert call >= 0.5
    assert teardown >= 0.2
    assert "all files" in said


def test_a_test_that_freezes_the_time_took_no_years(tmp_path):
    (tmp_path / "test_frozen.py").write_text(FREEZING)
    rows, said = _run(tmp_path)
    assert all(0 <= seconds < 60 for seconds in rows["test_frozen.py"]), said


def _run(folder):
    """Return the rows of the table by the file's name, and all that was said."""
    code, said = small_pytest.run(folder, "-ptools.pytest_costs", folder)
    assert code == 0, said
    lines = [line.split() for line in said.splitlines() if ".py " in line]
    rows = {name: [*map(float, rest)] for name, *rest in lines if len(rest) == 5}
    return rows, said
