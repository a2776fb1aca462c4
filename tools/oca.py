"""Addons of the Odoo Community Association that the tests run beside.

They are wheels on the Python registry. Odoo finds them by their folder, not in the
environment: they name `odoo` as a package they need, which the registry has not.
"""

import ast
import shutil
from functools import partial

from .console import run
from .paths import BUILD, TOOLS
from .python_env import PYTHON
from .step import locked, once, rebuilt

FOLDER = BUILD / "oca"
WHEELS = TOOLS / "oca.txt"
# Of one test alone: with what they need of Python, so that no other one has either.
FILES_FOLDER, FILES_WHEELS = BUILD / "oca_files", TOOLS / "oca_files.txt"


def ensure():
    """Have the addons unpacked."""
    with locked("oca"):
        install = partial(_install, WHEELS, FOLDER)
        once("Getting the OCA addons", "oca", [WHEELS, str(FOLDER)], install)


def ensure_files():
    """Have the addons that keep files in another place unpacked.

    :return: the folder of the addons, and that of Python packages
    """
    title, inputs = "Getting OCA's addons for files", [FILES_WHEELS, str(FILES_FOLDER)]
    with locked("oca-files"):
        once(title, "oca-files", inputs, _install_files)
    return FILES_FOLDER / "addons", FILES_FOLDER / "packages"


def _install_files():
    """Part them: beside a folder `odoo`, Python would not find Odoo itself."""
    _install(FILES_WHEELS, FILES_FOLDER / "packages")
    addons = FILES_FOLDER / "packages/odoo/addons"
    shutil.rmtree(FILES_FOLDER / "addons", ignore_errors=True)
    addons.rename(FILES_FOLDER / "addons")
    addons.parent.rmdir()


def addons_path():
    """Return the folder of the addons."""
    return FOLDER / "odoo/addons"


def versions():
    """Return the versions of the addons by name."""
    manifests = sorted(addons_path().glob("*/__manifest__.py"))
    return {path.parent.name: _read(path)["version"] for path in manifests}


def _read(manifest):
    return ast.literal_eval(manifest.read_text())


def _install(wheels, target):
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install"]
    options = ["--no-input", "--no-deps", "--no-compile", "-r", wheels]
    with rebuilt(target) as folder:
        run([*pip, *options, "--target", folder], log="oca")
