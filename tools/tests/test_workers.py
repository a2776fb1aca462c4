"""What only real transactions show: workers at once, and requests that fail."""

import json
import time
import urllib.request
from http.cookiejar import CookieJar

import pytest

from tools.tests.conftest import configure
from tools.tests.odoo_worker import Worker

pytestmark = pytest.mark.alone

CONTACTS = 60
MAKE_EXPIRED = f"""
partners = env["res.partner"].create([
    {{"name": f"Contact {{n}}", "email": f"c{{n}}@example.com", "portal_user": True}}
    for n in range({CONTACTS})])
env["res.users"].search([("login", "=", "c1@example.com")]).password = "correct horse"
env["res.partner"].create(
    {{"name": "Ada", "email": "ada@example.com", "portal_user": True}})
env.flush_all()
env.cr.execute("UPDATE res_partner SET support_start_date = NULL,"
    " support_end_date = current_date - 2 WHERE id IN %s", (partners._ids,))
"""
SMALL_BATCHES = """
from odoo.addons.customer_portal.models.access import period
period.BATCH = 3
"""
END_PERIODS = """
import time
time.sleep(max(0, START - time.time()))
env["customer.portal.period"]._cron_end_periods()
"""
# Prints what is seen by a transaction that began before a change, by one that made it
# and rolled it back, and by one that begins after it.
CHANGE = """
from odoo import api, SUPERUSER_ID

def may(cr):
    env = api.Environment(cr, SUPERUSER_ID, {})
    user = env["res.users"].search([("login", "=", "ada@example.com")])
    return env["customer.portal.gate"].with_user(user).may("cases")

def switch(cr, visible):
    env = api.Environment(cr, SUPERUSER_ID, {})
    user = env["res.users"].search([("login", "=", "ada@example.com")])
    rows = user.partner_id.portal_profile_id.permission_ids
    rows.filtered(lambda row: row.module_id.code == "cases").visible = visible
    return may(cr)

registry = env.registry
registry.check_signaling()
with registry.cursor() as cr:
    switch(cr, True)
registry.signal_changes()
registry.check_signaling()
with registry.cursor() as before, registry.cursor() as change:
    before.execute("SELECT 1")
    print(switch(change, False), may(before))
    change.WHEN()
    AND_THEN
    print(may(before))
    with registry.cursor() as after:
        registry.check_signaling(after)
        print(may(after), may(before))
"""
COUNT = """
groups = env["customer.portal.touchpoint"]._read_group(
    [("kind", "=", "KIND")], ["partner_id"], ["__count"])
print([count for _partner, count in groups])
"""


@pytest.fixture(scope="module")
def database(make_database, run_odoo_shell):
    database = make_database("workers", ["customer_portal"])
    run_odoo_shell(database, MAKE_EXPIRED)
    return database


def test_two_workers_end_each_period_once(database, run_odoo_shell):
    config = configure(database)
    workers = [Worker(database, config, SMALL_BATCHES) for _number in range(2)]
    for worker in workers:
        worker.run("env['res.partner'].search_count([])")
    start = time.time() + 1
    for worker in workers:
        worker.tell(END_PERIODS, START=start)
    for worker in workers:
        worker.answer()
        worker.end()
    counts = run_odoo_shell(database, COUNT.replace("KIND", "expired"))
    assert json.loads(counts) == [1] * CONTACTS


@pytest.mark.parametrize(
    ("when", "then", "seen"),
    [
        ("commit", "registry.signal_changes()", "False True True False True"),
        ("rollback", "registry.reset_changes()", "False True True True True"),
    ],
)
def test_who_asks_during_a_change_does_not_undo_it_for_others(
    database, run_odoo_shell, when, then, seen
):
    code = CHANGE.replace("WHEN", when).replace("AND_THEN", then)
    assert run_odoo_shell(database, code).split() == seen.split()


def test_a_refusal_is_kept_although_the_request_fails(
    database, run_odoo_shell, odoo_server
):
    server = odoo_server(database)
    url = f"{server.url}/web/session/authenticate"
    params = {"db": database, "login": "c1@example.com", "password": "correct horse"}
    body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
    request = urllib.request.Request(
        url, body, headers={"Content-Type": "application/json"}
    )
    opener = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(CookieJar())
    )
    answer = json.load(opener.open(request))
    assert "was disabled on" in answer["error"]["data"]["message"]
    counts = run_odoo_shell(database, COUNT.replace("KIND", "refused"))
    assert json.loads(counts) == [1]
