"""Invitations from the first email on, as the agent and the manager see them.

One organization lives through it, so the tests stand in the order of its life.
"""

import re
from html import unescape

import pytest

from tools import databases
from tools.paths import ADDON
from tools.tests.portal_pages import PASSWORD, enter, see, wait_for_scripts, wait_until
from tools.tests.test_cases_story import html_of, mail_with

pytestmark = pytest.mark.long

AGENT = "marc@company.example.com"
COMPANY = "/my/company"
INVITATIONS = "/odoo/portal-invitations"
WIDE = {"width": 1600, "height": 1000}
NAMES = ("Nina", "Olga", "Paul", "Quinn", "Rita", "Sam")
SETUP = f"""
agent = env["res.users"].create({{
    "name": "Marc Agent", "login": "{AGENT}", "email": "{AGENT}",
    "password": "{PASSWORD}",
    "group_ids": (env.ref("customer_portal.group_customer_portal_user")
        | env.ref("base.group_partner_manager")).ids,
}})
params = env["ir.config_parameter"]
params.set_param("customer_portal.invitation_days", 14)
params.set_param("customer_portal.invitation_reminder_days", 3)
baker = env["res.partner"].create({{
    "name": "Baker Way", "is_company": True, "user_id": agent.id,
}})
emma = env["res.partner"].create({{
    "name": "Emma Ford", "email": "emma@example.com", "parent_id": baker.id,
    "portal_user": True,
    "portal_profile_id":
        env.ref("customer_portal.customer_portal_profile_organization").id,
}})
emma.user_ids.password = "{PASSWORD}"
"""
# A scheduled action, also where the server is at it, or at the same records.
RUN = """
import time
from odoo.exceptions import UserError

for _time in range(60):
    try:
        if env.ref("%s").method_direct_trigger() is True:
            break
    except UserError:
        env.cr.rollback()
    time.sleep(1)
else:
    raise TimeoutError("%s")
"""
FOLLOW = RUN.replace("%s", "customer_portal.ir_cron_follow_invitations")
SEND_MAILS = RUN.replace("%s", "mail.ir_cron_mail_scheduler_action")
# A mail server has given up.
BOUNCE = """
dsn = '''From: MAILER-DAEMON@mx.example.com
To: bounce@example.org
Message-Id: <dsn-1@mx.example.com>
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="X"

--X
Content-Type: text/plain

Your mail could not be delivered.
--X
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; paul@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such user here
--X
Content-Type: text/rfc822-headers

Message-Id: %s
--X--
'''
env["mail.thread"].message_process("res.partner", dsn)
"""


@pytest.fixture(scope="module")
def server(make_database, run_odoo_shell, module_server):
    name = make_database("invitation_story", [ADDON])
    run_odoo_shell(name, SETUP)
    return module_server(name)


@pytest.fixture
def run(server, run_odoo_shell):
    """Return what runs code beside the server."""
    return lambda code: run_odoo_shell(server.database, code)


@pytest.fixture
def desk(server, new_page):
    page = new_page(viewport=WIDE)
    enter(page, server, AGENT, "/odoo")
    page.wait_for_selector(".o_main_navbar")
    return page


@pytest.fixture
def emma(server, new_page):
    page = new_page()
    enter(page, server, "emma@example.com", COMPANY)
    wait_for_scripts(page)
    return page


def address(name):
    return f"{name.lower()}@example.com"


def move_back(server, name, column, days):
    """Let time pass for one: the invitation was as much earlier."""
    databases.query(
        f"UPDATE customer_portal_invitation SET {column} ="
        f" {column} - interval '{days} days' WHERE email = %s RETURNING id",
        [address(name)],
        database=server.database,
    )


