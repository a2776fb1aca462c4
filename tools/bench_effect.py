"""Measure reviews, leak checks and explanations: `python3 -m tools bench-effect`.

    python3 -m tools bench-effect [records] [contacts]

By default a million records and ten thousand contacts, in organizations of three
levels. Each change is tried as a review does, and undone. Then agents ask who sees a
record, and why, and a profile is checked for leaks.
"""

from contextlib import ExitStack

from . import databases, odoo_run, test
from .bench_shell import ask
from .console import doing, say
from .paths import ADDON, BUILD, CHECKOUT, TOOLS

PROGRAMS = ("bench_fill_odoo.py", "bench_effect_odoo.py", "bench_explain_odoo.py")
DATABASE = f"{ADDON}_{CHECKOUT}_effect"
# Seconds that a review may take.
TARGET = 5
HEAD = f"{'s':>8}{'CPU s':>8}{'queries':>9}{'MB':>7}"


def run(records=1_000_000, contacts=10_000):
    """Print what each change and each question takes.

    :return: whether all changes keep within the target
    """
    test.template()
    config = odoo_run.configure(BUILD / "bench-effect.conf", db_name=DATABASE)
    with ExitStack() as stack:
        stack.callback(databases.drop, DATABASE)
        with doing("Installing the addon"):
            databases.create(DATABASE, template=test.TEMPLATE)
            odoo_run.install(DATABASE, [ADDON], "bench-effect", config=config)
        with doing(f"Adding {records} records and {contacts} contacts, and measuring"):
            plan = {"records": int(records), "contacts": int(contacts)}
            program = "\n\n".join((TOOLS / name).read_text() for name in PROGRAMS)
            measured = ask(DATABASE, config, program, PLAN=plan)
    print_reviews(measured["reviews"])
    print_questions(measured["questions"])
    return all(row["seconds"] < TARGET for row in measured["reviews"])


def print_reviews(rows):
    """Print what each review takes."""
    say(f"\n{'Review':44}{HEAD}{'gained':>10}{'lost':>10}")
    for row in rows:
        say(f"{row['title']:44}{write(row)}{row['gained']:10}{row['lost']:10}")
    say(f"{'target':44}{TARGET:8.2f}")


def print_questions(rows):
    """Print what each answer takes, and how many contacts, steps or lines it has."""
    say(f"\n{'Question':44}{HEAD}{'found':>10}")
    for row in rows:
        say(f"{row['title']:44}{write(row)}{row['found']:10}")


def write(row):
    """Return what something takes as a part of a line."""
    return f"{row['seconds']:8.2f}{row['cpu']:8.2f}{row['queries']:9}{row['mb']:7.0f}"
