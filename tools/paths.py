"""Where everything is. What the tools make lies below `build/`, which git ignores."""

import hashlib
from pathlib import Path

ADDON = "customer_portal"

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "tools"
BUILD = ROOT / "build"
ADDONS = BUILD / "addons"
DATA = BUILD / "data"
LOGS = BUILD / "log"
LOCKS = BUILD / "lock"
STAMPS = BUILD / "stamp"
MAIL = BUILD / "mail"
SCREENSHOTS = BUILD / "screenshots"
# What tests failed in the last run, and why.
FAILURES = BUILD / "failures.txt"

# Tells two checkouts on one machine apart, in the few names they would share.
CHECKOUT = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
# A socket's path may have 107 characters, so it cannot lie in a deep checkout.
SOCKETS = Path("/tmp") / f"{ADDON}-{CHECKOUT}"
# For a database cluster whose user may not enter the checkout (below /root, say).
OUTSIDE = Path("/var/tmp") / f"{ADDON}-{CHECKOUT}"


def link_addon():
    """Give Odoo a folder with the addon's name, whatever the checkout's is."""
    ADDONS.mkdir(parents=True, exist_ok=True)
    link = ADDONS / ADDON
    if not link.is_symlink() or link.readlink() != ROOT:
        link.unlink(missing_ok=True)
        link.symlink_to(ROOT)
    return link


def without_comma(path):
    """Return a way to a folder that Odoo's list of folders can hold: commas part it."""
    if "," not in str(path) or not path.is_relative_to(ROOT):
        return path
    OUTSIDE.mkdir(parents=True, exist_ok=True)
    alias = OUTSIDE / "checkout"
    if not alias.is_symlink():
        alias.symlink_to(ROOT)
    return alias / path.relative_to(ROOT)
