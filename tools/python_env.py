"""The Python environment in `build/venv`, with pinned packages."""

import importlib.util
import os
import shutil
import sys

from .console import Stop, run
from .paths import BUILD, ROOT, TOOLS
from .step import locked, once

VENV = BUILD / "venv"
PYTHON = VENV / "bin/python"
BYTECODE = BUILD / "pycache"
REQUIREMENTS = TOOLS / "requirements.txt"
OLDEST = (3, 10)


def ensure():
    """Have the environment; it is made anew when pins, Python or place change."""
    if sys.version_info < OLDEST:
        raise Stop(f"Odoo 19 needs Python 3.10 or newer, not {sys.version.split()[0]}.")
    # Inside the environment `sys.executable` is already its own.
    if sys.prefix != sys.base_prefix and PYTHON.samefile(sys.executable):
        return
    with locked("venv"):
        once("Installing the Python packages", "venv", inputs(), _install)


def packages():
    """Return the Debian packages needed, and whether each is there."""
    return {"python3-venv": importlib.util.find_spec("ensurepip")}


def inputs():
    """Return what the environment is made from."""
    return [REQUIREMENTS, str(VENV), sys.version, sys.base_prefix]


def _install():
    # No half folder renamed at the end: an environment's programs know their place.
    shutil.rmtree(VENV, ignore_errors=True)
    run([sys.executable, "-m", "venv", VENV], log="venv")
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check"]
    run([*pip, "install", "--no-input", "-r", REQUIREMENTS], log="pip")


def enter():
    """Continue this very command inside the environment, in the same process."""
    _keep_bytecode()
    if sys.prefix == str(VENV):
        return
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "tools", *sys.argv[1:]])


def _keep_bytecode():
    """Have all programs keep what Python compiles, whatever the environment says.

    Odoo is thousands of files, and tests start it by the dozen. It is kept in `build/`,
    beside none of the files: nothing else lies in the checkout that git would not know.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(BYTECODE)
