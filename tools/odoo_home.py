"""Odoo itself: the developer's own (`ODOO_HOME`), or Debian's package in `build/`."""

import os
import runpy
from pathlib import Path

from . import debian
from .console import Stop, doing
from .paths import BUILD
from .step import locked, once, rebuilt

SERIES = (19, 0)
TREE = BUILD / "odoo"
PACKAGES = "usr/lib/python3/dist-packages"
PACKAGE = "odoo-19"
# What the package links to in other packages.
COMPANIONS = [
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
]
# Those whose files have other names in `sid`: the links would lead nowhere, and all
# icons be gone, since Odoo names those of Font Awesome 4.7.
OLDER_COMPANIONS = ["fonts-font-awesome", "fonts-inconsolata"]


def path():
    """Return the folder that holds the Python package `odoo`."""
    own = os.environ.get("ODOO_HOME")
    return Path(own).expanduser().resolve() if own else TREE / PACKAGES


def addons_paths(home=None):
    """Return the folders of Odoo's own addons that lie outside the package `odoo`.

    A source tree has its addons there. Debian's package has them inside, and a folder
    of the same name with leftovers.

    :param home: the folder that holds the package, if not that of this checkout
    """
    outside = (home or path()) / "addons"
    return [outside] if (outside / "web/static").is_dir() else []


def addon_names():
    """Return the names of the addons that this Odoo has."""
    return {manifest.parent.name for manifest in _manifests("*")}


def find_addon(name):
    """Return the folder of one of Odoo's own addons."""
    for manifest in _manifests(name):
        return manifest.parent
    raise Stop(f"This Odoo ({path()}) has no addon {name}.")


def _manifests(pattern):
    for folder in [path() / "odoo/addons", *addons_paths()]:
        yield from folder.glob(f"{pattern}/__manifest__.py")


def version():
    """Return the version as Odoo's own release file says it."""
    release = path() / "odoo/release.py"
    if not release.is_file():
        raise Stop(
            f"No Odoo in ODOO_HOME={path()}: it must be the folder that holds the\n"
            "package odoo/ (a clone of Odoo's repository, or dist-packages)."
        )
    return runpy.run_path(str(release))["version_info"]


def ensure(any_series=False):
    """Have an Odoo 19 to run.

    :param bool any_series: take the developer's own Odoo as it is: it is read only
    :raise Stop: if the developer's own is none
    """
    if not os.environ.get("ODOO_HOME"):
        with locked("odoo"):
            once("Unpacking Odoo", "odoo", [str(TREE), debian.codename()], _unpack)
    found = version()
    if tuple(found[:2]) != SERIES and not any_series:
        name = ".".join(str(part) for part in found[:2])
        raise Stop(f"ODOO_HOME={path()} is Odoo {name}; this addon needs Odoo 19.0.")


def _unpack():
    release = debian.codename()
    names = [PACKAGE, *COMPANIONS, *(f"{name}/{release}" for name in OLDER_COMPANIONS)]
    packages = debian.download(names)
    with doing("Unpacking the packages"), rebuilt(TREE) as folder:
        debian.unpack(packages, folder)
        _refuse_dangling_links(folder)


def _refuse_dangling_links(folder):
    """Say so now: without jQuery browser tests hang, without fonts icons are gone."""
    web = folder / PACKAGES / "odoo/addons/web"
    dangling = [str(link) for link in debian.links(web) if not link.exists()]
    if dangling:
        names = "\n".join(f"    {name}" for name in dangling)
        raise Stop(f"Debian's packages do not fit together; missing:\n{names}")
