"""Measure what everybody else pays: `python3 -m tools.bench_others [rounds] [words]`.

What employees do with contacts, messages, files and tasks that have nothing to do with
the portal, in a database without the addon and in one with it. In one process and in
turn, so that whatever else the machine does disturbs both alike.

The time is that of the processors: Odoo's own, and that of its process in PostgreSQL.
Words choose jobs: those whose title holds one of them.
"""

import sys
from contextlib import ExitStack

from . import bench_history, databases, odoo_run, postgres, test
from .bench_shell import ask
from .console import doing, say
from .paths import ADDON, BUILD, CHECKOUT, TOOLS

PROGRAM = TOOLS / "bench_others_odoo.py"
STOCK, OURS = NAMES = [f"{ADDON}_{CHECKOUT}_others_{n}" for n in ("stock", "ours")]
# Times the time without the addon, and queries more than without it.
RATIO, QUERIES = 1.03, 0
# For each job; `make bench` takes fewer, as there are 74 of them.
SECONDS, FEWER_SECONDS = 5, 3


def run(rounds=40, *words, seconds=SECONDS):
    """Print a table.

    :param rounds: of each job, at most
    :param words: of titles of jobs; all jobs without any
    :param seconds: for each job, unless nine rounds take longer
    :return: whether all jobs keep within the targets
    """
    test.template()
    config = odoo_run.configure(BUILD / "bench-others.conf", db_name=OURS)
    plan = {"databases": NAMES, "rounds": rounds, "seconds": seconds}
    plan["words"] = words
    with ExitStack() as stack, doing(f"Measuring in {STOCK} and {OURS}"):
        for name in NAMES:
            stack.callback(databases.drop, name)
            databases.create(name, template=test.TEMPLATE)
        odoo_run.install(OURS, [ADDON], "bench-others", config=config)
        rows = ask(OURS, config, PROGRAM.read_text(), PLAN=plan)
    return report(rows)


def report(rows):
    """Print all figures, and say whether they keep within the targets."""
    head = f"{'without':>9}{'with':>9}{'queries':>9}{'more':>6}"
    say(f"\n{'What everybody else pays (CPU ms)':56}{head}")
    for row in rows:
        say(
            f"{row['title']:56}{row['stock']:9.2f}{row['ours']:9.2f}"
            f"{row['queries']:9.0f}{row['more']:+6.0f}"
        )
    say("")
    kept = [
        bench_history.record(f"Others: {row['title']}{what}", row[name], budget, unit)
        for row in rows
        for what, name, budget, unit in (
            ("", "ratio", RATIO, "x"),
            (", more queries", "more", QUERIES, ""),
        )
    ]
    return all(kept)


if __name__ == "__main__":
    with postgres.server():
        _name, *given = sys.argv
        sys.exit(not run(int(given[0]) if given else 40, *given[1:]))
