"""Mails when something breaks: none is lost, none is doubled, and the states say so.

Odoo's mail run works in processes of their own, against an SMTP server that misbehaves
(`tools.mail_server.Faulty`), and is killed or loses its database. Time is not waited
for: what waits for its time is made due.
"""

import contextlib
import re
import resource
import time

import pytest
import requests

from tools import databases, mail_server, ports
from tools.tests.conftest import configure
from tools.tests.odoo_worker import Worker

pytestmark = pytest.mark.alone

# Odoo waits a minute for mail servers.
PREPARE = """
from odoo.addons.base.models import ir_mail_server
from odoo.service.model import retrying
ir_mail_server.SMTP_TIMEOUT = 3
"""
USE_SERVER = """
from odoo.tools import config
config["smtp_server"], config["smtp_port"] = HOST, PORT
"""
GRANT = """
def grant():
    return env["res.partner"].create([
        {"name": name, "email": f"{name}@example.com", "portal_user": True}
        for name in NAMES])
retrying(grant, env)
"""
MAIL_RUN = """
env["mail.mail"].process_email_queue()
"""
RECONCILE = """
env["customer.portal.mail"]._cron_reconcile()
"""
STATES = """
rows = env["customer.portal.mail"].search(
    [("partner_id.email", "like", "@example.com")])
result = {row.partner_id.name: [row.state, row.detail] for row in rows}
assert len(rows) == len(result), "one row for each contact"
"""
WAITING = """
result = env["mail.mail"].search_count([("state", "=", "outgoing")])
"""
GRANTED = """
result = env["res.partner"].search(
    [("email", "like", "@example.com"), ("portal_user", "=", True)]).mapped("name")
"""
# A customer who may create cases with files.
CUSTOMER = """
profile = env["customer.portal.profile"].create({"name": "With Cases"})
right = profile.permission_ids.filtered(lambda row: row.module_id.code == "cases")
actions = ["visible", "can_create", "show_documents", "can_upload"]
right.write(dict.fromkeys(actions, True))
partner = env["res.partner"].create({"name": "Typist", "email": "typist@example.net",
    "portal_user": True, "portal_profile_id": profile.id})
partner.user_ids.password = "correct horse battery"
"""
# The largest file that the full filestore takes, in bytes; forms up to 500 kB are kept
# in memory while they are read.
FILE_LIMIT = 300_000


@pytest.fixture(scope="module")
def database(make_database):
    return make_database("faults", ["customer_portal"])


@pytest.fixture
def smtp():
    with mail_server.faulty() as server:
        yield server


@pytest.fixture(scope="module")
def idle():
    """Return the workers that a test has left, for the next one."""
    workers = []
    yield workers
    for worker in workers:
        worker.end()


@pytest.fixture
def start_worker(database, idle, smtp):
    """Return what starts a `Worker`; nothing is queued when the test begins."""
    with databases.cursor(database) as cursor:
        cursor.execute("DELETE FROM mail_mail")
        cursor.execute("DELETE FROM customer_portal_mail")
        cursor.execute(
            "UPDATE res_partner SET portal_user = false,"
            " email = name || '@other.example' WHERE email LIKE '%@example.com'"
        )
        cursor.execute("UPDATE res_users SET login = 'former' || id WHERE share")
    started = []

    def start(port=smtp.port):
        config = configure(database)
        worker = idle.pop() if idle else Worker(database, config, PREPARE)
        started.append(worker)
        worker.run(USE_SERVER, HOST=ports.LOOPBACK, PORT=port)
        return worker

    yield start
    idle.extend(worker for worker in started if worker.is_alive())


def make_due(database, seconds_later=100_000):
    """Let time pass for mails that wait for it."""
    with databases.cursor(database) as cursor:
        cursor.execute("UPDATE mail_mail SET scheduled_date = NULL")
        cursor.execute(
            "UPDATE customer_portal_mail SET date = date - %s * INTERVAL '1 second'",
            [seconds_later],
        )


