"""The addon's files: what is in the working tree, and what of it is shipped."""

import ast
import shutil
import subprocess

from .paths import ROOT
from .step import fingerprint

# What only developers need; all names that begin with a dot as well.
NOT_SHIPPED = {"Makefile", "pyproject.toml", "tools"}
# What is shipped, and makes no difference to a database.
NOT_INSTALLED = {"docs", "tests"}


def packages():
    """Return the Debian packages needed, and whether each is there."""
    return {"git": shutil.which("git")}


def files():
    """Return the paths of all files of the working tree, committed or not."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True).stdout
    names = sorted(set(output.decode().split("\0")) - {""})
    return [name for name in names if (ROOT / name).is_file()]


def shipped_files():
    """Return the paths of the files that belong to the installable addon."""
    return [name for name in files() if _is_shipped(name.split("/")[0])]


def _is_shipped(top):
    return top not in NOT_SHIPPED and not top.startswith(".")


def copy(names, folder):
    """Copy files of the working tree to a folder, which is emptied before."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in names:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)


def version():
    """Return the version in the addon's manifest."""
    return ast.literal_eval((ROOT / "__manifest__.py").read_text())["version"]


def state():
    """Return a fingerprint of the addon as it is now, as far as a database has it."""
    shipped = shipped_files()
    names = [name for name in shipped if name.split("/")[0] not in NOT_INSTALLED]
    return fingerprint(*names, *(ROOT / name for name in names))
