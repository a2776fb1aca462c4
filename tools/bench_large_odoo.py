"""Pages, agents' views and jobs in two databases, measured inside Odoo's shell.

`bench_large` puts a line `PLAN = {...}` before it. All is asked of both databases in
turn, so that whatever else the machine does disturbs both alike.
"""

import json
import os
import re
import statistics
import time
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import odoo
from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry

from tools.bench_large_jobs import JOBS
from tools.bench_large_views import VIEWS
from tools.bench_requests import BASE, enter

# What is told apart: rows of so many figures.
FIGURES = ("ms", "cpu", "queries", "mb")
WARM = 2
SHOWN_FAQS = [("is_published", "=", True), ("is_restricted", "=", False)]
# What charts say that they draw.
DRAWN = re.compile(rb"([\d,]+) records")


class Ground:
    """A database that is measured."""

    def __init__(self, name):
        self.name, self.registry, self.clients = name, Registry(name), {}
        self.ids = self._find_ids()

    def _find_ids(self):
        """Return the ids that addresses and views name."""
        with self.open() as env:
            people = env["res.partner"].search(
                [("name", "in", ["emma", "rare"]), ("portal_user", "=", True)]
            )
            ids = {one.name: one.id for one in people}
            for name in list(ids):
                domain = [("partner_id", "=", ids[name])]
                case = env["project.task"].search(domain, limit=1, order="id desc")
                ids[f"{name}_case"] = case.id
                ids[f"{name}_organization"] = people.filtered(
                    lambda one, name=name: one.name == name
                ).commercial_partner_id.id
            faq = env["customer.portal.faq"].search(SHOWN_FAQS, limit=1)
            return {**ids, "faq": faq.id}

    @contextmanager
    def open(self):
        """Yield an environment of the administrator; nothing that is done stays."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            admin = env.ref("base.user_admin")
            yield api.Environment(cr, admin.id, {"lang": "en_US"})
            cr.rollback()

    def get_client(self, login):
        if login not in self.clients:
            client = self.clients[login] = enter(self.name, login)
            client.get("/my/p/cases", environ_base=BASE)  # fills the caches
        return self.clients[login]


# === WHAT IS LOOKED AT === #


def get_cpu_seconds(database):
    """Return the time on a processor of this process, and of the database's."""
    return time.process_time() + sum(
        int(path.read_text().split()[0]) / 1e9
        for pid in get_backends(database)
        if (path := Path(f"/proc/{pid}/schedstat")).is_file()
    )


def get_backends(database):
    """Return the processes of PostgreSQL that serve this one."""
    with sql_db.db_connect("postgres").cursor() as cr:
        cr.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s"
            " AND application_name LIKE %s",
            [database, f"%{os.getpid()}%"],
        )
        return [pid for (pid,) in cr.fetchall()]


def forget_peak():
    Path(f"/proc/{os.getpid()}/clear_refs").write_text("5")


def get_memory(name="VmRSS"):
    """Return MB of this process now, or the most since `forget_peak`."""
    status = Path(f"/proc/{os.getpid()}/status").read_text()
    return int(status.split(f"{name}:")[1].split()[0]) / 1024


def look(ground, act):
    """Do something, and return what it took.

    :param act: function without arguments that returns how much it worked on
    :return: the units, and the figures
    """
    forget_peak()
    memory = get_memory()
    queries, cpu = sql_db.sql_counter, get_cpu_seconds(ground.name)
    start = time.perf_counter()
    units = act()
    wall = time.perf_counter() - start
    cpu = get_cpu_seconds(ground.name) - cpu
    queries = sql_db.sql_counter - queries - 1  # one looks for the processes
    return units, [wall * 1000, cpu * 1000, queries, get_memory("VmHWM") - memory]


# === WHAT IS DONE === #


def get_page(ground, login, url):
    """Return what requests a page."""
    client = ground.get_client(login)
    address = url.format(**ground.ids)

    def act():
        response = client.get(address, environ_base=BASE, buffered=False)
        text = b"".join(response.iter_encoded())
        assert response.status_code == 200, (address, response)
        return count_units(address, text)

    return act


