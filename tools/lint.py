"""The linters. They see the working tree, so also what is not committed yet.

`make lint` runs all of them. The hooks of .pre-commit-config.yaml run one each, as
`python -m tools.lint NAME`, each in an environment of its own: so nothing here needs
more than Python and the linter.
"""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from . import addon
from .console import Stop, say
from .paths import ADDON, BUILD, ROOT

PROGRAMS = Path(sys.executable).parent
# Two linters want the addon in a folder of its name. The OCA hooks check nothing, and
# do not say so, where that folder is the top of a git repository itself.
REPOSITORY = BUILD / "lint"
AT_ONCE = 2  # The processors that a machine has at least.
PARTS = 3  # Of the tests: two at a time, they end about when the addon has ended, too.
# It keeps all that it has read until it ends. To look for what could be thrown away
# takes a third of its time, and finds nothing; without, it needs a tenth more memory.
PYLINT = "import gc; gc.disable(); from pylint import run_pylint; run_pylint()"


def run(*names):
    """Run all linters, or those that are named.

    :param str names: keys of ``LINTERS``
    :raise Stop: if one of them complains
    """
    copy_addon(REPOSITORY)
    results = _look(names or [*LINTERS])
    for name, complaints in results.items():
        say(f"  {name}: {'complains' if complaints else 'nothing to complain about'}")
        if complaints:
            say(complaints)
    failed = [name for name, complaints in results.items() if complaints]
    if failed:
        mend = "build/venv/bin/ruff check --fix; build/venv/bin/ruff format"
        raise Stop(f"Linters complain: {', '.join(failed)}. Much is mended by: {mend}")


def _look(names):
    """Return what each linter says, by its name: the short ones run beside pylint."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        said = pool.map(lambda name: LINTERS[name](), names)
        return dict(zip(names, said, strict=True))


def copy_addon(repository):
    """Copy the addon under its own name into a git repository made for it."""
    addon.copy(addon.shipped_files(), repository / ADDON)
    for name in [".pylintrc", ".oca_hooks.cfg"]:
        shutil.copy(ROOT / name, repository)
    _complaints(["git", "init", "--quiet", repository], ROOT)


def ruff():
    """Look for bad Python."""
    options = ["--quiet", "--output-format=concise"]
    return _complaints([PROGRAMS / "ruff", "check", *options], ROOT)


def ruff_format():
    """Look for Python that is not formatted; `build/venv/bin/ruff format` mends it."""
    return _complaints([PROGRAMS / "ruff", "format", "--check"], ROOT)


def pylint(repository):
    """Look for bad Odoo: in the addon and in parts of its tests, two at a time.

    The tests have twice as much code as the addon, and nothing else here takes long.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        look = partial(_complaints, folder=repository)
        said = pool.map(look, _pylint_commands(repository))
        return "\n".join(filter(None, said))


def _pylint_commands(repository):
    """Return a command for each part of the code.

    Each folder of models/ adds its own to what Odoo has, in a class of its own. And
    pylint-odoo takes no tests in folders for tests, whose texts nobody translates.
    """
    program = [sys.executable, "-c", PYLINT, "--rcfile=.pylintrc"]
    tests = f"{ADDON}/tests"
    allowed = "--disable=consider-merging-classes-inherited"
    inside = (repository / ADDON).glob("tests/*")
    parts = sorted(str(one) for one in inside if one.is_dir() or one.suffix == ".py")
    yield [*program, allowed, f"--ignore-paths=^{tests}/.*", ADDON]
    for some in filter(None, (parts[number::PARTS] for number in range(PARTS))):
        yield [*program, f"{allowed},translation-required", *some]


def oca(repository):
    """Look for what the Odoo Community Association does not accept."""
    complaints = _complaints([PROGRAMS / "oca-checks-odoo-module", ADDON], repository)
    catalogues = sorted((repository / ADDON).glob("i18n/*.po*"))
    if catalogues:
        complaints += _complaints([PROGRAMS / "oca-checks-po", *catalogues], repository)
    return complaints


def imports(repository):
    """Look for imports from a folder that stands higher, as pyproject.toml says."""
    program = PROGRAMS / "lint-imports"
    command = [program, "--config", ROOT / "pyproject.toml", "--no-cache"]
    return _complaints(command, repository)


def calls():
    """Look for names and calls that reach upwards in the house."""
    from . import house

    return "\n".join(house.find_complaints())


def _complaints(command, folder):
    """Return what a command says if it fails, else nothing.

    A commit hook gets variables that would have every git here use the checkout.
    """
    env = {key: os.environ[key] for key in os.environ if not key.startswith("GIT_")}
    result = subprocess.run(
        command,
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    said = result.stdout.strip() or f"{command[0]} failed"
    return said if result.returncode else ""


LINTERS = {
    "ruff": ruff,
    "ruff-format": ruff_format,
    "pylint-odoo": partial(pylint, REPOSITORY),
    "oca-hooks": partial(oca, REPOSITORY),
    "import-linter": partial(imports, REPOSITORY),
    "house": calls,
}

if __name__ == "__main__":
    try:
        run(*sys.argv[1:])
    except Stop as reason:
        sys.exit(str(reason))