def wait_until(condition, seconds=180):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It does not happen."
        time.sleep(0.02)


def run_until_done(worker, database, runs=4):
    """Run the mail run and the housekeeping as often as they are needed at most."""
    for _number in range(runs):
        make_due(database)
        worker.run(MAIL_RUN)
        make_due(database)
        worker.run(RECONCILE)


def assert_sent_once(smtp, worker, names, lost=()):
    """Count: sent = expected, doubled = 0, and the states say what happened."""
    left = [name for name in names if name not in lost]
    assert smtp.taken == {f"{name}@example.com": 1 for name in left}
    states = worker.run(STATES)
    assert {name: state for name, (state, _detail) in states.items()} == {
        **dict.fromkeys(left, "sent"),
        **dict.fromkeys(lost, "failed"),
    }
    assert worker.run(WAITING) == 0
    return states


def make_names(*kinds, number=20):
    return [*kinds, *(f"n{n}" for n in range(number))]


def test_a_server_that_drops_hangs_and_refuses(database, smtp, start_worker):
    worker = start_worker()
    first, last = make_names("drop1", "busy1", "later1"), ["hang9", "gone9", "refused9"]
    worker.run(GRANT, NAMES=[*first, *last])
    worker.run(MAIL_RUN)
    states = worker.run(STATES)
    assert states["drop1"][0] == "retry"
    run_until_done(worker, database)
    states = assert_sent_once(smtp, worker, [*first, *last], lost=["gone9", "refused9"])
    assert "550" in states["gone9"][1]
    assert "554" in states["refused9"][1]


def test_a_port_that_is_closed_for_one_run(database, smtp, start_worker):
    names = make_names()
    closed = start_worker(ports.free())
    worker = start_worker()
    closed.run(GRANT, NAMES=names)
    closed.run(MAIL_RUN)
    states = closed.run(STATES)
    assert {state for state, _detail in states.values()} == {"retry"}
    worker.run(MAIL_RUN)
    assert not smtp.taken, "it is not time yet"
    run_until_done(worker, database, runs=1)
    assert_sent_once(smtp, worker, names)


@pytest.mark.parametrize("silence", ["stall", "keep"])
def test_a_mail_run_that_is_killed(database, smtp, start_worker, silence):
    """Before the mail is handed over, and after it, when only the answer is missing."""
    names = make_names(number=5) + [f"{silence}7"] + [f"m{n}" for n in range(5)]
    killed, worker = start_worker(), start_worker()
    killed.run(GRANT, NAMES=names)
    address = f"{silence}7@example.com"
    killed.tell(MAIL_RUN)
    counter = smtp.tried if silence == "stall" else smtp.taken
    wait_until(lambda: counter[address])
    killed.end()
    run_until_done(worker, database, runs=2)
    states = assert_sent_once(smtp, worker, names)
    assert bool(states[f"{silence}7"][1]) == (silence == "keep")


def test_two_mail_runs_at_once(database, smtp, start_worker):
    smtp.pause = 0.02
    names = make_names(number=60)
    workers = [start_worker(), start_worker()]
    workers[0].run(GRANT, NAMES=names)
    for worker in workers:
        worker.tell(MAIL_RUN)
    for worker in workers:
        worker.answer()
    run_until_done(workers[0], database, runs=1)
    assert_sent_once(smtp, workers[0], names)


def test_contacts_are_saved_while_their_mails_leave(database, smtp, start_worker):
    smtp.pause = 0.05
    names = make_names(number=60)
    mails, desk = start_worker(), start_worker()
    mails.run(GRANT, NAMES=names)
    mails.tell(MAIL_RUN)
    wait_until(lambda: smtp.taken)
    clashes = desk.run(
        """
import time
result = 0
for number in range(8):
    partners = env["res.partner"].search([("email", "like", "@example.com")])
    try:
        partners.write({"function": f"No. {number}", "support_end_date": "2999-12-01"})
        time.sleep(0.2)
        partners.write({"support_end_date": f"2999-12-{number + 2:02}"})
        env.cr.commit()
    except Exception:
        env.cr.rollback()
        result += 1
"""
    )
    assert len(smtp.taken) < len(names), "they were leaving meanwhile"
    mails.answer()
    assert clashes == 0
    run_until_done(mails, database, runs=1)
    assert_sent_once(smtp, mails, names)


