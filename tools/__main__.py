"""The commands: `python3 -m tools <command>`. Each is one small function."""

import os
import shlex
import shutil
import signal
import subprocess
import sys

from . import addon, browser, debian, odoo_home, postgres, python_env
from .console import Stop, complain, say
from .paths import BUILD

# What else ends a command; all are handled like Ctrl-C.
ENDINGS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
INTERRUPTED = 130


def setup(*others):
    """Get all that is missing: packages of the system, Odoo, Python packages.

    :param others: more modules that tell which packages of the system they need
    """
    needed = {}
    for module in [addon, postgres, python_env, *others]:
        needed |= module.packages()
    debian.require(needed)
    odoo_home.ensure()
    python_env.ensure()


def _inside(*others):
    """Set up what is missing and go on inside the Python environment."""
    setup(*others)
    python_env.enter()


def demo():
    """Serve Odoo with the addon and demo data at PORT until it is stopped."""
    port = os.environ.get("PORT") or "8069"
    if not port.isdigit():
        raise Stop(f"PORT={port} is no number.")
    _inside()
    from . import demo as demonstration

    with postgres.server():
        demonstration.run(int(port))


def test():
    """Run every check, or with ARGS the tests that pytest selects by them."""
    _inside(browser)
    from . import test as checks

    with postgres.server():
        return checks.run(os.environ.get("ARGS", ""), bool(os.environ.get("FAST")))


def test_long():
    """Run the tests that take long, and those that must be alone."""
    _inside(browser)
    from . import long

    with postgres.server():
        return long.run()


def test_tools():
    """Run the tests of these tools; ARGS: more for pytest."""
    _inside(browser)
    from . import test as checks

    words = shlex.split(os.environ.get("ARGS", ""))
    with postgres.server():
        say(checks.outside_tests(["-mtools", *words]))


def test_odoo():
    """Run Odoo's own tests of the portal with the addon; STOCK=1: without it."""
    _inside(browser)
    from . import odoo_suites

    words = shlex.split(os.environ.get("ARGS", ""))
    with postgres.server():
        odoo_suites.run(words, bool(os.environ.get("STOCK")))


def test_upgrade():
    """Update databases of former versions, out of git's history, and compare."""
    _inside(browser)
    from . import test as checks

    with postgres.server():
        say(checks.outside_tests(["-mupgrade", "tools/tests/test_upgrade.py"]))


def soak():
    """Run what hypothesis draws, and the tests for leaks; ARGS: number of examples."""
    examples = os.environ.get("ARGS") or "10000"
    if not examples.isdigit():
        raise Stop(f"ARGS={examples} is no number of examples.")
    _inside(browser)
    from . import test as checks

    with postgres.server():
        return checks.soak(int(examples), bool(os.environ.get("FAST")))


def lint():
    """Run the linters alone."""
    _inside()
    from . import lint as linters

    linters.run()


def port_check():
    """Look up what the addon builds on in the Odoo of ODOO_HOME, of any version."""
    odoo_home.ensure(any_series=True)
    python_env.ensure()
    python_env.enter()
    from . import oca
    from . import port_check as contracts

    oca.ensure()
    contracts.run()


def bench():
    """Print what access, pages, lists and jobs cost beside stock Odoo and OCA."""
    _inside()
    from . import bench as benchmark
    from . import (
        bench_crowd,
        bench_documents,
        bench_history,
        bench_home,
        bench_lists,
        bench_others,
        bench_pages,
        bench_period,
    )

    with postgres.server(), bench_history.run() as rows:
        benchmark.run()
        bench_pages.run()
        bench_home.run()
        bench_lists.run()
        bench_documents.run()
        bench_period.run()
        bench_crowd.run()
        bench_others.run(seconds=bench_others.FEWER_SECONDS)
    return int(not all(row.is_ok for row in rows))


def bench_large():
    """Measure a million contacts beside ten thousand; ARGS: scale, words of titles."""
    _inside()
    from . import bench_large as benchmark

    with postgres.server():
        return 0 if benchmark.run_words(os.environ.get("ARGS", "")) else 1


def bench_effect(*numbers):
    """Print what a review of a change takes with many records and contacts."""
    _inside()
    from . import bench_effect as benchmark

    with postgres.server():
        return 0 if benchmark.run(*map(int, numbers)) else 1


def scale():
    """Check the portal on several servers and a replica under load; ARGS: parts."""
    _inside(browser)
    from . import scale as servers

    return servers.run(shlex.split(os.environ.get("ARGS", "")))


def dist():
    """Build the installable zip and the wheel."""
    _inside()
    from . import dist as packages

    packages.build()


def translations():
    """Bring the files of i18n/ up to date with the texts of the addon."""
    _inside()
    from . import translations as texts

    with postgres.server():
        texts.run()


def picture():
    """Draw the folders of models/, and what names what, into docs/architecture.md."""
    from . import picture as drawing

    drawing.run()


def guides():
    """Make the pages that the menu Help leads to, out of docs/."""
    _inside()
    from . import guides as pages

    pages.run()


def screenshots():
    """Take the pictures of README.md from the running demonstration."""
    _inside(browser)
    from . import screenshots as pictures

    with postgres.server():
        pictures.run()


def odoo(*arguments):
    """Run Odoo's own program with a generated configuration: `odoo shell -d NAME`."""
    _inside()
    from . import odoo_run

    with postgres.server():
        odoo_run.configure(odoo_run.CONFIG)
        return _hand_over(odoo_run.command(*arguments))


def psql(*arguments):
    """Open a database in PostgreSQL's shell: `psql NAME`."""
    _inside()
    with postgres.server():
        return _hand_over(["psql", *arguments])


def clean():
    """Stop the database server and remove all that was made."""
    postgres.remove()
    shutil.rmtree(BUILD, ignore_errors=True)


def _hand_over(command):
    """Run a program at the developer's terminal; signals are its own business."""
    with subprocess.Popen(command) as program:
        for ending in ENDINGS:
            signal.signal(ending, lambda number, __: _forward(program, number))
        return program.wait()


def _forward(program, number):
    # Ctrl-C reaches the program from the terminal too; once is enough.
    if number != signal.SIGINT:
        program.send_signal(number)


def _interrupt(*__):
    """End the command in order, undisturbed by a second Ctrl-C."""
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    raise KeyboardInterrupt


COMMANDS = {
    function.__name__.replace("_", "-"): function
    for function in [
        setup,
        demo,
        test,
        test_tools,
        test_long,
        test_odoo,
        test_upgrade,
        soak,
        lint,
        port_check,
        bench,
        bench_effect,
        bench_large,
        scale,
        dist,
        picture,
        guides,
        screenshots,
        translations,
        odoo,
        psql,
        clean,
    ]
}


def main(name="", *arguments):
    """Run one command and return its exit code."""
    for ending in ENDINGS:
        signal.signal(ending, _interrupt)
    if name not in COMMANDS:
        say(f"Commands: {', '.join(COMMANDS)}. See `make help`.")
        return 2
    try:
        return COMMANDS[name](*arguments)
    except Stop as reason:
        complain(reason)
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return INTERRUPTED


sys.exit(main(*sys.argv[1:]))
