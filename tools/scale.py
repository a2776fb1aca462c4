"""`make scale`: the portal on several servers, a replica and nginx, under load.

SCALE_SECONDS=20 make scale      a short load
ARGS="delay faults" make scale   some parts: delay, load, faults, jobs
"""

import contextlib
import json
import os
import shutil

from . import (
    addon,
    databases,
    mail_server,
    odoo_run,
    postgres,
    scale_delay,
    scale_faults,
    scale_jobs,
    scale_load,
    test,
)
from . import scale_parts as parts
from . import scale_servers as servers
from .bench_shell import ask
from .console import Stop, doing, say
from .paths import TOOLS
from .step import fingerprint, locked

FOLDER, DATABASE = servers.FOLDER, servers.DATABASE
SETUP, STOCK_SETUP = TOOLS / "scale_setup_odoo.py", TOOLS / "scale_stock_odoo.py"
SIZE = {"ORGANIZATIONS": 6, "COLLEAGUES": 4, "CASES": 12}
FACTS = FOLDER / "facts.json"
DUMPS = {name: FOLDER / f"{name}.dump" for name in (DATABASE, servers.STOCK)}
PARTS = {
    "delay": scale_delay.run,
    "load": scale_load.run,
    "faults": scale_faults.run,
    "jobs": scale_jobs.run,
}


class Checks:
    """What was checked, printed at once."""

    def __init__(self):
        self.failed = []

    def __call__(self, is_ok, text, detail=""):
        """Print a check and what came of it."""
        say(f"  {'ok    ' if is_ok else 'FAILED'}  {text}")
        if not is_ok:
            self.failed.append(text)
            say(f"          {str(detail)[:500]}")


class Place:
    """All that runs, for the parts that look at it."""

    def __init__(self, primary, replica, smtp, mails, facts):
        self.primary, self.replica = primary, replica
        self.smtp, self.mails, self.facts = smtp, mails, facts
        self.check = Checks()

    @contextlib.contextmanager
    def serving(self):
        """Have two Odoos behind nginx and one for scheduled work in the body."""
        with (
            doing("Starting three Odoo servers and nginx"),
            contextlib.ExitStack() as s,
        ):
            running = s.enter_context(servers.running(self.replica, self.smtp))
            scheduled = servers.scheduled("scale-scheduled", self.smtp)
            self.scheduled_log = s.enter_context(scheduled)
            stack = s.pop_all()
        with stack:
            self.servers, self.address = running
            self.first, self.second = (server.url for server in self.servers)
            yield


def run(words=()):
    """Start all, check it part by part, and end it.

    :param words: names of parts; all if there is none
    :return: exit code
    """
    wanted = list(words) or list(PARTS)
    if wrong := set(wanted) - set(PARTS):
        raise Stop(f"No part {', '.join(wrong)}. Parts: {', '.join(PARTS)}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with locked("scale", "make scale of this checkout is running already."):
        facts = _prepare()
        mails = FOLDER / "mails"
        shutil.rmtree(mails, ignore_errors=True)
        with parts.clusters() as (primary, replica), mail_server.serving(mails) as smtp:
            _fill(primary, replica)
            place = Place(primary, replica, smtp, mails, facts)
            with place.serving():
                for name in wanted:
                    say(f"\n== {name}: {PARTS[name].__doc__.splitlines()[0]}")
                    PARTS[name](place)
    failed = place.check.failed
    say(f"\nFAILED: {len(failed)}" if failed else "\nAll checks ok.")
    return int(bool(failed))


def _prepare():
    """Have dumps of databases with customers; they are kept until the addon changes."""
    mark = fingerprint(addon.state(), SETUP, STOCK_SETUP, json.dumps(SIZE))
    if FACTS.exists() and all(dump.exists() for dump in DUMPS.values()):
        facts = json.loads(FACTS.read_text())
        if facts["mark"] == mark:
            return facts
    with postgres.server(), doing("Making customers and their records"):
        facts = _make(DATABASE, test.installed(), SETUP, **SIZE)
        test.template()
        stock = _make(servers.STOCK, test.TEMPLATE, STOCK_SETUP)
    facts |= {"bare": stock, "bare_database": servers.STOCK}
    FACTS.write_text(json.dumps({**facts, "mark": mark}))
    return facts


def _make(name, template, program, **words):
    """Fill a database, keep it with its files, and return what the program tells."""
    databases.create(name, template)
    config = odoo_run.configure(FOLDER / "setup.conf", db_name=name)
    facts = ask(name, config, program.read_text(), **words)
    parts.dump(name, DUMPS[name])
    _keep_files(databases.filestore(name), FOLDER / "filestore" / name)
    databases.drop(name)
    return facts


def _keep_files(source, target):
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, copy_function=os.link)


def _fill(primary, replica):
    """Put the databases and their files in place, and let the replica begin."""
    with doing("Filling the primary, copying it to the replica"):
        for name, dump in DUMPS.items():
            databases.create(name)
            parts.restore(name, dump)
            _keep_files(FOLDER / "filestore" / name, databases.filestore(name))
            primary.query("ANALYZE", database=name)
        replica.create()
        replica.wait()
