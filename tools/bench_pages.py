"""Measure what the door and the gate add to a page of Odoo: `/my/invoices`.

In one process and one database, request by request in turn with and without what this
addon does at each request, so that whatever else the machine does disturbs both alike.
"""

import json
import subprocess

from . import databases, odoo_run, test
from .console import Stop, doing, say
from .paths import ADDON, BUILD, CHECKOUT

DATABASE = f"{ADDON}_{CHECKOUT}_bench_pages"
INVOICES = 1000
ROUNDS = 150
TARGET_MS, TARGET_QUERIES = 0.5, 1  # section 6 of the design

# Runs in Odoo's shell, where requests go to the server's function without a socket.
MEASURE = """
import json, re, statistics, time
from contextlib import ExitStack
from unittest.mock import patch
from werkzeug.test import Client
import odoo.http
from odoo import sql_db
from odoo.addons.customer_portal.controllers.portal import CustomerPortal
from odoo.addons.customer_portal.models.ir_http import IrHttp
from odoo.addons.customer_portal.models.ir_rule import IrRule
from odoo.addons.customer_portal.models.ir_ui_view import IrUiView

company = env["res.partner"].create({"name": "Bench", "is_company": True})
contact = env["res.partner"].create({"name": "Emma", "parent_id": company.id,
    "email": "emma@bench.example", "portal_user": True})
user = contact.user_ids
user.password = "correct horse battery"
journal = env["account.journal"].create(
    {"name": "Bench", "code": "BNCH", "type": "sale"})
profile = contact.portal_profile_id
line = profile.permission_ids.filtered(lambda line: line.module_id.code == "invoices")
line.write({"visible": True, "records_visibility": "organization"})
moves = env["account.move"].create([{"move_type": "out_invoice", "name": f"BN/{n}",
    "partner_id": contact.id, "journal_id": journal.id} for n in range(INVOICES)])
env.flush_all()
env.cr.execute("UPDATE account_move SET state = 'posted', payment_state = 'not_paid'"
    " WHERE id IN %s", [tuple(moves.ids)])
env.cr.commit()

client, base = Client(odoo.http.root), {"REMOTE_ADDR": "127.0.0.1"}
login = client.get("/web/login", environ_base=base).text
client.post("/web/login", environ_base=base, data={"login": user.login,
    "password": "correct horse battery",
    "csrf_token": re.search('csrf_token: "([^"]+)"', login)[1]})

def past(cls, name):
    kind = classmethod if isinstance(cls.__dict__[name], classmethod) else (lambda f: f)
    return patch.object(cls, name, kind(
        lambda this, *args, **kw: getattr(super(cls, this), name)(*args, **kw)))

WITHOUT = [(IrHttp, "_authenticate_explicit"), (IrHttp, "_pre_dispatch"),
    (IrRule, "_compute_domain"), (IrUiView, "_get_view_etrees"),
    (CustomerPortal, "_prepare_portal_layout_values")]

def request():
    queries, start = sql_db.sql_counter, time.perf_counter()
    response = client.get("/my/invoices", environ_base=base)
    seconds = time.perf_counter() - start
    assert response.status_code == 200 and "BN/" in response.text, response
    return seconds * 1000, sql_db.sql_counter - queries

rows = {"with": [], "without": []}
for number in range(ROUNDS + 10):
    rows["with"].append(request())
    with ExitStack() as stack:
        for cls, name in WITHOUT:
            stack.enter_context(past(cls, name))
        rows["without"].append(request())
rows = {name: row[10:] for name, row in rows.items()}
rows["difference"] = [(ours[0] - stock[0], ours[1] - stock[1])
    for ours, stock in zip(rows["with"], rows["without"])]
print("RESULT" + json.dumps({name: [statistics.median(column) for column in zip(*row)]
    for name, row in rows.items()}))
"""


def run():
    """Print a line for the page with the addon at work, and one without.

    :return: whether it keeps within the target
    """
    config = odoo_run.configure(BUILD / "bench-pages.conf", db_name=DATABASE)
    test.template()
    try:
        with doing(f"Measuring pages in {DATABASE}"):
            databases.create(DATABASE, template=test.TEMPLATE)
            odoo_run.install(DATABASE, [ADDON], "bench-pages", config=config)
            rows = _shell(config)
    finally:
        databases.drop(DATABASE)
    say(f"\n{f'/my/invoices of {INVOICES} invoices':34}{'ms':>9}{'queries':>9}")
    for name, (milliseconds, queries) in rows.items():
        say(f"{name + ' (door and gate)':34}{milliseconds:9.2f}{queries:9.0f}")
    say(f"{'target of the difference':34}{TARGET_MS:9.2f}{TARGET_QUERIES:9}")
    milliseconds, queries = rows["difference"]
    return milliseconds <= TARGET_MS and queries <= TARGET_QUERIES


def _shell(config):
    code = MEASURE.replace("INVOICES", str(INVOICES)).replace("ROUNDS", str(ROUNDS))
    options = ["--no-http", "--log-level=error", "--shell-interface=python"]
    result = subprocess.run(
        odoo_run.command("shell", "-d", DATABASE, *options, config=config),
        input=code,
        capture_output=True,
        text=True,
        check=False,
    )
    if "RESULT" not in result.stdout:
        raise Stop(result.stdout[-3000:] + result.stderr[-3000:])
    return json.loads(result.stdout.split("RESULT")[1].splitlines()[0])
