"""What all benchmarks share: a program in Odoo's shell, and a line of a table."""

import json
import subprocess

from . import odoo_run
from .console import Stop, say
from .paths import ROOT


def ask(database, config, program, **words):
    """Run a program in Odoo's shell.

    :param words: what the program finds under these names
    :return: what it prints as JSON after the word RESULT
    :raise Stop: with its output, if it prints none
    """
    given = "".join(f"{name} = {value!r}\n" for name, value in words.items())
    ours = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n"  # for bench_requests
    options = ["--no-http", "--log-level=error", "--shell-interface=python"]
    result = subprocess.run(
        odoo_run.command("shell", "-d", database, *options, config=config),
        input=ours + given + program,
        capture_output=True,
        text=True,
        check=False,
    )
    if "RESULT" not in result.stdout:
        raise Stop(result.stdout[-3000:] + result.stderr[-3000:])
    return json.loads(result.stdout.split("RESULT")[1].splitlines()[0])


def print_head(title):
    """Print the head of a table of requests."""
    say(f"\n{title:52}{'ms':>9}{'CPU ms':>9}{'queries':>9}{'ratio':>7}")


def print_row(title, row, *bases):
    """Print what a request took, and its ratio to that of other ones.

    :param row: milliseconds, those of the processor, and queries
    :param bases: rows
    """
    milliseconds, cpu, queries = row
    ratios = "".join(f"{milliseconds / base[0]:7.2f}" for base in bases)
    say(f"{title:52}{milliseconds:9.2f}{cpu:9.2f}{queries:9.0f}{ratios}")
