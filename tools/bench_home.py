"""Measure the portal's home page with all widgets beside Odoo's own, bare one.

    build/venv/bin/python -m tools.bench_home [rounds]

In one process, request by request in turn in a database without the addon and in one
with it. The parts that are loaded after the page are measured too, on their own.
"""

import json
import subprocess
import sys
from contextlib import ExitStack

from . import databases, odoo_run, postgres, test
from .console import Stop, doing, say
from .paths import ADDON, BUILD, CHECKOUT

STOCK, OURS = (f"{ADDON}_{CHECKOUT}_home_{name}" for name in ("stock", "ours"))
CASES = 10_000
TARGET = 1.2  # section 6 of the design

# Runs in Odoo's shell, where requests go to the server's function without a socket.
MEASURE = '''
import json, re, statistics, time
from werkzeug.test import Client
import odoo.http
from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry

PASSWORD, BASE = "correct horse battery", {"REMOTE_ADDR": "127.0.0.1"}

def fill(env):
    sam = env["res.users"].with_context(no_reset_password=True).create(
        {"name": "Sam", "login": "sam@bench.example", "email": "sam@bench.example"})
    company = env["res.partner"].create(
        {"name": "Bench", "is_company": True, "user_id": sam.id})
    contacts = emma, olga = env["res.partner"].create([{"name": name,
        "parent_id": company.id, "email": f"{name}@bench.example"}
        for name in ("emma", "olga")])
    wizard = env["portal.wizard"].with_context(active_ids=contacts.ids).create({})
    for line in wizard.user_ids:
        line.action_grant_access()
    for user in contacts.user_ids:
        user.password = PASSWORD
    if "portal_profile_id" in olga._fields:
        furnish(env, olga)
    env.flush_all()
    env.cr.execute("ANALYZE")

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
        and field.column_type and name not in ("id", "priority", "stage_id")]
    stages = case.project_id.type_ids.ids
    columns = ", ".join(names)
    env.cr.execute(f"""INSERT INTO project_task (priority, stage_id, {columns})
        SELECT mod(n, 4)::text, (%s::int[])[1 + mod(n, %s)], {columns}
        FROM project_task, generate_series(1, %s) n WHERE project_task.id = %s""",
        (stages, len(stages), CASES, case.id))

def enter(database, login):
    client = Client(odoo.http.root)
    client.get(f"/web/login?db={database}", environ_base=BASE, follow_redirects=True)
    page = client.get("/web/login", environ_base=BASE).text
    token = re.search('csrf_token: "([^"]+)"', page)[1]
    client.post("/web/login", environ_base=BASE, data={"password": PASSWORD,
        "login": f"{login}@bench.example", "csrf_token": token})
    return client

def request(client, path):
    start = time.perf_counter(), time.process_time(), sql_db.sql_counter
    response = client.get(path, environ_base=BASE)
    end = time.perf_counter(), time.process_time(), sql_db.sql_counter
    assert response.status_code == 200, response
    wall, cpu, queries = (after - before for before, after in zip(start, end))
    return wall * 1000, cpu * 1000, queries

STOCK, OURS = DATABASES
odoo.tools.config["db_name"] = DATABASES
for name in DATABASES:
    with Registry(name).cursor() as cr:
        fill(api.Environment(cr, SUPERUSER_ID, {}))
pages = [(enter(STOCK, "emma"), "/my"), (enter(OURS, "emma"), "/my"),
    (enter(OURS, "olga"), "/my")]
pages.append((pages[2][0], "/my/home/widgets?fragment=1"))
assert "Closed on Friday" in pages[2][0].get("/my", environ_base=BASE).text
assert "10001 in total" in pages[3][0].get(pages[3][1], environ_base=BASE).text
rounds = []
for number in range(ROUNDS + 10):
    order = [(place + number) % len(pages) for place in range(len(pages))]
    rows = dict((index, request(*pages[index])) for index in order)
    rounds.append([rows[index] for index in range(len(pages))])
medians = [[statistics.median(column) for column in zip(*rows)]
    for rows in zip(*rounds[10:])]
print("RESULT" + json.dumps(medians))
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
        rows = _shell(config, rounds)
    say(f"\n{'Home page':44}{'ms':>9}{'CPU ms':>9}{'queries':>9}{'ratio':>7}")
    stock, default, full, slow = rows
    _print_row("Odoo, without the addon", stock, stock)
    _print_row("Default profile, sees as in Odoo", default, stock)
    _print_row("all widgets", full, stock)
    say(f"{'target':44}{TARGET * stock[0]:9.2f}{'':18}{TARGET:7.2f}")
    _print_row(f"after the page: charts of {CASES} cases, recents", slow, stock)
    return full[0] <= TARGET * stock[0]


def _print_row(title, row, stock):
    milliseconds, cpu, queries = row
    ratio = milliseconds / stock[0]
    say(f"{title:44}{milliseconds:9.2f}{cpu:9.2f}{queries:9.0f}{ratio:7.2f}")


def _shell(config, rounds):
    words = {"DATABASES": [STOCK, OURS], "CASES": CASES, "ROUNDS": rounds}
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


if __name__ == "__main__":
    with postgres.server():
        sys.exit(not run(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
