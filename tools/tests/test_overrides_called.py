"""A whole run of the addon's tests fails for an override that no test has called."""

import pytest

from tools.tests import small_pytest

# An addon with an override of each sort; `tools.overrides` would read Odoo for them.
ADDON = """
import ast
import sys
import types

import pytest

from tools import overrides

CODE = '''
class IrRule:
    def _compute_domain(self, model_name, mode="read"):
        return model_name, mode

    @classmethod
    def _match(cls, path_info):
        return cls, path_info

    @property
    def name(self):
        return "a rule"
'''
NAME = f"{overrides.PACKAGE}.models.ir_rule"
sys.modules[NAME] = types.ModuleType(NAME)
exec(CODE, vars(sys.modules[NAME]))
found = [
    overrides.Override(
        "ir.rule",
        node.name,
        "models/ir_rule.py",
        f"IrRule.{node.name}",
        node,
        (),
    )
    for node in ast.parse(CODE).body[0].body
]
overrides.current = lambda: types.SimpleNamespace(found=found)

@pytest.fixture
def rules():
    return sys.modules[NAME].IrRule
"""
TESTS = {
    "_compute_domain": "assert rules()._compute_domain('x') == ('x', 'read')",
    "_match": "assert rules._match('/my') == (rules, '/my')",
    "name": "assert rules().name == 'a rule'",
}


def run(folder, names, more=""):
    """Run the tests that call some of the overrides, and more tests."""
    (folder / "conftest.py").write_text(ADDON)
    bodies = "".join(f"    {TESTS[name]}\n" for name in names)
    (folder / "test_it.py").write_text(f"def test_it(rules):\n{bodies}\n{more}\n")
    return small_pytest.run(folder, "-ptools.pytest_overrides", folder)


def test_overrides_that_are_called_pass_and_do_what_they_did(tmp_path):
    code, said = run(tmp_path, TESTS)
    assert code == 0, said
    assert "no test calls" not in said


def test_an_override_that_no_test_calls_fails_the_run(tmp_path):
    for left_out in TESTS:
        code, said = run(tmp_path, TESTS.keys() - {left_out})
        assert code == 1, said
        assert f"no test calls IrRule.{left_out}" in said
        assert said.count("no test calls") == 1


def test_nor_is_it_forgotten_where_a_test_fails_that_may_pass_alone(tmp_path):
    bad = "def test_bad(): assert False"
    assert run(tmp_path, TESTS, bad)[0] == pytest.ExitCode.TESTS_FAILED
    code, said = run(tmp_path, TESTS.keys() - {"name"}, bad)
    assert code == pytest.ExitCode.INTERRUPTED, said
    assert "no test calls IrRule.name" in said
