"""Measure lists of many records: `/my/p/cases` beside `/my/tasks` and `/my/tickets`.

FAQs are measured where there are a hundred thousand of them.

    build/venv/bin/python -m tools.bench_lists [rounds]

Odoo's list of tasks and OCA's of tickets in a database without the addon; lists of
cases in databases with it, with ten thousand, a hundred thousand and a million.
"""

import sys
from contextlib import ExitStack

from . import bench_history, databases, odoo_run, postgres, test
from .bench_shell import ask, print_head, print_row
from .console import doing, say
from .paths import ADDON, BUILD, CHECKOUT, TOOLS

PROGRAM = TOOLS / "bench_lists_odoo.py"
PREFIX = f"{ADDON}_{CHECKOUT}_lists"
STOCK, BASE = f"{PREFIX}_stock", f"{PREFIX}_base"
SMALL, *_LARGER = SIZES = {
    f"{PREFIX}_{number}": number for number in (10_000, 100_000, 1_000_000)
}
EXPORTED = f"{PREFIX}_100000"
# The time of a list beside OCA's, and beside the least that any page takes; the time
# with many records beside that with few; and the queries that a list may take, as it
# opens and whatever is asked of it.
RATIO, FLOOR, FLAT, QUERIES, ASKED = 0.3, 1.4, 1.2, 10, 12
# The time of a list of FAQs beside Odoo's of tasks, and its queries.
FAQ_RATIO, FAQ_QUERIES = 0.4, 12
# The time of an export beside that of PostgreSQL's own, and what the process may grow
# meanwhile, in megabytes.
EXPORT_RATIO, EXPORT_MB = 10, 32
LOGIN = "/web/login"
# What stands in the title of one record alone, by how many there are. A shorter number
# begins longer ones: of a million, 14 have "noise 4006".
ONE = {10_000: 4006, 100_000: 40_062, 1_000_000: 400_606}
# What is asked of the list -> its address.
LISTS = {
    "own": "?",
    "organization": "?scope=all",
    "page 2": "/page/2?scope=all",
    "open": "?scope=all&filterby=open",
    "search of many": "?scope=all&search=printer",
    "search of one": "?scope=all&search=noise+{one}&search_in=name",
    "by title": "?scope=all&sortby=name",
    "by date": "?scope=all&sortby=create_date",
    "by state": "?scope=all&sortby=stage_id",
    "100 rows": "?scope=all&size=100",
}
FAQS = {
    "all": "",
    "page 40": "/page/40",
    "one category": "?category={category}",
    "search of many": "?search=printer+invoice",
    "search of one": "?search=noise+4006",
    "search with a typo": "?search=invioce",
    "a FAQ": "/{faq}",
}


def run(rounds=40):
    """Print a table.

    :return: whether all lists keep within the targets
    """
    test.template()
    config = odoo_run.configure(BUILD / "bench-lists.conf", db_name=STOCK)
    with ExitStack() as stack:
        for name in (STOCK, BASE, *SIZES):
            stack.callback(databases.drop, name)
        with doing("Installing the addon"):
            databases.create(STOCK, template=test.TEMPLATE)
            databases.create(BASE, template=test.TEMPLATE)
            odoo_run.install(BASE, [ADDON], "bench-lists", config=config)
            for name in SIZES:
                databases.create(name, template=BASE)
        with doing("Filling the databases and measuring"):
            plan = make_plan(rounds)
            result = ask(STOCK, config, PROGRAM.read_text(), PLAN=plan)
    return report(plan["pages"], result)


def make_plan(rounds):
    """Return what the program inside Odoo is to do."""
    stock = [(STOCK, "emma", url) for url in ("/my/tasks", "/my/tickets")]
    floor = [(name, "emma", "/my/security") for name in (STOCK, SMALL)]
    floor.append((SMALL, "", LOGIN))
    lists = [
        (name, "emma", make_url(name, url)) for name in SIZES for url in LISTS.values()
    ]
    few = [(name, "rare", "/my/p/cases?") for name in SIZES]
    faqs = [(EXPORTED, "emma", f"/my/faq{url}") for url in FAQS.values()]
    return {
        "databases": [(STOCK, 10_000), *SIZES.items()],
        "pages": [*stock, *floor, *lists, *few, *faqs],
        "rounds": rounds,
        "seconds": 20,
        "export": EXPORTED,
        "faqs": EXPORTED,
        "kinds": ["csv", "xlsx"],
    }


