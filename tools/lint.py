"""The linters. They see the working tree, so also what is not committed yet."""

import shutil
import subprocess

from . import addon, house
from .console import Stop, say
from .paths import ADDON, BUILD, ROOT
from .python_env import VENV

# Two linters want the addon in a folder of its name. The OCA hooks check nothing, and
# do not say so, where that folder is the top of a git repository itself.
REPOSITORY = BUILD / "lint"


def run():
    """Run all linters.

    :raise Stop: if one of them complains
    """
    copy_addon(REPOSITORY)
    results = {
        "ruff": ruff(),
        "format": ruff_format(),
        "pylint-odoo": pylint(REPOSITORY),
        "OCA": oca(REPOSITORY),
        "imports": imports(REPOSITORY),
        "house": "\n".join(house.find_complaints()),
    }
    for name, complaints in results.items():
        say(f"  {name}: {'complains' if complaints else 'nothing to complain about'}")
        if complaints:
            say(complaints)
    failed = [name for name, complaints in results.items() if complaints]
    if failed:
        mend = "build/venv/bin/ruff check --fix; build/venv/bin/ruff format"
        raise Stop(f"Linters complain: {', '.join(failed)}. Much is mended by: {mend}")


def copy_addon(repository):
    """Copy the addon under its own name into a git repository made for it."""
    addon.copy(addon.shipped_files(), repository / ADDON)
    for name in [".pylintrc", ".oca_hooks.cfg"]:
        shutil.copy(ROOT / name, repository)
    _complaints(["git", "init", "--quiet", repository], ROOT)


def ruff():
    """Look for bad Python."""
    options = ["--quiet", "--output-format=concise"]
    return _complaints([VENV / "bin/ruff", "check", *options], ROOT)


def ruff_format():
    """Look for Python that is not formatted; `build/venv/bin/ruff format` mends it."""
    return _complaints([VENV / "bin/ruff", "format", "--check"], ROOT)


def pylint(repository):
    """Look for bad Odoo."""
    return _complaints([VENV / "bin/pylint", "--rcfile=.pylintrc", ADDON], repository)


def oca(repository):
    """Look for what the Odoo Community Association does not accept."""
    complaints = _complaints([VENV / "bin/oca-checks-odoo-module", ADDON], repository)
    catalogues = sorted((repository / ADDON).glob("i18n/*.po*"))
    if catalogues:
        complaints += _complaints([VENV / "bin/oca-checks-po", *catalogues], repository)
    return complaints


def imports(repository):
    """Look for imports from a folder that stands higher, as pyproject.toml says."""
    program = VENV / "bin/lint-imports"
    command = [program, "--config", ROOT / "pyproject.toml", "--no-cache"]
    return _complaints(command, repository)


def _complaints(command, folder):
    """Return what a command says if it fails, else nothing."""
    result = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    said = result.stdout.strip() or f"{command[0]} failed"
    return said if result.returncode else ""
