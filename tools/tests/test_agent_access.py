"""What agents decide about access, where they meet it: activities, reviews, a file.

One organization lives through it, so the tests stand in the order of its life.
"""

import csv
import re
from itertools import count
from pathlib import Path

import pytest

from tools import databases
from tools.paths import ADDON
from tools.tests.portal_pages import PASSWORD, enter

AGENT = "marc@company.example.com"
AUDITOR = "audrey@company.example.com"
WIDE = {"width": 1600, "height": 1400}
SETUP = f"""
from datetime import timedelta
from odoo.fields import Command

today = env.company._get_portal_today()
agent, auditor = env["res.users"].create([
    {{
        "name": name, "login": login, "email": login, "password": "{PASSWORD}",
        "group_ids": env.ref(f"customer_portal.group_customer_portal_{{group}}").ids,
    }}
    for name, login, group in (
        ("Marc Agent", "{AGENT}", "user"), ("Audrey Auditor", "{AUDITOR}", "auditor"),
    )
])
profiles = env["customer.portal.profile"]
worker = profiles.create({{"name": "Worker"}})
leader = profiles.create({{"name": "Leader", "manage_scope": "organization"}})
leader.given_profile_ids = worker
organization = env["res.partner"].create({{
    "name": "Baker Way", "is_company": True, "user_id": agent.id,
    "portal_approval": True,
}})
emma, ben, sue = env["res.partner"].create([
    {{
        "name": name, "email": f"{{name.split()[0].lower()}}@example.com",
        "parent_id": organization.id, "portal_user": True,
        "portal_profile_id": profile.id, "support_start_date": today,
        "support_end_date": today + timedelta(days=20),
    }}
    for name, profile in (
        ("Emma Ford", leader), ("Ben Hale", worker), ("Sue Park", worker)
    )
])
for asking in sue, ben:
    asking.with_user(asking.user_ids)._ask_for_extension()
colleagues = env["customer.portal.colleague"].with_user(emma.user_ids)
colleagues._invite([{{
    "name": "Nina New", "email": "nina@example.com", "profile_id": worker.id,
    "organization_id": None,
}}])
"""


@pytest.fixture(scope="module")
def server(make_database, run_odoo_shell, module_server):
    name = make_database("agent_access", [ADDON])
    run_odoo_shell(name, SETUP)
    return module_server(name)


@pytest.fixture
def desk(server, new_page):
    """Return a page of the agent, wide enough for a contact with its activities."""
    page = new_page(viewport=WIDE)
    enter(page, server, AGENT, "/odoo")
    page.wait_for_selector(".o_main_navbar")
    return page


def ask(server, statement):
    return databases.query(statement, database=server.database)


def open_activity(page, name):
    """Open the contact to whom an activity belongs, by the clock in the top bar."""
    page.get_by_label("Activities").click()
    page.locator(".o-mail-ActivityGroup", has_text="Contact").first.click()
    cells = page.locator(".o_data_row td.o_data_cell")
    cells.filter(has_text=re.compile(rf"{name}\s*$")).first.click()
    page.wait_for_selector(".o_form_view .o-mail-Activity")
    return page.locator(".o-mail-Activity")


def open_tab(page):
    page.get_by_role("tab", name="Customer Portal").click()


def open_organization(page, server):
    [(organization,)] = ask(
        server, "SELECT id FROM res_partner WHERE name = 'Baker Way'"
    )
    page.goto(f"{server.url}/odoo/res.partner/{organization}")
    page.wait_for_selector(".o_form_view")
    open_tab(page)


def get_end(server):
    return ask(
        server,
        "SELECT support_end_date - CURRENT_DATE FROM res_partner"
        " WHERE name = 'Sue Park'",
    )[0][0]


def wait_for_mail(server, recipient, subject):
    """Return the mail of a subject, whatever comes before it; there is one."""
    numbers = count(1)
    while subject not in server.wait_for_mail(recipient, next(numbers))["Subject"]:
        pass
    found = [mail for mail in server.mails(recipient) if subject in mail["Subject"]]
    assert len(found) == 1, [mail["Subject"] for mail in server.mails(recipient)]
    return found[0]


def test_from_the_activity_support_is_extended_by_a_year(desk, server):
    assert get_end(server) < 30
    activity = open_activity(desk, "Sue Park")
    activity.get_by_role("button", name="Extend by 12 Months").click()
    activity.wait_for(state="detached")
    assert not desk.locator(".o_error_dialog").count()
    assert 380 < get_end(server) < 390
    assert wait_for_mail(server, "sue@example.com", "extended")


@pytest.mark.long
def test_from_the_activity_an_extension_is_refused_with_a_reason(desk, server):
    activity = open_activity(desk, "Ben Hale")
    activity.get_by_role("button", name="Refuse").click()
    dialog = desk.locator(".modal")
    dialog.locator("[name=message] input").fill("Please call us first.")
    dialog.get_by_role("button", name="Refuse").click()
    activity.wait_for(state="detached")
    assert not desk.locator(".o_error_dialog").count()
    mail = wait_for_mail(server, "ben@example.com", "extension")
    assert "Please call us first." in mail.get_body(["html"]).get_content()


@pytest.mark.long
def test_from_the_activity_an_invitation_is_approved(desk, server):
    activity = open_activity(desk, "Baker Way")
    assert "Invite Nina New" in activity.inner_text()
    activity.get_by_role("button", name="Approve").click()
    activity.wait_for(state="detached")
    assert not desk.locator(".o_error_dialog").count()
    assert server.wait_for_mail("nina@example.com")
    query = (
        "SELECT portal_user FROM res_partner"
        " WHERE name = 'Nina New' AND parent_id IS NOT NULL"
    )
    assert ask(server, query) == [(True,)]


@pytest.mark.long
def test_an_access_review_is_started_and_answered(desk, server):
    open_organization(desk, server)
    desk.get_by_role("button", name="Start Access Review").click()
    desk.locator(".modal").get_by_role("button", name="Start", exact=True).click()
    desk.wait_for_selector(".o_form_view div[name=line_ids] .o_data_row")
    assert wait_for_mail(server, "emma@example.com", "Please confirm who needs")
    row = desk.locator("[name=line_ids] .o_data_row", has_text="Ben Hale")
    row.get_by_role("button", name="End Access").click()
    desk.locator(".modal .btn-primary").click()
    row.locator("td[name=decision]", has_text="End Access").wait_for()
    desk.get_by_role("button", name="Keep All Others").click()
    desk.locator(".modal .btn-primary").click()
    current = desk.locator(".o_arrow_button_current")
    current.get_by_text("Answered", exact=True).wait_for()
    query = "SELECT name FROM res_partner WHERE NOT portal_user AND name = 'Ben Hale'"
    assert ask(server, query) == [("Ben Hale",)]


@pytest.mark.long
@pytest.mark.parametrize("login", [AGENT, AUDITOR])
def test_who_confirmed_what_is_downloaded(server, new_page, login):
    page = new_page(viewport=WIDE)
    enter(page, server, login, "/odoo/portal-access-reviews")
    page.locator(".o_facet_remove").click()
    row = page.locator(".o_data_row", has_text="Baker Way")
    row.locator("input[type=checkbox]").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download Answers").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    answers = {row["Name"]: row["Answer"] for row in csv.DictReader(text.splitlines())}
    assert answers == {
        "Emma Ford": "Keep Access",
        "Ben Hale": "End Access",
        "Nina New": "Keep Access",
        "Sue Park": "Keep Access",
    }
    assert re.fullmatch(r".*\.csv", download.value.suggested_filename)