def make_url(name, url):
    """Return the address of a list in a database."""
    return f"/my/p/cases{url.format(one=ONE[SIZES[name]])}"


def report(pages, result):
    """Print all figures, and say whether they keep within the targets."""
    rows = dict(zip(map(tuple, pages), result["pages"], strict=True))
    tasks, tickets = (rows[STOCK, "emma", url] for url in ("/my/tasks", "/my/tickets"))
    floor = rows[SMALL, "", LOGIN]
    print_head("Lists")
    print_row("/my/tasks of 10000 (80 a page), no addon", tasks, tickets)
    print_row("/my/tickets of 10000 (80 a page), no addon", tickets, tickets)
    print_row("a bare page, no addon", rows[STOCK, "emma", "/my/security"], tickets)
    print_row("a bare page", rows[SMALL, "emma", "/my/security"], tickets)
    print_row("the login page", floor, tickets)
    kept = [_report_cases(rows, tickets, floor), _report_faqs(rows, tasks)]
    kept += [_report_export(*pair) for pair in result["exports"].items()]
    return all(kept)


def _report_cases(rows, tickets, floor):
    asked = {title: ("emma", url) for title, url in LISTS.items()}
    asked["own, a hundredth"] = ("rare", "?")
    growths, queries = [], {}
    for title, (who, url) in asked.items():
        flat = rows[SMALL, who, make_url(SMALL, url)]
        for name, number in SIZES.items():
            row = rows[name, who, make_url(name, url)]
            print_row(f"/my/p/cases of {number}, {title}", row, tickets, flat)
            queries[title] = max(row[2], queries.get(title, 0))
        growths.append((row[0] / flat[0], title))  # of the largest
    say(
        f"{'targets':52}{RATIO * tickets[0]:9.1f}{'':9}{QUERIES:9}"
        f"{RATIO:7.2f}{FLAT:7.2f}"
    )
    kept = []
    for title in ("own", "organization"):
        row = rows[SMALL, "emma", f"/my/p/cases{LISTS[title]}"]
        name = f"/my/p/cases, 10,000 in scope, {title}"
        ratio, above = row[0] / tickets[0], row[0] / floor[0]
        kept.append(bench_history.record(f"{name} / OCA", ratio, RATIO, "x"))
        kept.append(bench_history.record(f"{name} / {LOGIN}", above, FLOOR, "x"))
        kept.append(bench_history.record(f"{name}, queries", queries[title], QUERIES))
    name = f"/my/p/cases, queries, most of {len(asked)} ways"
    kept.append(bench_history.record(name, max(queries.values()), ASKED))
    for growth, title in growths:
        name = f"/my/p/cases, {title}: 1,000,000 / 10,000"
        kept.append(bench_history.record(name, growth, FLAT, "x"))
    return all(kept)


def _report_faqs(rows, tasks):
    found = {
        title: rows[EXPORTED, "emma", f"/my/faq{url}"] for title, url in FAQS.items()
    }
    for title, row in found.items():
        print_row(f"/my/faq of 100000, {title}", row, tasks)
    slowest = max(row[0] for row in found.values()) / tasks[0]
    queries = max(row[2] for row in found.values())
    title = f"/my/faq of 100,000, slowest of {len(FAQS)} ways"
    kept = bench_history.record(f"{title} / /my/tasks", slowest, FAQ_RATIO, "x")
    return bench_history.record(f"{title}, queries", queries, FAQ_QUERIES) and kept


def _report_export(kind, figures):
    say(
        f"100000 rows as {kind}: {figures['seconds']:.1f} s, {figures['mb']:.1f} MB,"
        f" memory +{figures['grown']:.0f} MB; COPY {figures['copy']:.2f} s"
    )
    ratio = figures["seconds"] / figures["copy"]
    title = f"Export of 100,000 cases as {kind}"
    kept = bench_history.record(f"{title} / COPY", ratio, EXPORT_RATIO, "x")
    grown = figures["grown"]
    return (
        bench_history.record(f"{title}, memory grows", grown, EXPORT_MB, "MB") and kept
    )


if __name__ == "__main__":
    with postgres.server():
        sys.exit(not run(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