def wait_for_invitations(server, condition, *names):
    """Wait until the server has saved what an email or a page has told it.

    :param str condition: SQL on the invitation, which that of each name fulfills
    """
    count = (
        "SELECT count(*) FROM customer_portal_invitation"
        f" WHERE email = ANY(%s) AND {condition}"
    )
    emails = [address(name) for name in names]

    def is_saved():
        rows = databases.query(count, [emails], database=server.database)
        return rows == [(len(names),)]

    wait_until(is_saved, condition)


def find_filtered(desk, server, label, without):
    """Return the rows of the list of invitations that a filter leaves.

    :param str without: who is not among them
    """
    desk.goto(f"{server.url}{INVITATIONS}")
    desk.wait_for_selector(".o_list_view")
    desk.locator(".o_searchview_dropdown_toggler").click()
    filters = desk.locator(".o_filter_menu")
    filters.get_by_role("menuitemcheckbox", name=label, exact=True).click()
    desk.locator(".o_facet_value", has_text=label).wait_for()
    desk.keyboard.press("Escape")
    rows = desk.locator(".o_data_row")
    rows.filter(has_text=f"{without} New").wait_for(state="detached")
    return rows


def open_contact(desk, server, run, name):
    found = run(f"print(env['res.partner'].search([('name', '=', '{name} New')]).id)")
    desk.goto(f"{server.url}/odoo/res.partner/{int(found)}")
    desk.wait_for_selector(".o_form_view")
    desk.get_by_role("tab", name="Customer Portal").click()
    return desk.locator("[name=portal_invitation]")


def status_of(emma, name):
    emma.reload()
    return emma.locator("tbody tr", has_text=f"{name} New").inner_text()


def test_a_manager_invites_and_the_agent_sees_what_was_sent(desk, emma, server, run):
    emma.get_by_role("link", name="Invite Several").click()
    wait_for_scripts(emma)
    people = "\n".join(f"{name} New <{address(name)}>" for name in NAMES)
    emma.get_by_label("People, one per line").fill(people)
    emma.get_by_label("Profile").select_option(label="Default")
    emma.get_by_role("button", name="Check the list").click()
    emma.get_by_role("button", name=f"Send {len(NAMES)} invitations").click()
    emma.wait_for_selector(".o_cp_company_lines >> text=Invited.")
    for name in NAMES:
        assert server.wait_for_mail(address(name))
    wait_for_invitations(server, "state = 'sent'", *NAMES)
    rows = find_filtered(desk, server, "Not Accepted Yet", "Nobody")
    for name in NAMES:
        assert "Sent" in rows.filter(has_text=f"{name} New").inner_text()
    assert "Sent" in open_contact(desk, server, run, "Nina").inner_text()
    emma.goto(f"{server.url}{COMPANY}")
    assert "Invited" in status_of(emma, "Nina")


def test_who_works_on_the_page_has_opened_it_then_accepted(
    desk, emma, server, run, new_page
):
    nina = new_page()
    html = html_of(server.wait_for_mail(address("Nina")))
    nina.goto(unescape(re.search(r'href="([^"]*/web/signup[^"]*)"', html)[1]))
    wait_for_scripts(nina)
    with nina.expect_request("**/my/invitation/opened"):
        nina.locator("input[name=password]").press_sequentially(PASSWORD)
    wait_for_invitations(server, "opened_date IS NOT NULL", "Nina")
    row = find_filtered(desk, server, "Opened", "Olga").filter(has_text="Nina New")
    assert "Opened" in row.inner_text()
    row.locator("[name=partner_id]").click()
    desk.locator("[name=opened_date]", has_text=re.compile(r"\d")).wait_for()
    assert "Opened" in open_contact(desk, server, run, "Nina").inner_text()
    assert "Invited" in status_of(emma, "Nina")

    nina.fill("input[name=confirm_password]", PASSWORD)
    nina.click("form.oe_signup_form button[type=submit]")
    nina.wait_for_selector(".o_portal_my_home")
    row = find_filtered(desk, server, "Accepted", "Olga").filter(has_text="Nina New")
    assert "Accepted" in row.inner_text()
    assert "Accepted" in open_contact(desk, server, run, "Nina").inner_text()
    assert "Active" in status_of(emma, "Nina")


