"""What is given to others: complete, without the developers' things, installable."""

import os
import subprocess
import zipfile

import pytest

from tools import databases, dist, odoo_run
from tools.paths import ADDON, BUILD, CHECKOUT
from tools.python_env import PYTHON

pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def packages():
    """Build both packages; return `{ending: path}`."""
    return {path.suffix: path for path in dist.build()}


def names(package):
    """Return the paths in a package."""
    return zipfile.ZipFile(package).namelist()


def test_the_zip_has_one_folder_without_developer_files(packages):
    paths = names(packages[".zip"])
    assert {path.split("/")[0] for path in paths} == {ADDON}
    tops = {path.split("/")[1] for path in paths}
    assert {"__manifest__.py", "LICENSE", "models", "views", "static"} <= tops
    assert not tops & {"tools", "Makefile", "pyproject.toml", "build"}
    assert not [top for top in tops if top.startswith(".")]


def test_the_same_files_make_the_same_zip(packages):
    before = packages[".zip"].read_bytes()
    dist.build()
    assert packages[".zip"].read_bytes() == before


def test_the_addon_installs_from_the_zip(packages, tmp_path, make_database):
    zipfile.ZipFile(packages[".zip"]).extractall(tmp_path)
    database = make_database("zip", from_template=False)
    paths = ",".join(map(str, [tmp_path, *odoo_run.addons_path()[1:]]))
    config = odoo_run.configure(tmp_path / "odoo.conf", addons_path=paths)
    log = odoo_run.install(database, [ADDON], f"zip-{CHECKOUT}", config=config)
    query = "SELECT state FROM ir_module_module WHERE name = %s"
    assert databases.query(query, [ADDON], database) == [("installed",)], log


def test_the_wheel_has_one_importable_addon(packages, tmp_path):
    paths = [path.split("/") for path in names(packages[".whl"])]
    assert {path[2] for path in paths if path[0] == "odoo"} == {ADDON}
    zipfile.ZipFile(packages[".whl"]).extractall(tmp_path)
    code = f"import odoo.init, odoo.addons.{ADDON} as it; print(it.__file__)"
    odoo_run.configure(BUILD / "odoo.conf")
    result = subprocess.run(
        [PYTHON, "-c", code],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.startswith(str(tmp_path))