def test_the_database_is_restarted_under_load(database, smtp, start_worker):
    """A mail run and people who grant access go on; what was saved is sent once."""
    smtp.pause = 0.03
    names = make_names(number=40)
    mails, desk = start_worker(), start_worker()
    mails.run(GRANT, NAMES=names)
    mails.tell(MAIL_RUN)
    desk.tell(
        """
result = []
for number in range(30):
    def grant():
        email = f"w{number}@example.com"
        env["res.partner"].create(
            {"name": f"w{number}", "email": email, "portal_user": True})
    try:
        retrying(grant, env)
        env.cr.commit()
        result.append(f"w{number}")
    except Exception:
        env.cr.close()
        env = env(cr=env.registry.cursor())
        env.transaction.clear()
"""
    )
    wait_until(lambda: len(smtp.taken) > 8)
    databases.interrupt(database)
    with contextlib.suppress(AssertionError):
        mails.answer()
    mails.end()
    with contextlib.suppress(AssertionError):
        desk.answer()
    desk.end()
    worker = start_worker()
    run_until_done(worker, database, runs=2)
    granted = worker.run(GRANTED)
    assert set(names) <= set(granted)
    assert_sent_once(smtp, worker, granted)


def test_two_administrators_grant_the_same_contact(database, smtp, start_worker):
    """The second one's others are granted; the common one has access already."""
    first, second = start_worker(), start_worker()
    names = ["common", *make_names(number=3)]
    first.run(
        "env['res.partner'].create("
        "[{'name': name, 'email': f'{name}@example.com'} for name in NAMES])",
        NAMES=names,
    )
    grant = """
import time
def grant():
    domain = [("email", "in", [f"{name}@example.com" for name in NAMES])]
    partners = env["res.partner"].search(domain)
    wizards = env["portal.wizard"].with_context(
        active_model="res.partner", active_ids=partners.ids)
    wizard = wizards.create({})
    time.sleep(max(0, START - time.time()))
    wizard.action_grant_all()
    env.flush_all()
    time.sleep(1)
retrying(grant, env)
"""
    start = time.time() + 3
    first.tell(grant, NAMES=["common", "n0"], START=start)
    second.tell(grant, NAMES=["common", "n1", "n2"], START=start + 0.3)
    first.answer()
    second.answer()
    run_until_done(first, database, runs=1)
    assert_sent_once(smtp, first, names)


def test_a_full_filestore_keeps_what_was_typed(database, run_odoo_shell, odoo_server):
    """As a full disk does it: the server cannot write a file to its end."""
    run_odoo_shell(database, CUSTOMER)
    server = odoo_server(database)
    browser = requests.Session()
    login = {"login": "typist@example.net", "password": "correct horse battery"}
    post_form(browser, f"{server.url}/web/login", login)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (FILE_LIMIT, FILE_LIMIT))
    answer = post_form(
        browser,
        f"{server.url}/my/p/cases/new",
        {"name": "My printer burns", "description": "It is hot."},
        files={"_files": ("photo.txt", b"0123456789" * (FILE_LIMIT // 8))},
    )
    assert answer.status_code == 422
    for text in ("My printer burns", "It is hot.", "out of space"):
        assert text in answer.text
    cases = "env['project.task'].search_count([('name', '=', 'My printer burns')])"
    assert run_odoo_shell(database, f"print({cases})").split()[-1] == "0"


def post_form(browser, url, values, **options):
    """Open a page with a form, and send the form with what is hidden in it."""
    hidden = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)"', browser.get(url).text
    )
    return browser.post(url, data={**dict(hidden), **values}, timeout=180, **options)
