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


def test_a_table_has_what_each_file_took(tmp_path):
    (tmp_path / "test_slow.py").write_text(SLOW)
    (tmp_path / "test_quick.py").write_text("def test_it(): pass\n")
    code, said = small_pytest.run(tmp_path, "-ptools.pytest_costs", tmp_path)
    assert code == 0, said
    lines = [line.split() for line in said.splitlines() if ".py " in line]
    rows = {name: [*map(float, rest)] for name, *rest in lines if len(rest) == 5}
    assert [*rows] == ["test_slow.py", "test_quick.py"], "the longest first"
    clock, processors, setup, call, teardown = rows["test_slow.py"]
    assert clock >= 1
    assert processors >= 0.5
    assert setup >= 0.3
    assert call >= 0.5
    assert teardown >= 0.2
    assert "all files" in said
