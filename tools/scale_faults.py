"""`make scale`: what breaks while customers are at work."""

import threading
import time
import uuid
from typing import NamedTuple

import requests

from . import nginx, scale_jobs
from .console import say
from .scale_client import Client
from .scale_delay import CASES, USED
from .scale_servers import DATABASE, FOLDER

WRITERS, READERS = 3, 3
QUIET = 4  # seconds of work between two faults
PATIENCE = 90  # seconds until scheduled work is done again
# How long after a fault an answer may still say so: it was under way.
SLACK = 1
FOUND = "SELECT name FROM project_task WHERE name LIKE 'fault %%'"


class Event(NamedTuple):
    """A request, with its times by the clock that never goes back."""

    start: float
    end: float
    kind: str
    code: int
    what: str

    def is_wrong(self):
        """Say whether it was not answered as it should be."""
        return self.code != (303 if self.kind == "write" else 200)


class Traffic:
    """Customers who go on reading and writing, whatever happens."""

    def __init__(self, place):
        logins = list(place.facts["customers"])[USED : USED + WRITERS + READERS]
        self.clients = [
            Client(place.address, login, place.facts["password"]) for login in logins
        ]
        for client in self.clients:
            # A browser sends a form again on a connection that was closed meanwhile.
            client.http.headers["Connection"] = "close"
        self.events, self.ended = [], threading.Event()
        works = [self._write] * WRITERS + [self._read] * READERS
        self.threads = [
            threading.Thread(target=self._go_on, args=pair, daemon=True)
            for pair in zip(works, self.clients, strict=True)
        ]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_unused):
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def _go_on(self, work, client):
        while not self.ended.is_set():
            start = time.monotonic()
            kind, code, what = work(client)
            self.events.append(Event(start, time.monotonic(), kind, code, what))
            self.ended.wait(0.3)

    def _write(self, client):
        title = f"fault {uuid.uuid4().hex}"
        return "write", _code(client.post, f"{CASES}/new", name=title), title

    def _read(self, client):
        return "read", _code(client.get, CASES), CASES


def _code(ask, *args, **kwargs):
    try:
        return ask(*args, **kwargs).status_code
    except requests.RequestException:
        return 0


def run(place):
    """A replica, a server, the primary and nginx end or start under light load."""
    faults = {
        "primary crashed and started again": lambda: _crash(place.primary),
        "replica stopped": place.replica.stop,
        "replica started again": place.replica.start,
        "an Odoo server killed": place.servers[1].kill,
        "it started again": lambda: place.servers[1].start(place.address),
        "nginx reloaded": lambda: nginx.reload(FOLDER / "nginx"),
    }
    with Traffic(place) as traffic:
        time.sleep(QUIET)
        spans = {name: _time(fault) for name, fault in faults.items()}
    _report(place, traffic, spans)


def _crash(primary):
    primary.stop("immediate")
    time.sleep(1)
    primary.start()


def _time(fault):
    """Have something happen, and return when it began and was over."""
    start = time.monotonic()
    fault()
    end = time.monotonic()
    time.sleep(QUIET)
    return start, end


def _report(place, traffic, spans):
    events = traffic.events
    answered = {e.what for e in events if e.kind == "write" and not e.is_wrong()}
    there = {name for (name,) in place.primary.query(FOUND, database=DATABASE)}
    lost = answered - there
    text = f"all {len(answered)} cases whose form was answered are there"
    place.check(answered and not lost, text, lost)
    wrong = [event for event in events if event.is_wrong()]
    for name, (start, end) in spans.items():
        during = [e for e in events if e.start <= end and e.end >= start]
        bad = [e for e in wrong if e.start <= end + SLACK and e.end >= start]
        wrong = [e for e in wrong if e not in bad]
        kinds = sorted({(e.kind, e.code) for e in bad})
        say(
            f"  {name} ({end - start:.1f} s): {len(bad)} of {len(during)} wrong {kinds}"
        )
    text = f"of {len(events)} requests, none was wrong but those under way in a fault"
    origin = min(e.start for e in events)
    detail = [
        (round(e.start - origin), round(e.end - e.start, 1), *e[2:]) for e in wrong
    ]
    place.check(not wrong, text, detail)
    _check_scheduled(place)
    calm = ("replica started again", "it started again", "nginx reloaded")
    codes = [_code(client.get, CASES) for client in traffic.clients]
    place.check(set(codes) == {200}, "all sessions are still logged in", codes)
    _check_calm(place, events, {name: spans[name] for name in calm})


def _check_scheduled(place):
    """Check that scheduled work goes on, though its database was gone for a while."""
    before = scale_jobs.count_done(place.scheduled_log)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        scale_jobs.make_due()
        time.sleep(2)
        if scale_jobs.count_done(place.scheduled_log) > before:
            break
    is_done = scale_jobs.count_done(place.scheduled_log) > before
    place.check(is_done, "scheduled work goes on", place.scheduled_log)


def _check_calm(place, events, spans):
    """Check what may disturb nobody at all."""
    for name, (start, end) in spans.items():
        bad = [e for e in events if e.is_wrong() and e.start <= end and e.end >= start]
        place.check(not bad, f"{name}: nobody noticed", bad)