def count_units(address, text):
    """Return how many records an export has, or charts draw; a page is one."""
    if "/export" in address:
        return max(1, text.count(b"\n") - 1)
    drawn = DRAWN.findall(text) if "/widgets" in address else ()
    return sum(int(number.replace(b",", b"")) for number in drawn) or 1


def get_view(ground, method):
    """Return what asks for a view of agents, in a transaction as a request has one."""

    def act():
        with ground.open() as env:
            return method(env, ground.ids) or 1

    return act


def get_job(ground, method):
    """Return what does a job: what it commits is undone with the rest."""

    def act():
        with ground.open() as env, kept_open(env.cr):
            sudo = env(user=SUPERUSER_ID)
            return method(sudo, ground.ids) or 0

    return act


@contextmanager
def kept_open(cr):
    """Let nothing of a transaction be committed."""

    def flush(self):
        self.flush()
        self.precommit.clear()

    with patch.object(type(cr), "commit", flush):
        yield
        cr.postcommit.clear()


MAKERS = {"page": get_page, "view": get_view, "job": get_job}


def find_sorts(ground):
    """Return pages for each field that a list of cases is sorted by."""
    with ground.open() as env:
        user = env["res.users"].search([("login", "=", "emma@bench.example")])
        names = env(user=user.id)["customer.portal.gate"].fields("cases", "sort")
    return [
        [f"cases by {name}{text}", "list", "page", ["emma", f"{url}{name}"]]
        for name in names
        for text, url in (
            ("", "/my/p/cases?scope=all&sortby="),
            (" downwards", "/my/p/cases?scope=all&sortby=-"),
        )
    ]


def get_plan(ground):
    """Return what is measured: title, group, kind and arguments."""
    views = [[title, "other", "view", [act]] for title, act in VIEWS.items()]
    jobs = [[title, "job", "job", [act]] for title, act in JOBS.items()]
    plan = [*PLAN["pages"], *find_sorts(ground), *views, *jobs]  # noqa: F821
    only = PLAN["only"]  # noqa: F821
    return [row for row in plan if not only or any(word in row[0] for word in only)]


def measure(grounds, kind, words):
    """Return the units and the medians of both databases."""
    acts = [MAKERS[kind](ground, *words) for ground in grounds]
    rounds = 1 if kind == "job" else PLAN["rounds"]  # noqa: F821
    warm = WARM if kind != "job" else 0
    found, spent = [[] for _ground in grounds], 0
    for number in range(rounds + warm):
        for place in (0, 1) if number % 2 else (1, 0):
            units, row = look(grounds[place], acts[place])
            spent += row[0] / 1000
            found[place].append([units, *row])
        if spent > PLAN["seconds"]:  # noqa: F821
            break
    kept = [rows[warm:] or rows[-1:] for rows in found]
    return [list(map(statistics.median, zip(*rows, strict=True))) for rows in kept]


def tell(text):
    """Write down how far it is."""
    with Path(PLAN["log"]).open("a") as log:  # noqa: F821
        log.write(f"{time.strftime('%X')} {text}\n")


def prepare(ground):
    """Let PostgreSQL work in its own process, whose time can be looked at."""
    with ground.registry.cursor() as cr:
        cr.execute(
            f'ALTER DATABASE "{ground.name}" SET max_parallel_workers_per_gather = 0'
        )


def main():
    """Measure all, and print the result."""
    names = PLAN["databases"]  # noqa: F821
    odoo.tools.config["db_name"] = names
    grounds = [Ground(name) for name in names]
    for ground in grounds:
        prepare(ground)
        sql_db.close_db(ground.name)
    rows = []
    for title, group, kind, words in get_plan(grounds[0]):
        try:
            figures = measure(grounds, kind, words)
        except Exception as error:  # noqa: BLE001  told in the report
            figures = f"{type(error).__name__}: {error}"[:300]
        rows.append([title, group, figures])
        tell(f"{title}: {figures}")
    print("RESULT" + json.dumps(rows))  # noqa: T201


main()
