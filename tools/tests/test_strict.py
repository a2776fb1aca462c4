"""A test that did not run has not passed."""

import pytest

from tools.tests import small_pytest

pytestmark = pytest.mark.tools

SKIPS = {
    "mark": "@pytest.mark.skip\ndef test_it(): pass",
    "call": "def test_it(): pytest.skip('why')",
    "file": "pytest.skip('why', allow_module_level=True)",
    "unittest": "import unittest\n@unittest.skip('why')\n"
    "class TestIt(unittest.TestCase):\n    def test_it(self): pass",
    "log": "import logging\ndef test_it(): logging.getLogger('x').error('why')",
}


def run(folder, code):
    """Run pytest on a file of its own."""
    (folder / "test_it.py").write_text(f"import pytest\n{code}\n")
    return small_pytest.run(folder, "-ptools.pytest_strict", folder)


@pytest.mark.parametrize("code", SKIPS.values(), ids=SKIPS.keys())
def test_what_did_not_run_fails(tmp_path, code):
    code, said = run(tmp_path, code)
    assert code not in (0, 5), said
    assert "why" in said or "must run" in said


def test_what_ran_passes(tmp_path):
    assert run(tmp_path, "def test_it(): pass")[0] == 0


def test_what_failed_is_written_down_with_its_reason(tmp_path):
    run(tmp_path, "def test_it(): assert 1 == 2, 'one is not two'")
    [line] = (tmp_path / "failures.txt").read_text().splitlines()
    assert line.startswith("test_it.py::test_it (call): AssertionError: one is not two")
