"""The browser for tests: Debian's Chromium, which Odoo and Playwright both drive."""

import shutil
from pathlib import Path

from . import debian

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


def ensure():
    """Have a browser, and the fonts that make its pictures alike on every machine."""
    fonts = any(Path("/usr/share/fonts/truetype").glob("liberation*"))
    debian.require({"chromium": path(), "fonts-liberation": fonts})
