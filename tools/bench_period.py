"""Measure the housekeeping of many support periods that end at once.

    build/venv/bin/python -m tools.bench_period [contacts]

Makes a database with that many portal contacts (100,000 unless told) whose period is
over, each with a user, some with API keys and pending links, and runs the scheduled
action to its end as the scheduler does.
"""

import sys

from . import bench_history, databases, odoo_run, postgres, test
from .bench_shell import ask
from .console import doing, say
from .paths import ADDON, BUILD, CHECKOUT

DATABASE = f"{ADDON}_bench_period_{CHECKOUT}"
# Milliseconds per contact, so that 100,000 periods end in half a minute, and what the
# process may grow meanwhile, in megabytes.
TARGET_MS, TARGET_MB = 0.3, 32

FILL = """
def insert(table, source, number, **columns):
    '''Copy a row many times; `columns` are SQL expressions of `n` instead.'''
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND column_name <> 'id'", [table])
    names = [name for name, in env.cr.fetchall()]
    values = [columns.get(name, f's."{name}"') for name in names]
    quoted = ", ".join(f'"{name}"' for name in names)
    env.cr.execute(
        f"INSERT INTO {table} ({quoted}) SELECT {', '.join(values)}"
        f" FROM {table} s, generate_series(1, {number}) n WHERE s.id = %s", [source.id])

contact = env["res.partner"].create(
    {"name": "Bench", "email": "bench@example.com", "portal_user": True})
user = env["res.users"].search([("partner_id", "=", contact.id)])
env.flush_all()
insert("res_partner", contact, number,
    name="'Contact ' || n", complete_name="'Contact ' || n",
    email="'contact' || n || '@example.com'",
    email_normalized="'contact' || n || '@example.com'",
    support_start_date="current_date - 400",
    support_end_date="current_date - 1 - mod(n, 30)",
    signup_type="CASE WHEN mod(n, 10) = 0 THEN 'signup' END")
env.cr.execute(
    "UPDATE res_partner SET commercial_partner_id = id WHERE left(name, 7) = 'Contact'")
insert("res_users", user, number,
    login="'contact' || n || '@example.com'",
    partner_id=f"{contact.id} + n",
    portal_session_version="mod(n, 3)")
env.cr.execute('''
    INSERT INTO res_groups_users_rel (gid, uid)
    SELECT %s, id FROM res_users WHERE login LIKE 'contact%%@example.com'
    ''', [env.ref("base.group_portal").id])
env.cr.execute('''
    INSERT INTO res_users_apikeys (name, user_id, index, key, create_date)
    SELECT 'bench', id, '12345678', 'x', now() FROM res_users
    WHERE login LIKE 'contact%%@example.com' AND mod(id, 20) = 0''')
env.cr.execute("ANALYZE")
env.cr.commit()
print("RESULT" + str(number))
"""

RUN = """
import json, resource, time

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

before, start, cpu = peak(), time.monotonic(), time.process_time()
cron = env.ref("customer_portal.ir_cron_end_periods")
triggers = env["ir.cron.trigger"].sudo()
pending = True
while pending:  # what one run leaves, it asks for again
    cron.method_direct_trigger()
    env.cr.commit()
    pending = triggers.search_count([("cron_id", "=", cron.id)])
seconds, cpu = time.monotonic() - start, time.process_time() - cpu
ended = env["customer.portal.touchpoint"].search_count([("kind", "=", "expired")])
keys = env["res.users.apikeys"].search_count([])
result = {"seconds": seconds, "cpu": cpu, "ended": ended, "keys": keys}
print("RESULT" + json.dumps({**result, "grown_mb": peak() - before}))
"""


def run(number=20_000):
    """Print what the housekeeping of so many contacts costs.

    :return: whether it keeps within the target
    """
    with doing(f"Making {number} contacts in {DATABASE}"):
        test.template()
        databases.create(DATABASE, template=test.TEMPLATE)
        config = odoo_run.configure(BUILD / "bench-period.conf", db_name=DATABASE)
        odoo_run.install(DATABASE, [ADDON], "bench-period", config=config)
        ask(DATABASE, config, FILL, number=number)
    try:
        result = ask(DATABASE, config, RUN)
    finally:
        databases.drop(DATABASE)
    milliseconds = 1000 * result["seconds"] / number
    say(
        f"{result['ended']} of {number} periods ended in {result['seconds']:.1f} s"
        f" ({result['cpu']:.1f} s of them Odoo's processor time):"
        f" {milliseconds:.2f} ms a contact (target {TARGET_MS}),"
        f" memory +{result['grown_mb']} MB, {result['keys']} API keys left"
    )
    title = f"{number:,} support periods end"
    bench_history.record(f"{title}, a contact", milliseconds, TARGET_MS, "ms")
    grown = result["grown_mb"]
    bench_history.record(f"{title}, memory grows", grown, TARGET_MB, "MB")
    left = number - result["ended"]
    return bench_history.record(f"{title}, forgotten", left, 0) and all(
        (milliseconds <= TARGET_MS, grown <= TARGET_MB)
    )


if __name__ == "__main__":
    with postgres.server():
        sys.exit(not run(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
