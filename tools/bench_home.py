"""Measure the portal's home page with all widgets beside Odoo's own, bare one.

    build/venv/bin/python -m tools.bench_home [rounds]

In one process, request by request in turn in a database without the addon and in one
with it. The parts that are loaded after the page are measured too, on their own.
"""

import sys
from contextlib import ExitStack

from . import bench_history, databases, odoo_run, postgres, test
from .bench_shell import ask, print_head, print_row
from .console import doing, say
from .paths import ADDON, BUILD, CHECKOUT

STOCK, OURS = (f"{ADDON}_{CHECKOUT}_home_{name}" for name in ("stock", "ours"))
CASES = 10_000
# Times the time of Odoo's bare home page, with all widgets shown, and queries.
TARGET, QUERIES = 1.1, 16

# Runs in Odoo's shell.
MEASURE = '''
import json
from tools.bench_requests import enter, fill, grant, measure, medians

def fill_home(env):
    sam = env["res.users"].with_context(no_reset_password=True).create(
        {"name": "Sam", "login": "sam@bench.example", "email": "sam@bench.example"})
    company = env["res.partner"].create(
        {"name": "Bench", "is_company": True, "user_id": sam.id})
    contacts = emma, olga = env["res.partner"].create([{"name": name,
        "parent_id": company.id, "email": f"{name}@bench.example"}
        for name in ("emma", "olga")])
    grant(contacts)
    if "portal_profile_id" in olga._fields:
        furnish(env, olga)

def furnish(env, partner):
    # Olga has all widgets; Emma keeps the Default profile.
    profile = partner.portal_profile_id.copy({
        "greeting": "time", "announcement": "<p>Closed on Friday</p>"})
    profile.widget_ids.visible = True
    rows = profile.permission_ids.filtered(
        lambda row: row.module_id.code in ("cases", "faqs"))
    rows.write({"visible": True, "can_create": True})
    partner.write({"portal_profile_id": profile.id,
        "support_end_date": env.company._get_portal_today()})
    case = env["project.task"].create({"name": "A case", "partner_id": partner.id,
        "project_id": env.ref("customer_portal.project_cases").id})
    case.flush_recordset()
    names = [name for name, field in case._fields.items() if field.store
        and field.column_type
        and name not in ("id", "priority", "stage_id", "portal_number")]
    stages = case.project_id.type_ids.ids
    columns = ", ".join(names)
    env.cr.execute(f"""INSERT INTO project_task (priority, stage_id, {columns})
        SELECT mod(n, 4)::text, (%s::int[])[1 + mod(n, %s)], {columns}
        FROM project_task, generate_series(1, %s) n WHERE project_task.id = %s""",
        (stages, len(stages), CASES, case.id))

STOCK, OURS = DATABASES
fill(DATABASES, fill_home)
ours = enter(OURS, "olga")
jobs = [(enter(STOCK), "/my"), (enter(OURS), "/my"),
    (ours, "/my", "Closed on Friday"),
    (ours, "/my/home/widgets?fragment=1", f"{CASES + 1} records")]
print("RESULT" + json.dumps([medians(rows) for rows in zip(*measure(jobs, ROUNDS))]))
'''


def run(rounds=200):
    """Print lines for the page without the addon and with it.

    :return: whether the page with all widgets keeps within the target
    """
    config = odoo_run.configure(BUILD / "bench-home.conf", db_name=OURS)
    test.template()
    with ExitStack() as stack, doing(f"Measuring the home page in {STOCK} and {OURS}"):
        for name in (STOCK, OURS):
            stack.callback(databases.drop, name)
            databases.create(name, template=test.TEMPLATE)
        odoo_run.install(OURS, [ADDON], "bench-home", config=config)
        words = {"DATABASES": [STOCK, OURS], "CASES": CASES, "ROUNDS": rounds}
        rows = ask(OURS, config, MEASURE, **words)
    print_head("Home page")
    stock, default, full, slow = rows
    print_row("Odoo, without the addon", stock, stock)
    print_row("Default profile, sees as in Odoo", default, stock)
    print_row("all widgets", full, stock)
    say(f"{'target':52}{TARGET * stock[0]:9.2f}{'':18}{TARGET:7.2f}")
    print_row(f"after the page: charts of {CASES} cases, recents", slow, stock)
    title = "/my, all widgets"
    ratio = full[0] / stock[0]
    kept = bench_history.record(f"{title} / Odoo's bare one", ratio, TARGET, "x")
    return bench_history.record(f"{title}, queries", full[2], QUERIES) and kept


if __name__ == "__main__":
    with postgres.server():
        sys.exit(not run(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
