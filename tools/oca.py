"""Addons of the Odoo Community Association that the tests run beside.

They are wheels on the Python registry. Odoo finds them by their folder, not in the
environment: they name `odoo` as a package they need, which the registry has not.
"""

import ast

from .console import run
from .paths import BUILD, TOOLS
from .python_env import PYTHON
from .step import locked, once, rebuilt

FOLDER = BUILD / "oca"
WHEELS = TOOLS / "oca.txt"


def ensure():
    """Have the addons unpacked."""
    with locked("oca"):
        once("Getting the OCA addons", "oca", [WHEELS, str(FOLDER)], _install)


def addons_path():
    """Return the folder of the addons."""
    return FOLDER / "odoo/addons"


def versions():
    """Return the versions of the addons by name."""
    manifests = sorted(addons_path().glob("*/__manifest__.py"))
    return {path.parent.name: _read(path)["version"] for path in manifests}


def _read(manifest):
    return ast.literal_eval(manifest.read_text())


def _install():
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install"]
    options = ["--no-input", "--no-deps", "--no-compile", "-r", WHEELS]
    with rebuilt(FOLDER) as folder:
        run([*pip, *options, "--target", folder], log="oca")
