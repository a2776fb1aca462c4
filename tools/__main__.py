"""The commands: `python3 -m tools <command>`. Each is one small function."""

import os
import signal
import subprocess
import sys

from . import browser, odoo_home, postgres, python_env
from .console import Stop, say


def setup():
    """Get all that is missing: Odoo, PostgreSQL, the Python packages."""
    odoo_home.ensure()
    postgres.ensure()
    python_env.ensure()


def _inside():
    """Set up what is missing and go on inside the Python environment."""
    setup()
    python_env.enter()


def odoo(*arguments):
    """Run Odoo's own program with a generated configuration: `odoo shell -d NAME`."""
    _inside()
    from . import odoo_run

    with postgres.server():
        odoo_run.configure(odoo_run.CONFIG)
        return subprocess.run(odoo_run.command(*arguments), check=False).returncode


def psql(*arguments):
    """Open a database in PostgreSQL's shell: `psql NAME`."""
    _inside()
    with postgres.server():
        return subprocess.run(["psql", *arguments], check=False).returncode


def test(*__):
    """Run every check, or with ARGS the tests that pytest selects by them."""
    browser.ensure()
    _inside()
    from . import test as checks

    with postgres.server():
        return checks.run(os.environ.get("ARGS", ""), bool(os.environ.get("FAST")))


COMMANDS = {function.__name__: function for function in [setup, odoo, psql, test]}


def main(name="help", *arguments):
    """Run one command and return its exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if name not in COMMANDS:
        say(f"Commands: {', '.join(COMMANDS)}. See `make help`.")
        return 2
    try:
        return COMMANDS[name](*arguments)
    except Stop as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


sys.exit(main(*sys.argv[1:]))
