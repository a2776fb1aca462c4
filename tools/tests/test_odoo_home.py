"""ODOO_HOME: another Odoo than the downloaded one."""

import os
import subprocess
import sys

import pytest

from tools import odoo_home, python_env
from tools.paths import ROOT

pytestmark = pytest.mark.tools


def setup(home):
    """Run the command as a developer does; return its code and what it said."""
    result = subprocess.run(
        [sys.executable, "-m", "tools", "setup"],
        cwd=ROOT,
        env={**os.environ, "ODOO_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stderr


@pytest.fixture
def home(tmp_path):
    """Return a function that makes an Odoo of some version."""

    def make(version):
        (tmp_path / "odoo").mkdir()
        (tmp_path / "odoo/release.py").write_text(f"version_info = {version}\n")
        return tmp_path

    return make


def test_a_wrong_version_is_refused(home):
    code, message = setup(home((18, 0, 0, "final", 0, "")))
    assert code == 1
    assert "is Odoo 18.0; this addon needs Odoo 19.0" in message


def test_a_folder_without_odoo_is_refused(tmp_path):
    code, message = setup(tmp_path)
    assert code == 1
    assert "must be the folder that holds the" in message


def test_the_right_version_is_taken(home):
    assert setup(home((19, 0, 0, "final", 0, ""))) == (0, "")


def test_addons_beside_the_package_are_found(home, monkeypatch):
    folder = home((19, 0))
    (folder / "addons/web/static").mkdir(parents=True)
    (folder / "addons/web/__manifest__.py").touch()
    monkeypatch.setenv("ODOO_HOME", str(folder))
    assert odoo_home.addons_paths() == [folder / "addons"]
    assert odoo_home.addon_names() == {"web"}


def test_what_python_compiles_is_kept_below_build(monkeypatch):
    """Else each of the many starts of Odoo would compile all of it again."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "elsewhere")
    monkeypatch.setattr(sys, "prefix", str(python_env.VENV))
    python_env.enter()
    look = "import sys; print(sys.dont_write_bytecode, sys.pycache_prefix, sep='\\n')"
    command = [sys.executable, "-c", look]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == ["False", str(ROOT / "build/pycache")]
