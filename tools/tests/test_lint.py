"""The linters do look: some of them say nothing where they check nothing."""

import shutil
import subprocess

import pytest
import yaml

from tools import addon, lint
from tools.paths import ADDON, ROOT
from tools.python_env import REQUIREMENTS

pytestmark = pytest.mark.tools


@pytest.fixture
def repository(tmp_path):
    """A copy of the addon to spoil."""
    lint.copy_addon(tmp_path)
    return tmp_path


def test_the_oca_hooks_report_a_broken_addon(repository):
    (repository / ADDON / "views/forgotten_views.xml").write_text("<odoo/>\n")
    assert "forgotten_views.xml" in lint.oca(repository)


def test_pylint_reports_a_broken_addon(repository):
    bad = "def f(self):\n    return self.env.cr.execute('%s' % self.id)\n"
    for folder in ("controllers", "models", "tests", "wizards"):
        shutil.rmtree(repository / ADDON / folder)  # They would take a minute.
    (repository / ADDON / "__init__.py").write_text(bad)
    assert "sql-injection" in lint.pylint(repository)


def test_linters_see_what_is_not_committed(tmp_path, monkeypatch):
    """In a checkout of its own: tests beside it read the working tree."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "not_committed.py").write_text("import os\n")
    for module in (addon, lint):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    assert "not_committed.py" in lint.ruff()
    assert "not_committed.py" in addon.files()


def test_tests_write_nothing_into_the_working_tree():
    file = ROOT / "tools/tests/written.py"
    with pytest.raises(PermissionError, match="written.py"):
        file.write_text("")
    assert not file.exists()


def test_developer_files_are_not_shipped():
    tops = {name.split("/")[0] for name in addon.shipped_files()}
    assert "__manifest__.py" in tops
    assert not tops & {"tools", "Makefile", "pyproject.toml", "build", ".ci"}
    assert not [top for top in tops if top.startswith(".")]


@pytest.fixture
def hooks():
    """The hooks that run before a commit, by their id."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    return {hook["id"]: hook for repo in config["repos"] for hook in repo["hooks"]}


def test_what_runs_before_a_commit_is_what_make_lint_runs(hooks):
    assert hooks.keys() == lint.LINTERS.keys()
    for name, hook in hooks.items():
        assert hook["entry"] == f"python -m tools.lint {name}"


def test_linters_have_one_version_everywhere(hooks):
    pins = set(REQUIREMENTS.read_text().splitlines())
    for hook in hooks.values():
        assert hook["additional_dependencies"]
        assert set(hook["additional_dependencies"]) <= pins
