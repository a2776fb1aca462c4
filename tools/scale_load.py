"""`make scale`: customers under load, by locust in a Python environment of its own."""

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter

import requests

from .console import Stop, doing, say, tail
from .console import run as run_command
from .paths import LOGS, TOOLS
from .scale_delay import USED
from .scale_parts import memory
from .scale_servers import DATABASE, FOLDER, STOCK_HOST
from .step import once

REQUIREMENTS = TOOLS / "scale_requirements.txt"
VENV = FOLDER / "venv"
PERSONS = 32
NEWEST = "3.11"
# Odoo's log of a request ends with its queries, its times, and who has answered.
ANSWERED = re.compile(r'"(GET|POST) (\S+) HTTP\S*" (\d+) .* (ro|rw|ro->rw)$', re.M)
PAGE = re.compile(r"/my(/|$|\?)")
SECONDS = int(os.environ.get("SCALE_SECONDS") or 120)


def run(place):
    """Customers of several organizations, and a few with Odoo's own pages alone."""
    ensure()
    _warm(place)
    before = _numbers(place)
    marks = [len(server.read_log()) for server in place.servers]
    rows = _locust(place, SECONDS, PERSONS)
    _print_rows(rows)
    after = _numbers(place)
    _print_databases(before, after)
    logs = [s.read_log()[n:] for s, n in zip(place.servers, marks, strict=True)]
    _print_replica(place, logs)
    _print_memory(place)
    total = rows["Aggregated"]
    place.check(total["Failure Count"] == "0", "no request failed", _failures())


def _warm(place):
    """Let each worker load the database without the addon, which takes seconds."""
    with doing("Waking up the database without the addon"):
        for url in (place.first, place.second) * 3:
            address = f"{url}/web/login?db={place.facts['bare_database']}"
            answer = requests.get(address, headers={"Host": STOCK_HOST}, timeout=120)
            answer.raise_for_status()


def ensure():
    """Have locust."""
    if sys.version_info < tuple(map(int, NEWEST.split("."))):
        raise Stop(f"Locust needs Python {NEWEST} or newer.")
    once("Installing locust", "scale-venv", [REQUIREMENTS, str(VENV)], _install)


def _install():
    run_command([sys.executable, "-m", "venv", "--clear", VENV], log="scale-venv")
    pip = [VENV / "bin/pip", "install", "--no-input", "-r", REQUIREMENTS]
    run_command(pip, log="scale-pip")


def start(place, seconds, persons):
    """Begin a load, and return its process."""
    facts = FOLDER / "load.json"
    more = {"addresses": [place.first, place.second], "host": STOCK_HOST}
    more["customers"] = dict(list(place.facts["customers"].items())[USED:])
    facts.write_text(json.dumps({**place.facts, **more}))
    words = ["--headless", "-u", persons, "-r", 7, "-t", f"{seconds}s"]
    words += ["--host", place.address, "--csv", FOLDER / "load", "--only-summary"]
    words += ["--stop-timeout", 60, "--exit-code-on-error", 0]
    command = [VENV / "bin/locust", "-f", TOOLS / "scale_customers.py", *words]
    with (LOGS / "scale-locust.log").open("wb") as output:
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "SCALE_FACTS": str(facts)},
        )


def _locust(place, seconds, persons):
    """Have customers at work; return the rows of locust's table by their names."""
    with doing(f"{persons} customers for {seconds} s"):
        process = start(place, seconds, persons)
        try:
            code = process.wait(seconds + 180)
        finally:
            process.terminate()
    if code:
        raise Stop(f"{tail(LOGS / 'scale-locust.log')}\n\nlocust failed.")
    with (FOLDER / "load_stats.csv").open() as file:
        return {row["Name"]: row for row in csv.DictReader(file)}


def _failures():
    return (FOLDER / "load_failures.csv").read_text()


def _print_rows(rows):
    head = "requests    a second    p50 ms    p95 ms    p99 ms    errors"
    say(f"\n{'Page':24}{head}")
    for name, row in rows.items():
        shares = "".join(f"{float(row[part]):10.0f}" for part in ("50%", "95%", "99%"))
        rate, errors = float(row["Requests/s"]), row["Failure Count"]
        say(f"{name:24}{row['Request Count']:>8}{rate:12.2f}{shares}{errors:>10}")


def _numbers(place):
    """Return transactions and rows that each database server has counted so far."""
    statement = (
        "SELECT xact_commit + xact_rollback, tup_returned, tup_fetched"
        " FROM pg_stat_database WHERE datname = %s"
    )
    clusters = {"primary": place.primary, "replica": place.replica}
    return {name: c.query(statement, [DATABASE])[0] for name, c in clusters.items()}


def _print_databases(before, after):
    """Print what each database server did, of pg_stat_database."""
    say(f"\n{'Database':16}{'transactions':>14}{'rows returned':>16}{'fetched':>12}")
    done = {
        name: [b - a for a, b in zip(before[name], after[name], strict=True)]
        for name in after
    }
    for name, (transactions, returned, fetched) in done.items():
        say(f"{name:16}{transactions:14}{returned:16}{fetched:12}")
    shares = [
        f"{100 * done['replica'][n] / (sum(row[n] for row in done.values()) or 1):.0f}%"
        for n in range(3)
    ]
    say(f"{'by the replica':16}{shares[0]:>14}{shares[1]:>16}{shares[2]:>12}")


def _print_replica(place, logs):
    """Print how many of the pages that only read were answered by the replica."""
    found = [match for log in logs for match in ANSWERED.findall(log)]
    found = [(how, mode) for how, path, _code, mode in found if PAGE.match(path)]
    pages = Counter(mode for _how, mode in found)
    reads = Counter(mode for how, mode in found if how == "GET")
    share = 100 * reads["ro"] / (sum(reads.values()) or 1)
    say(f"\nPages of the portal by cursor: {dict(pages)}")
    say(f"GET answered by the replica: {share:.0f}% of {sum(reads.values())}")
    place.check(reads["ro"] > 0, "the replica answers pages")


def _print_memory(place):
    """Print the memory of each worker."""
    for server in place.servers:
        sizes = [f"{memory(pid):.0f} MB" for pid in server.workers()]
        say(f"Memory of the workers of {server.name}: {', '.join(sizes)}")
