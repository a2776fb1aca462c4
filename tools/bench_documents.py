"""Measure `/my/documents` with 100,000 documents beside `/my/tasks` with 10,000.

    build/venv/bin/python -m tools.bench_documents [rounds]

There are as many files of records, which stand in the same list.
"""

import sys
from contextlib import ExitStack

from . import bench_history, databases, odoo_run, postgres, test
from .bench_lists import PREFIX, PROGRAM
from .bench_shell import ask, print_head, print_row
from .console import doing, say
from .paths import ADDON, BUILD

STOCK, OURS = f"{PREFIX}_stock", f"{PREFIX}_documents"
NUMBER = 100_000
RATIO, QUERIES = 0.4, 12
# What is asked of the list -> its address.
LISTS = {
    "mine": "?scope=mine",
    "all": "?scope=all",
    "page 2": "/page/2?scope=all",
    "page 50": "/page/50?scope=all",
    "by name": "?scope=all&sortby=name",
    "search of many": "?scope=all&search=printer",
    "search of one": "?scope=all&search=noise+4006",
    "search of nothing": "?scope=all&search=nothing+at+all",
    "files of cases": "?scope=all&module=cases",
}


def run(rounds=40):
    """Print a table.

    :return: whether all lists keep within the targets
    """
    test.template()
    config = odoo_run.configure(BUILD / "bench-documents.conf", db_name=STOCK)
    jobs = {
        (name, title): (OURS, name, f"/my/documents{url}")
        for name in ("emma", "rare")
        for title, url in LISTS.items()
    }
    pages = [(STOCK, "emma", "/my/tasks"), *jobs.values()]
    plan = {
        "databases": [(STOCK, 10_000), (OURS, NUMBER)],
        "pages": pages,
        "rounds": rounds,
        "seconds": 20,
        "documents": True,
    }
    with ExitStack() as stack:
        for name in (STOCK, OURS):
            stack.callback(databases.drop, name)
            databases.create(name, template=test.TEMPLATE)
        with doing("Installing the addon"):
            odoo_run.install(OURS, [ADDON], "bench-documents", config=config)
        with doing("Filling the databases and measuring"):
            rows = ask(STOCK, config, PROGRAM.read_text(), PLAN=plan)["pages"]
    return report(dict(zip(map(tuple, pages), rows, strict=True)), jobs)


def report(rows, jobs):
    """Print all figures, and say whether they keep within the targets."""
    stock = rows[STOCK, "emma", "/my/tasks"]
    print_head("Documents")
    print_row("/my/tasks of 10000, no addon", stock, stock)
    for (name, title), job in jobs.items():
        print_row(f"/my/documents of {NUMBER}, {name}, {title}", rows[job], stock)
    say(f"{'targets':52}{RATIO * stock[0]:9.1f}{'':9}{QUERIES:9}{RATIO:7.2f}")
    slowest = max(rows[job][0] for job in jobs.values()) / stock[0]
    queries = max(rows[job][2] for job in jobs.values())
    title = f"/my/documents of {NUMBER:,}, slowest of {len(jobs)} ways"
    kept = bench_history.record(f"{title} / /my/tasks", slowest, RATIO, "x")
    return bench_history.record(f"{title}, queries", queries, QUERIES) and kept


if __name__ == "__main__":
    with postgres.server():
        sys.exit(not run(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
