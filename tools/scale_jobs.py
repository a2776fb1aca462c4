"""`make scale`: two servers that both do the scheduled work."""

import email
import time
from collections import Counter
from email import policy

from . import databases, odoo_run
from . import scale_servers as servers
from .bench_shell import ask
from .console import say
from .scale_servers import DATABASE, FOLDER

SECONDS, PATIENCE = 60, 300
MAILS = 60
# Runs in Odoo. Of each kind of work there is some for several customers.
PREPARE = """
import json
from datetime import timedelta
contacts = env["res.partner"]
today = env.company._get_portal_today()
people = contacts.create([
    {"name": f"j{n}", "email": f"j{n}@jobs.example", "portal_user": True}
    for n in range(NUMBER)])
# The emails to those just made; the scheduled server sends others meanwhile.
env["mail.mail"].search([("create_date", ">=", env.cr.now())]).unlink()
ending, over = people[:NUMBER // 2], people[NUMBER // 2:]
ending.support_end_date = today + timedelta(days=1)
env.flush_all()
env.cr.execute("UPDATE res_partner SET support_start_date = NULL,"
    " support_end_date = %s WHERE id IN %s", (today - timedelta(days=2), over._ids))
env["mail.mail"].create([
    {"subject": f"Mail {n}", "email_to": f"m{n}@jobs.example", "body_html": "<p>x</p>",
     "email_from": "portal@example.com"} for n in range(MAILS)])
env.cr.commit()
print("RESULT" + json.dumps({"ending": len(ending), "over": len(over)}))
"""
DUE = """
UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' - INTERVAL '1 minute'
WHERE active AND (cron_name LIKE 'Customer Portal:%' OR id IN (
    SELECT res_id FROM ir_model_data WHERE module = 'mail'
    AND name = 'ir_cron_mail_scheduler_action'))
"""
ONCE = {
    "the end of a period": """
        SELECT partner_id, count(*) FROM customer_portal_touchpoint
        WHERE kind = 'expired' AND partner_id IN (SELECT id FROM res_partner
            WHERE email LIKE 'j%%@jobs.example') GROUP BY 1""",
    "the notice of an end": """
        SELECT partner_id, count(*) FROM customer_portal_mail
        WHERE kind = 'notice' AND partner_id IN (SELECT id FROM res_partner
            WHERE email LIKE 'j%%@jobs.example') GROUP BY 1""",
}


def run(place):
    """Two servers with the same scheduled work: each thing once."""
    config = odoo_run.configure(FOLDER / "setup.conf", db_name=DATABASE)
    made = ask(DATABASE, config, PREPARE, NUMBER=24, MAILS=MAILS)
    first = place.scheduled_log
    with servers.scheduled("scale-scheduled-2", place.smtp) as second:
        before = [count_done(first), count_done(second)]
        start = time.monotonic()
        while time.monotonic() < start + _get_seconds(place):
            make_due()
            time.sleep(3)
        after = [count_done(first), count_done(second)]
    done = [b - a for a, b in zip(before, after, strict=True)]
    say(f"  jobs done by each server: {done}")
    place.check(all(done), "both servers have worked", done)
    wanted = (made["over"], made["ending"])
    for (what, query), number in zip(ONCE.items(), wanted, strict=True):
        counts = Counter(n for _id, n in place.primary.query(query, database=DATABASE))
        place.check(counts == {1: number}, f"{what}: {number} times, each once", counts)
    _check_mails(place, made)


def _get_seconds(place):
    """Return how long to go on: emails wait for a turn behind longer work."""
    return SECONDS if _count_mails(place).total() >= MAILS else PATIENCE


def count_done(log):
    """Return how many jobs a server has done, by what it has logged."""
    text = log.read_text()
    return text.count("fully done") + text.count("partially done")


def make_due():
    """Have all be due again; what is being done at this moment stays as it is."""
    with databases.cursor(DATABASE) as cursor:
        cursor.execute("SET lock_timeout = '2s'")
        try:
            cursor.execute(DUE)
        except databases.psycopg2.errors.LockNotAvailable:
            return
    servers.wake()


def _count_mails(place):
    """Count what has arrived at the mail server, by address and subject."""
    found = Counter()
    for file in (place.mails / "new").iterdir():
        mail = email.message_from_bytes(file.read_bytes(), policy=policy.default)
        if "@jobs.example" in str(mail["To"]):
            found[str(mail["To"]), str(mail["Subject"])] += 1
    return found


def _check_mails(place, made):
    """Check that each email has arrived once."""
    found = _count_mails(place)
    twice = {key: number for key, number in found.items() if number > 1}
    queued = sum(subject.startswith("Mail ") for _to, subject in found)
    text = f"{len(found)} emails to customers arrived, none twice"
    place.check(found and not twice, text, twice)
    place.check(queued == MAILS, f"all {MAILS} queued emails arrived", queued)
    place.check(len(found) >= MAILS + made["ending"], "the notices arrived", len(found))
