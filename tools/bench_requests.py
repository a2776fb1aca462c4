"""Requests to Odoo from inside it, for the programs that run in Odoo's shell.

They go to the server's function without a socket, in turn to all databases of one
process, so that whatever else the machine does disturbs all alike.
"""

import re
import statistics
import time

from werkzeug.test import Client

import odoo.http
from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry

PASSWORD, BASE = "correct horse battery", {"REMOTE_ADDR": "127.0.0.1"}


def fill(names, filler):
    """Serve some databases, and fill each.

    :param filler: function of an environment
    """
    odoo.tools.config["db_name"] = list(names)
    for name in names:
        with Registry(name).cursor() as cr:
            filler(api.Environment(cr, SUPERUSER_ID, {}))
            cr.commit()
            cr.execute("ANALYZE")


def grant(contacts):
    """Make portal users of contacts, as stock Odoo does."""
    wizards = contacts.env["portal.wizard"].with_context(active_ids=contacts.ids)
    for line in wizards.create({}).user_ids:
        line.action_grant_access()
    for user in contacts.user_ids:
        user.password = PASSWORD


def visit(database):
    """Return a client of the server in which nobody has logged in."""
    client = Client(odoo.http.root)
    client.get(f"/web/login?db={database}", environ_base=BASE, follow_redirects=True)
    return client


def enter(database, name="emma"):
    """Return a client of the server in which a customer has logged in."""
    client = visit(database)
    page = client.get("/web/login", environ_base=BASE).text
    token = re.search('csrf_token: "([^"]+)"', page)[1]
    data = {
        "login": f"{name}@bench.example",
        "password": PASSWORD,
        "csrf_token": token,
    }
    client.post("/web/login", environ_base=BASE, data=data)
    return client


def request(client, url, text="</html>"):
    """Return wall and processor time in milliseconds, and queries, of a request.

    :param str text: that the page must have
    """
    start = time.perf_counter(), time.process_time(), sql_db.sql_counter
    response = client.get(url, environ_base=BASE)
    page = response.text
    end = time.perf_counter(), time.process_time(), sql_db.sql_counter
    assert response.status_code == 200 and text in page, (url, response)
    wall, cpu, queries = (b - a for a, b in zip(start, end, strict=True))
    return wall * 1000, cpu * 1000, queries


def measure(jobs, rounds):
    """Request pages in turn, each round beginning with another one.

    :param jobs: arguments of `request`
    :return: a list of rows a round, without the first rounds, which fill the caches
    """
    measured = []
    for number in range(rounds + 10):
        order = [(place + number) % len(jobs) for place in range(len(jobs))]
        rows = {index: request(*jobs[index]) for index in order}
        measured.append([rows[index] for index in range(len(jobs))])
    return measured[10:]


def medians(rows):
    """Return the median of each column."""
    return [statistics.median(column) for column in zip(*rows, strict=True)]
