"""What is given to others: a zip to unpack into an addons folder, and a wheel."""

import subprocess
import zipfile

from . import addon
from .console import doing, run, say
from .paths import ADDON, BUILD, ROOT
from .python_env import PYTHON
from .step import rebuilt

DIST = BUILD / "dist"
TREE = BUILD / "wheel" / ADDON
# The oldest time a zip can tell, so that the same files make the same zip.
TIME = (1980, 1, 1, 0, 0, 0)


def build():
    """Build the zip and the wheel into `build/dist/`.

    :return: paths of both
    """
    with doing("Building the zip and the wheel"), rebuilt(DIST) as folder:
        _zip(folder / f"{ADDON}-{addon.version()}.zip")
        _wheel(folder)
    packages = sorted(DIST.iterdir())
    for package in packages:
        say(f"  {package.relative_to(ROOT)}")
    return packages


def _zip(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in addon.shipped_files():
            entry = zipfile.ZipInfo(f"{ADDON}/{name}", TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, (ROOT / name).read_bytes())


def _wheel(folder):
    """Build the wheel from a git repository that holds nothing else.

    Its builder packs all that git tracks and names the addon by the folder's real name.
    """
    addon.copy([*addon.shipped_files(), "pyproject.toml"], TREE)
    _git("init", "--quiet")
    _git("add", "--all", "--force")
    _git("commit", "--quiet", "--message", "The files to ship")
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check"]
    options = ["--no-deps", "--no-build-isolation", "--wheel-dir", folder]
    run([*pip, "wheel", *options, TREE], log="wheel")


def _git(*arguments):
    settings = ["user.name=make dist", "user.email=dist@localhost", "commit.gpgSign=no"]
    flags = [flag for setting in settings for flag in ("-c", setting)]
    subprocess.run(["git", "-C", TREE, *flags, *arguments], check=True)
