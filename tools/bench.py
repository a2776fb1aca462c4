"""`make bench`: what granting access costs, beside stock Odoo in the same run."""

from . import bench_history, databases, odoo_run, test
from .bench_shell import ask
from .console import doing, say
from .paths import ADDON, BUILD, CHECKOUT

CONTACTS = 100
TARGET = 0.15  # times what Odoo's wizard takes

# Runs in Odoo. Each job has contacts of its own; no mail leaves, which favours stock.
MEASURE = """
import json, time, uuid

def contacts():
    names = [uuid.uuid4().hex for _unused in range(CONTACTS)]
    return env["res.partner"].create(
        [{"name": name, "email": f"{name}@example.com"} for name in names]
    )

def wizard(partners):
    return env["portal.wizard"].with_context(active_ids=partners.ids).create({})

def grant_one_by_one(partners):
    for line in wizard(partners).user_ids:
        line.action_grant_access()

def grant_all(partners):
    wizard(partners).action_grant_all()

def tick(partners):
    partners.write({"portal_user": True})

def measure(job):
    partners = contacts()
    mails = env["mail.mail"].search_count([])
    env.flush_all()
    env.invalidate_all()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    job(partners)
    env.flush_all()
    return {
        "seconds": time.perf_counter() - start,
        "queries": env.cr.sql_log_count - queries,
        "mails": env["mail.mail"].search_count([]) - mails,
    }

env.registry["ir.mail_server"]._disable_send = lambda self: True
measure(grant_one_by_one)  # once to fill the caches
names = ["grant_one_by_one"]
if "portal_user" in env["res.partner"]._fields:
    names += ["grant_all", "tick"]
print("RESULT" + json.dumps({name: measure(globals()[name]) for name in names}))
"""


def run():
    """Measure in one database without the addon and in one with it; print a table."""
    stock = _measure("bench_stock", [])["grant_one_by_one"]
    ours = _measure("bench", [ADDON])
    title = f"Access for {CONTACTS} contacts"
    say(f"\n{title:34}{'seconds':>9}{'queries':>9}{'mails':>7}{'ratio':>7}")
    _print_row("Odoo's wizard, without the addon", stock, stock)
    _print_row("the wizard, one by one", ours["grant_one_by_one"], stock)
    _print_row("the wizard, Grant all", ours["grant_all"], stock)
    _print_row("Portal User ticked in the list", ours["tick"], stock)
    ways = {"grant_all": "by Grant All", "tick": "by ticking Portal User"}
    for name, way in ways.items():
        title = f"{CONTACTS} contacts get access {way} / Odoo's wizard"
        ratio = ours[name]["seconds"] / stock["seconds"]
        bench_history.record(title, ratio, TARGET, "x")


def _print_row(title, row, stock):
    ratio = row["seconds"] / stock["seconds"]
    figures = f"{row['seconds']:9.2f}{row['queries']:9}{row['mails']:7}{ratio:7.2f}"
    say(f"{title:34}{figures}")


def _measure(name, modules):
    database = f"{ADDON}_{CHECKOUT}_{name}"
    config = odoo_run.configure(BUILD / f"{name}.conf", db_name=database)
    test.template()
    try:
        with doing(f"Measuring in {database}"):
            databases.create(database, template=test.TEMPLATE)
            if modules:
                odoo_run.install(database, modules, name, config=config)
            return ask(database, config, MEASURE, CONTACTS=CONTACTS)
    finally:
        databases.drop(database)
