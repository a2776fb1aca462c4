"""Measure what this addon adds to a page of Odoo: `/my/invoices`.

In one process, request by request in turn in a database without the addon and in one
with it, so that whatever else the machine does disturbs both alike.
"""

from contextlib import ExitStack

from . import bench_history, databases, odoo_run, test
from .bench_shell import ask, print_head, print_row
from .console import doing, say
from .paths import ADDON, BUILD, CHECKOUT

STOCK, OURS = (f"{ADDON}_{CHECKOUT}_bench_{name}" for name in ("stock_pages", "pages"))
INVOICES = 1000
ROUNDS = 300
TARGET_MS, TARGET_QUERIES = 0, 0  # what door and gate may add to a stock page

# Runs in Odoo's shell.
MEASURE = """
import json
from tools.bench_requests import enter, fill, grant, measure, medians

def fill_invoices(env):
    # As without the addon, lists begin with all that a customer may see.
    env["ir.config_parameter"].set_param("customer_portal.default_scope", "all")
    company = env["res.partner"].create({"name": "Bench", "is_company": True})
    emma, olga = contacts = env["res.partner"].create([{"name": name,
        "parent_id": company.id, "email": f"{name}@bench.example"}
        for name in ("emma", "olga")])
    grant(contacts)
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

fill(DATABASES, fill_invoices)
jobs = [(enter(name, login), "/my/invoices", "BN/")
    for login in ("emma", "olga") for name in DATABASES]
rounds = [(*rows, *([b - a for a, b in zip(*pair)] for pair in (rows[:2], rows[2:])))
    for rows in measure(jobs, ROUNDS)]
print("RESULT" + json.dumps([medians(rows) for rows in zip(*rounds)]))
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
        words = {"DATABASES": [STOCK, OURS], "INVOICES": INVOICES, "ROUNDS": ROUNDS}
        rows = ask(OURS, config, MEASURE, **words)
    print_head(f"/my/invoices of {INVOICES} invoices")
    stock, default, stock_narrow, narrow, *differences = rows
    print_row("Odoo, without the addon", stock, stock)
    print_row("Default profile, sees as in Odoo", default, stock)
    print_row("difference, median of the pairs", differences[0], stock)
    print_row("Odoo, a colleague", stock_narrow, stock_narrow)
    print_row("narrowed to the organization", narrow, stock_narrow)
    print_row("difference, median of the pairs", differences[1], stock_narrow)
    say(f"{'target of the differences':52}{TARGET_MS:9.2f}{'':9}{TARGET_QUERIES:9}")
    names = "Default profile", "narrowed to the organization"
    for name, (milliseconds, _cpu, queries) in zip(names, differences, strict=True):
        title = f"/my/invoices, {name}: more than in Odoo alone"
        bench_history.record(title, milliseconds, TARGET_MS, "ms")
        bench_history.record(f"{title}, queries", queries, TARGET_QUERIES)
    return all(row[0] <= TARGET_MS and row[2] <= TARGET_QUERIES for row in differences)