def test_a_link_that_was_not_used_in_time_has_expired(desk, emma, server, run):
    move_back(server, "Olga", "valid_until", 15)
    run(FOLLOW)
    row = find_filtered(desk, server, "Expired", "Paul").filter(has_text="Olga New")
    assert "Expired" in row.inner_text()
    assert "Expired" in open_contact(desk, server, run, "Olga").inner_text()
    assert "Invitation expired" in status_of(emma, "Olga")


def test_an_email_that_comes_back_has_bounced(desk, emma, server, run):
    run(BOUNCE % server.wait_for_mail(address("Paul"))["Message-Id"])
    row = find_filtered(desk, server, "Bounced", "Sam").filter(has_text="Paul New")
    assert "No such user here" in row.inner_text()
    assert "Bounced" in open_contact(desk, server, run, "Paul").inner_text()
    assert "Invitation not delivered" in status_of(emma, "Paul")
    emma.locator("tbody a", has_text="Paul New").click()
    see(emma.locator("main"), "could not be delivered")


def test_who_has_not_answered_is_reminded_once(desk, server, run):
    move_back(server, "Quinn", "sent_date", 4)
    run(FOLLOW)
    mail_with(server, address("Quinn"), "This is the only reminder")
    rows = find_filtered(desk, server, "Reminder Sent", "Sam")
    assert "Quinn New" in rows.inner_text()
    form = open_contact(desk, server, run, "Quinn")
    assert "Reminder sent" in form.inner_text()
    move_back(server, "Quinn", "sent_date", 4)
    run(FOLLOW)
    run(SEND_MAILS)
    subjects = [mail["Subject"] for mail in server.mails(address("Quinn"))]
    assert sum(one.startswith("Reminder") for one in subjects) == 1, subjects


def test_several_are_sent_again_and_several_are_revoked(desk, emma, server):
    choose(desk, server, "Olga", "Paul")
    desk.get_by_role("button", name="Send Again").click()
    desk.wait_for_selector("text=Invitations being sent: 2.")
    for name in ("Olga", "Paul"):
        assert server.wait_for_mail(address(name), 2)
        assert "Invited" in status_of(emma, name)

    choose(desk, server, "Rita", "Sam")
    desk.get_by_role("button", name="Revoke").click()
    desk.locator(".modal").get_by_role("button", name="Revoke").click()
    desk.locator(".modal").wait_for(state="detached")
    desk.wait_for_selector("text=Invitations revoked: 2.")
    rows = find_filtered(desk, server, "Revoked", "Quinn")
    rows.nth(1).wait_for()
    for name in ("Rita", "Sam"):
        assert rows.filter(has_text=f"{name} New").count() == 1
        assert "No access" in status_of(emma, name)


def choose(desk, server, *names):
    """Tick the rows of some; again, if the list was drawn anew meanwhile."""
    desk.goto(f"{server.url}{INVITATIONS}")
    desk.locator(".o_data_row").first.wait_for()
    rows = [desk.locator(".o_data_row", has_text=f"{name} New") for name in names]
    chosen = desk.locator(".o_data_row_selected")

    def are_chosen():
        for row in rows:
            row.locator("input[type=checkbox]").check()
        return chosen.count() == len(names)

    wait_until(are_chosen, f"{names} are chosen")
    desk.locator(".o_selection_box", has_text=f"{len(names)}").wait_for()


def test_the_link_of_a_revoked_invitation_opens_nothing(server, new_page):
    rita = new_page()
    html = html_of(server.wait_for_mail(address("Rita")))
    rita.goto(unescape(re.search(r'href="([^"]*/web/signup[^"]*)"', html)[1]))
    assert rita.locator("input[name=confirm_password]").count() == 0
