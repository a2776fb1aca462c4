"""Measure the housekeeping of many support periods that end at once.

    build/venv/bin/python -m tools.bench_period [contacts] [organizations]

Makes a database with that many portal contacts (100,000 unless told) whose period is
over, each with a user, some with API keys and pending links, and runs the scheduled
action to its end as the scheduler does. With the second word, each contact belongs to
an organization of its own, with a manager who is emailed what was cut off.
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
LETTER_MS = 25  # per contact whose manager gets an email

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
if organizations:
    profile = env["customer.portal.profile"]._get_default().copy(
        {"name": "Manager", "manage_scope": "organization"})
    env.flush_all()
    nobody = dict(email="NULL", email_normalized="NULL", portal_user="false",
        support_start_date="NULL", support_end_date="NULL")
    insert("res_partner", contact, number, is_company="true",
        name="'Organization ' || n", complete_name="'Organization ' || n", **nobody)
    insert("res_partner", contact, number,
        name="'Manager ' || n", complete_name="'Manager ' || n",
        email="'manager' || n || '@example.com'",
        email_normalized="'manager' || n || '@example.com'",
        support_end_date="NULL", portal_profile_id=str(profile.id))
    env.cr.execute('''
        UPDATE res_partner person
           SET parent_id = organization.id, commercial_partner_id = organization.id
          FROM res_partner organization
         WHERE organization.complete_name
               = 'Organization ' || split_part(person.name, ' ', 2)
           AND split_part(person.name, ' ', 1) IN ('Contact', 'Manager')''')
    env.cr.execute('''
        UPDATE res_partner SET commercial_partner_id = id
         WHERE left(name, 12) = 'Organization' AND is_company''')
    insert("res_users", user, number,
        login="'manager' || n || '@example.com'",
        partner_id=f"{contact.id} + 2 * {number} + n")
    env.cr.execute('''
        INSERT INTO res_groups_users_rel (gid, uid)
        SELECT %s, id FROM res_users WHERE login LIKE 'manager%%@example.com'
        ''', [env.ref("base.group_portal").id])
env.cr.execute("ANALYZE")
env.cr.commit()
print("RESULT" + str(number))
"""

RUN = """
import json, resource, time
from odoo import sql_db

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

before, start, cpu = peak(), time.monotonic(), time.process_time()
asked = sql_db.sql_counter
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
letters = env["customer.portal.mail"].search_count([("kind", "=", "receipt")])
result = {"seconds": seconds, "cpu": cpu, "ended": ended, "keys": keys}
result |= {"letters": letters, "queries": sql_db.sql_counter - asked}
print("RESULT" + json.dumps({**result, "grown_mb": peak() - before}))
"""


def run(number=20_000, organizations=False):
    """Print what the housekeeping of so many contacts costs.

    :param bool organizations: each has one of its own, whose manager is told
    :return: whether it keeps within the target
    """
    with doing(f"Making {number} contacts in {DATABASE}"):
        test.template()
        databases.create(DATABASE, template=test.TEMPLATE)
        config = odoo_run.configure(BUILD / "bench-period.conf", db_name=DATABASE)
        odoo_run.install(DATABASE, [ADDON], "bench-period", config=config)
        ask(DATABASE, config, FILL, number=number, organizations=organizations)
    try:
        result = ask(DATABASE, config, RUN)
    finally:
        databases.drop(DATABASE)
    milliseconds = 1000 * result["seconds"] / number
    target = LETTER_MS if organizations else TARGET_MS
    say(
        f"{result['ended']} of {number} periods ended in {result['seconds']:.1f} s"
        f" ({result['cpu']:.1f} s of them Odoo's processor time):"
        f" {milliseconds:.2f} ms a contact (target {target}),"
        f" memory +{result['grown_mb']} MB, {result['keys']} API keys left,"
        f" {result['letters']} emails, {result['queries']} queries"
    )
    what = "managers are told of an end" if organizations else "support periods end"
    title, told = f"{number:,} {what}", number if organizations else 0
    rows = (
        (f"{title}, a contact", milliseconds, target, "ms"),
        (f"{title}, memory grows", result["grown_mb"], TARGET_MB, "MB"),
        (f"{title}, forgotten", number - result["ended"], 0),
        (f"{title}, untold", abs(told - result["letters"]), 0),
    )
    kept = [bench_history.record(*row) for row in rows]  # each, whatever the others say
    return all(kept)


if __name__ == "__main__":
    with postgres.server():
        numbers = [int(word) for word in sys.argv[1:] if word.isdecimal()] or [100_000]
        sys.exit(not run(numbers[0], "organizations" in sys.argv))
