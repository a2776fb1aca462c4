"""What benchmarks have reached: printed, kept with the commit, and drawn.

    with bench_history.run():
        bench_history.record("Home page / Odoo's own", 1.08, 1.1, "x")

A run is kept as JSON in `build/bench/`; of each kind the last ten are. The page
`build/bench/index.html` shows what became of each row. Without a run, such as in a
benchmark that is started by itself, a row is only printed.
"""

import json
import subprocess
import time
from contextlib import contextmanager
from typing import NamedTuple

from .bench_page import draw
from .console import say
from .paths import BUILD, ROOT
from .step import write

FOLDER = BUILD / "bench"
KEPT = 10
HEAD = f"{'':62}{'reached':>12}{'budget':>12}"
_rows = None  # of the run that is under way


class Row(NamedTuple):
    """What was measured of one thing, and what it may cost.

    :param unit: ``x``, ``ms``, ``MB``, ``queries``
    :param at_least: whether more is better
    """

    title: str
    reached: float
    budget: float
    unit: str = ""
    at_least: bool = False

    @property
    def is_ok(self):
        """Say whether it keeps within its budget."""
        if self.at_least:
            return self.reached >= self.budget
        return self.reached <= self.budget

    def __str__(self):
        """Return it as a line of a table."""
        reached, budget = (
            f"{value:8.2f} {self.unit[:3]:3}" for value in (self.reached, self.budget)
        )
        return f"{self.title:62}{reached}{budget}  {'ok' if self.is_ok else 'OVER'}"


def record(title, reached, budget, unit="", at_least=False):
    """Keep what was reached.

    :param str title: what it is; the same in each run, as rows are compared by it
    :return: whether it keeps within the budget
    """
    row = Row(title, reached, budget, unit, at_least)
    if _rows is None:
        say(str(row))
    else:
        _rows.append(row)
    return row.is_ok


@contextmanager
def run(kind="bench"):
    """Keep all that is recorded in the body as one run, even if it fails half-way.

    :param str kind: of benchmark: runs are compared with those of their kind
    :return: the list of its rows
    """
    global _rows  # noqa: PLW0603  the benchmarks do not hand it on
    _rows = rows = []
    start = time.time()
    try:
        yield rows
    finally:
        _rows = None
        if rows:
            _keep(kind, rows, start)
            _print(rows, time.time() - start)


def _keep(kind, rows, start):
    stamp = time.strftime("%Y-%m-%dT%H%M%S", time.gmtime(start))
    commit, subject = _git("log", "-1", "--format=%h\t%s").split("\t", 1)
    facts = {
        "kind": kind,
        "date": stamp,
        "commit": commit,
        "subject": subject,
        "is_changed": bool(_git("status", "--porcelain")),
        "rows": [row._asdict() for row in rows],
    }
    write(FOLDER / f"{kind}-{stamp}-{commit}.json", json.dumps(facts, indent=1))
    for file in _files(kind)[:-KEPT]:
        file.unlink()
    write(FOLDER / "index.html", draw(read()))


def _git(*words):
    command = ["git", *words]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _files(kind="*"):
    return sorted(FOLDER.glob(f"{kind}-????-??-??T??????-*.json"))


def read():
    """Return the runs that are kept, by their kind, oldest first.

    :rtype: dict[str, list[dict]]
    """
    kinds = {}
    for file in _files():
        facts = json.loads(file.read_text())
        facts["rows"] = [Row(**row) for row in facts["rows"]]
        kinds.setdefault(facts["kind"], []).append(facts)
    return kinds


def _print(rows, seconds):
    say(f"\n{HEAD}")
    for row in rows:
        say(str(row))
    kept = sum(row.is_ok for row in rows)
    say(f"{kept} of {len(rows)} within budget, after {seconds / 60:.0f} minutes.")
    say(f"All runs: {FOLDER / 'index.html'}")
