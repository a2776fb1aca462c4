"""Measure what a review of a change takes: `python3 -m tools bench-effect`.

    python3 -m tools bench-effect [records] [contacts]

By default a million records and ten thousand contacts, in organizations of three
levels. Each change is tried as a review does, and undone.
"""

from contextlib import ExitStack

from . import databases, odoo_run, test
from .bench_shell import ask
from .console import doing, say
from .paths import ADDON, BUILD, CHECKOUT, TOOLS

PROGRAM = TOOLS / "bench_effect_odoo.py"
DATABASE = f"{ADDON}_{CHECKOUT}_effect"
# Seconds that a review may take.
TARGET = 5


def run(records=1_000_000, contacts=10_000):
    """Print what each change takes.

    :return: whether all of them keep within the target
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
            rows = ask(DATABASE, config, PROGRAM.read_text(), PLAN=plan)
    say(f"\n{'Review':44}{'s':>8}{'queries':>9}{'MB':>7}{'gained':>10}{'lost':>10}")
    for row in rows:
        say(
            f"{row['title']:44}{row['seconds']:8.2f}{row['queries']:9}{row['mb']:7.0f}"
            f"{row['gained']:10}{row['lost']:10}"
        )
    say(f"{'target':44}{TARGET:8.2f}")
    return all(row["seconds"] < TARGET for row in rows)
