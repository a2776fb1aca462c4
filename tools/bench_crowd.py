"""Measure forty customers at once on two workers: lists of cases, of Odoo's tasks.

    build/venv/bin/python -m tools.bench_crowd [seconds]

One server with two workers after the other, in turn: without the addon, where the
customers open `/my/tasks`, and with it, where they open their list of cases.
"""

import re
import statistics
import sys
import threading
import time
from contextlib import ExitStack

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from . import bench_history, databases, odoo_run, ports, postgres, serve, test
from .bench_lists import PROGRAM
from .bench_shell import ask
from .console import doing, say
from .paths import ADDON, BUILD, CHECKOUT

STOCK, OURS = (f"{ADDON}_{CHECKOUT}_crowd_{name}" for name in ("stock", "ours"))
PAGES = {STOCK: "/my/tasks", OURS: "/my/p/cases"}
RECORDS, CUSTOMERS, WORKERS, TURNS = 10_000, 40, 2, 2
TARGET = 3  # times the requests a second that Odoo's list of tasks gets
PATIENCE = 60
# Two workers keep sixteen connections waiting and drop others: browsers and nginx ask
# again, so these customers do.
AGAIN = Retry(total=20, backoff_factor=0.1, backoff_max=1, status=0)
TOKEN = re.compile('csrf_token: "([^"]+)"')
NO_MAIL = 9  # The port of a mail server that is not there; nothing is sent.


class Crowd:
    """Customers who all open the same page again and again, each in a session."""

    def __init__(self, address, page):
        self.url = f"{address}{page}"
        self.sessions = [self._log_in(address) for _number in range(CUSTOMERS)]
        self.times, self.wrong = [], []

    def _log_in(self, address):
        session = requests.Session()
        session.mount(address, HTTPAdapter(max_retries=AGAIN))
        form = session.get(f"{address}/web/login", timeout=PATIENCE).text
        data = {"login": "emma@bench.example", "password": "correct horse battery"}
        data["csrf_token"] = TOKEN.search(form)[1]
        session.post(f"{address}/web/login", data, timeout=PATIENCE)
        session.get(self.url, timeout=PATIENCE)
        return session

    def run(self, seconds):
        """Have all at work for so long; return the requests a second."""
        self.end = time.monotonic() + seconds
        works = [
            threading.Thread(target=self._open, args=[session], daemon=True)
            for session in self.sessions
        ]
        for work in works:
            work.start()
        for work in works:
            work.join()
        return len(self.times) / seconds

    def _open(self, session):
        while (start := time.monotonic()) < self.end:
            answer = session.get(self.url, allow_redirects=False, timeout=PATIENCE)
            if (now := time.monotonic()) < self.end:
                self.times.append(now - start)
            if answer.status_code != 200:
                self.wrong.append(answer.status_code)


def run(seconds=15):
    """Print a table.

    :return: whether it keeps within the target
    """
    config = odoo_run.configure(BUILD / "bench-crowd.conf", db_name=STOCK)
    test.template()
    rates, times, wrong = {STOCK: [], OURS: []}, {STOCK: [], OURS: []}, []
    with ExitStack() as stack, doing(f"{CUSTOMERS} customers in {STOCK} and {OURS}"):
        for name in PAGES:
            stack.callback(databases.drop, name)
            databases.create(name, template=test.TEMPLATE)
        odoo_run.install(OURS, [ADDON], "bench-crowd", config=config)
        plan = {"databases": [(name, RECORDS) for name in PAGES]}
        plan |= {"pages": [], "rounds": 0, "seconds": 0}
        ask(STOCK, config, PROGRAM.read_text(), PLAN=plan)
        for name in [*PAGES] * TURNS:
            crowd, rate = _measure(name, seconds)
            rates[name].append(rate)
            times[name] += crowd.times
            wrong += crowd.wrong
    return _report(rates, times, wrong)


def _measure(name, seconds):
    port = ports.free()
    options = {"workers": WORKERS, "max_cron_threads": 0, "gevent_port": ports.free()}
    with serve.odoo(name, f"bench-{name}", port, NO_MAIL, **options):
        crowd = Crowd(serve.url(port), PAGES[name])
        return crowd, crowd.run(seconds)


def _report(rates, times, wrong):
    title = f"{CUSTOMERS} customers at once, {WORKERS} workers"
    say(f"\n{title:52}{'a second':>9}{'ms':>9}")
    for name, page in PAGES.items():
        rate = statistics.mean(rates[name])
        say(f"{page:52}{rate:9.1f}{1000 * statistics.median(times[name]):9.0f}")
    ratio = statistics.mean(rates[OURS]) / statistics.mean(rates[STOCK])
    title = f"{CUSTOMERS} customers at once, requests a second"
    kept = bench_history.record(
        f"{title} / /my/tasks", ratio, TARGET, "x", at_least=True
    )
    return bench_history.record(f"{title}, refused", len(wrong), 0) and kept


if __name__ == "__main__":
    with postgres.server():
        sys.exit(not run(int(sys.argv[1]) if len(sys.argv) > 1 else 15))
