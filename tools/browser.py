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

    The fonts make its pictures alike on every machine.
    """
    fonts = any(Path("/usr/share/fonts/truetype").glob("liberation*"))
    return {"chromium": path(), "fonts-liberation": fonts}
