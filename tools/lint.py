"""The linters. They see the working tree, so also what is not committed yet."""

import os
import shutil
import subprocess

from . import addon
from .console import Stop, say
from .paths import ADDON, BUILD, ROOT
from .python_env import PYTHON, VENV

# Two linters want the addon in a folder of its name. The OCA hooks check nothing, and
# do not say so, where that folder is the top of a git repository itself.
REPOSITORY = BUILD / "lint"
COPY = REPOSITORY / ADDON


def run():
    """Run all linters.

    :raise Stop: if one of them complains
    """
    copy_addon()
    linters = {"ruff": ruff, "format": ruff_format, "pylint-odoo": pylint, "OCA": oca}
    failed = []
    for name, linter in linters.items():
        complaints = linter()
        say(complaints or f"  {name}: nothing to complain about")
        failed += [name] if complaints else []
    if failed:
        raise Stop(f"Linters complain: {', '.join(failed)}")


def copy_addon():
    """Copy the addon under its own name into a git repository made for it."""
    addon.copy(addon.shipped_files(), COPY)
    for name in [".pylintrc", ".oca_hooks.cfg"]:
        shutil.copy(ROOT / name, REPOSITORY)
    _output(["git", "init", "--quiet", REPOSITORY])


def ruff():
    """Look for bad Python."""
    options = ["--quiet", "--output-format=concise"]
    return _output([VENV / "bin/ruff", "check", *options, ROOT])


def ruff_format():
    """Look for Python that is not formatted."""
    return _output([VENV / "bin/ruff", "format", "--diff", "--quiet", ROOT])


def pylint():
    """Look for bad Odoo."""
    return _output([PYTHON, "-m", "pylint", "--rcfile=.pylintrc", ADDON])


def oca():
    """Look for what the Odoo Community Association does not accept."""
    return oca_checks(REPOSITORY)


def oca_checks(repository):
    """Run the OCA hooks on the addon in a repository."""
    complaints = _output([VENV / "bin/oca-checks-odoo-module", ADDON], cwd=repository)
    catalogues = sorted(str(path) for path in (repository / ADDON).glob("i18n/*.po*"))
    if catalogues:
        command = [VENV / "bin/oca-checks-po", *catalogues]
        complaints += _output(command, cwd=repository)
    return complaints


def _output(command, cwd=REPOSITORY):
    """Return what a command says if it fails, else nothing."""
    environment = {**os.environ, "PATH": f"{VENV / 'bin'}:{os.environ['PATH']}"}
    result = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return (result.stdout or f"{command[0]} failed") if result.returncode else ""
