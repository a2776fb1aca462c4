"""The browser for tests: Debian's Chromium, which Odoo and Playwright both drive."""

import shutil
from pathlib import Path

NAMES = ["chromium", "chromium-browser", "google-chrome"]
# Without these it asks its maker's servers for updates and accounts.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def path():
    """Return the browser's program, or nothing."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def packages():
    """Return the Debian packages needed, and whether each is there.

    The fonts make its pictures alike on every machine; Playwright's driver needs the
    library, which its Python package does not bring.
    """
    return {
        "chromium": path(),
        "fonts-liberation": any(Path("/usr/share/fonts").glob("*/liberation*")),
        "libatomic1": any(Path("/usr/lib").glob("*/libatomic.so.1")),
    }
