"""Measure what this addon adds to a page of Odoo: `/my/invoices`.

In one process, request by request in turn in a database without the addon and in one
with it, so that whatever else the machine does disturbs both alike.
"""

import json
import subprocess
from contextlib import ExitStack

from . import databases, odoo_run, test
from .console import Stop, doing, say
from .paths import ADDON, BUILD, CHECKOUT

STOCK, OURS = (f"{ADDON}_{CHECKOUT}_bench_{name}" for name in ("stock_pages", "pages"))
INVOICES = 1000
ROUNDS = 300
TARGET_MS, TARGET_QUERIES = 0.5, 1  # section 6 of the design

# Runs in Odoo's shell, where requests go to the server's function without a socket.
MEASURE = """
import json, re, statistics, time
from werkzeug.test import Client
import odoo.http
from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry

PASSWORD, BASE = "correct horse battery", {"REMOTE_ADDR": "127.0.0.1"}

def fill(env):
    company = env["res.partner"].create({"name": "Bench", "is_company": True})
    emma, olga = contacts = env["res.partner"].create([{"name": name,
        "parent_id": company.id, "email": f"{name}@bench.example"}
        for name in ("emma", "olga")])
    wizard = env["portal.wizard"].with_context(active_ids=contacts.ids).create({})
    for line in wizard.user_ids:
        line.action_grant_access()
    for user in contacts.user_ids:
        user.password = PASSWORD
    if "portal_profile_id" in olga._fields:
        profile = olga.portal_profile_id.copy()
        line = profile.permission_ids.filtered(
            lambda line: line.module_id.code == "invoices")
        line.write({"visible": True, "records_visibility": "organization"})
        olga.portal_profile_id = profile
    journal = env["account.journal"].create(
        {"name": "Bench", "code": "BNCH", "type": "sale"})
    moves = env["account.move"].create([{"move_type": "out_invoice", "name": f"BN/{n}",
        "partner_id": emma.id, "journal_id": journal.id} for n in range(INVOICES)])
    env.flush_all()
    env.cr.execute("UPDATE account_move SET state = 'posted',"
        " payment_state = 'not_paid' WHERE id IN %s", [tuple(moves.ids)])
    env.cr.execute("ANALYZE")

def enter(database, login):
    client = Client(odoo.http.root)
    client.get(f"/web/login?db={database}", environ_base=BASE, follow_redirects=True)
    page = client.get("/web/login", environ_base=BASE).text
    token = re.search('csrf_token: "([^"]+)"', page)[1]
    client.post("/web/login", environ_base=BASE, data={"password": PASSWORD,
        "login": f"{login}@bench.example", "csrf_token": token})
    return client

def request(client):
    start = time.perf_counter(), time.process_time(), sql_db.sql_counter
    response = client.get("/my/invoices", environ_base=BASE)
    end = time.perf_counter(), time.process_time(), sql_db.sql_counter
    assert response.status_code == 200 and "BN/" in response.text, response
    wall, cpu, queries = (after - before for before, after in zip(start, end))
    return wall * 1000, cpu * 1000, queries

names = DATABASES
odoo.tools.config["db_name"] = names
for name in names:
    with Registry(name).cursor() as cr:
        fill(api.Environment(cr, SUPERUSER_ID, {}))
clients = [enter(name, login) for login in ("emma", "olga") for name in names]
rounds = []
for number in range(ROUNDS + 10):
    order = [(place + number) % 4 for place in range(4)]
    rows = [row for index, row in sorted(
        (index, request(clients[index])) for index in order)]
    more = [[b - a for a, b in zip(*pair)] for pair in (rows[:2], rows[2:])]
    rounds.append((*rows, *more))
medians = [[statistics.median(column) for column in zip(*rows)]
    for rows in zip(*rounds[10:])]
print("RESULT" + json.dumps(medians))
"""


def run():
    """Print lines for the page without the addon and with it, for two customers.

    :return: whether it keeps within the target
    """
    config = odoo_run.configure(BUILD / "bench-pages.conf", db_name=OURS)
    test.template()
    with ExitStack() as stack, doing(f"Measuring pages in {STOCK} and {OURS}"):
        for name in (STOCK, OURS):
            stack.callback(databases.drop, name)
            databases.create(name, template=test.TEMPLATE)
        odoo_run.install(OURS, [ADDON], "bench-pages", config=config)
        rows = _shell(config)
    title = f"/my/invoices of {INVOICES} invoices"
    say(f"\n{title:38}{'ms':>9}{'CPU ms':>9}{'queries':>9}{'ratio':>7}")
    stock, default, stock_narrow, narrow, *differences = rows
    _print_row("Odoo, without the addon", stock, stock)
    _print_row("Default profile, sees as in Odoo", default, stock)
    _print_row("difference, median of the pairs", differences[0], stock)
    _print_row("Odoo, a colleague", stock_narrow, stock_narrow)
    _print_row("narrowed to the organization", narrow, stock_narrow)
    _print_row("difference, median of the pairs", differences[1], stock_narrow)
    say(f"{'target of the differences':38}{TARGET_MS:9.2f}{'':9}{TARGET_QUERIES:9}")
    return all(row[0] <= TARGET_MS and row[2] <= TARGET_QUERIES for row in differences)


def _print_row(title, row, stock):
    milliseconds, cpu, queries = row
    ratio = milliseconds / stock[0]
    say(f"{title:38}{milliseconds:9.2f}{cpu:9.2f}{queries:9.0f}{ratio:7.2f}")


def _shell(config):
    words = {"DATABASES": [STOCK, OURS], "INVOICES": INVOICES, "ROUNDS": ROUNDS}
    code = MEASURE
    for word, value in words.items():
        code = code.replace(word, repr(value))
    options = ["--no-http", "--log-level=error", "--shell-interface=python"]
    result = subprocess.run(
        odoo_run.command("shell", "-d", OURS, *options, config=config),
        input=code,
        capture_output=True,
        text=True,
        check=False,
    )
    if "RESULT" not in result.stdout:
        raise Stop(result.stdout[-3000:] + result.stderr[-3000:])
    return json.loads(result.stdout.split("RESULT")[1].splitlines()[0])
