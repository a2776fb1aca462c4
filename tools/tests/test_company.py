"""My Company in a real browser: a manager, those they invite, and the agent."""

import re
from html import unescape

import pytest

from tools.paths import ADDON
from tools.tests.portal_pages import (
    CASES,
    PASSWORD,
    enter,
    follow,
    forget,
    log_in,
    see,
    wait_for_scripts,
)
from tools.tests.test_cases_accessibility import (
    FOCUSED,
    WIDTHS,
    at_both_widths,
    find_faults,
)
from tools.tests.test_cases_story import html_of, mail_with

COMPANY = "/my/company"
# On the form of an organization: who manages its people.
MANAGERS = "div[name=portal_manager_ids] .o_field_tags"
SETUP = f"""
from odoo.fields import Command

profiles = env["customer.portal.profile"]
worker = profiles.create({{"name": "Worker"}})
leader = profiles.create({{"name": "Leader"}})
rows = (worker + leader).permission_ids
rows.filtered(lambda row: row.module_id.code == "cases").visible = True
leader.widget_ids.filtered(lambda one: one.kind == "menu").visible = True
leader.write({{
    "manage_scope": "organization",
    "given_profile_ids": [Command.set((worker + leader).ids)],
}})
agent = env["res.users"].create({{
    "name": "Marc Agent", "login": "marc@company.example.com",
    "email": "marc@company.example.com", "password": "{PASSWORD}",
    "group_ids": env.ref("customer_portal.group_customer_portal_user").ids,
}})


def make(organization, manager, *others):
    company = env["res.partner"].create({{
        "name": organization, "is_company": True, "user_id": agent.id,
        "portal_seats": 9,
    }})
    for name in (manager, *others):
        partner = env["res.partner"].create({{
            "name": f"{{name.title()}} Baker", "email": f"{{name}}@example.com",
            "parent_id": company.id, "portal_user": True,
            "portal_profile_id": (leader if name == manager else worker).id,
        }})
        partner.user_ids.password = "{PASSWORD}"
    return company


baker = make("Baker Way", "emma", "ben", "cora")
baker.portal_join_profile_id = worker
baker.action_make_portal_join_code()
make("Careful & Co", "carl", "clara").portal_approval = True
reviewed = make("Reviewed", "rosa", "rob")
reviewed.portal_join_profile_id = worker
reviewed.action_make_portal_join_code()
env["customer.portal.confirmation"].sudo()._start(reviewed.ids)
for number in range(12):
    env["customer.portal.join"].create({{
        "name": f"Nina {{number}}", "email": f"nina{{number}}@example.com",
        "code": reviewed.portal_join_code, "organization_id": reviewed.id,
        "state": "sent",
    }})._complete()
"""
# With it people register for Baker Way.
PRINT_CODE = """
baker = env["res.partner"].search([("name", "=", "Baker Way")])
print(baker.portal_join_code)
"""


@pytest.fixture(scope="module")
def company_server(make_database, run_odoo_shell, module_server):
    """Return a server with two organizations, one of which needs approval."""
    name = make_database("company", [ADDON])
    run_odoo_shell(name, SETUP)
    return module_server(name)


def open_company(page, server, login, path=""):
    enter(page, server, login, f"{COMPANY}{path}")
    wait_for_scripts(page)


def follow_mail(page, mail, path):
    """Open the link of a mail that leads to a path."""
    link = re.search(rf'href="([^"]*{path}[^"]*)"', html_of(mail))[1]
    page.goto(unescape(link))


def choose_password(page):
    for name in ("password", "confirm_password"):
        page.fill(f"input[name={name}]", PASSWORD)
    page.click("form.oe_signup_form button[type=submit]")
    page.wait_for_selector(".o_portal_my_home")


def test_a_colleague_is_invited_comes_in_and_is_out_when_it_ends(
    company_server, page, new_page
):
    open_company(page, company_server, "emma@example.com")
    assert "3 of 9 seats used" in page.inner_text(".o_cp_seats")
    page.get_by_role("link", name="Invite a Colleague").click()
    wait_for_scripts(page)
    page.get_by_label("Name").fill("Nina New")
    page.get_by_label("Email").fill("nina@example.com")
    page.get_by_label("Profile").select_option(label="Worker")
    page.get_by_role("button", name="Invite").click()
    page.wait_for_selector("text=Nina New: Invited.")
    wait_for_scripts(page)
    row = page.locator("tbody tr", has_text="Nina New")
    assert "Invited" in row.inner_text()

    colleague = new_page()
    invited = company_server.wait_for_mail("nina@example.com")
    follow_mail(colleague, invited, "/web/signup")
    choose_password(colleague)
    assert colleague.locator(f"a[href='{COMPANY}']").count() == 0
    assert colleague.goto(f"{company_server.url}{COMPANY}").status == 404
    forget(colleague)
    log_in(colleague, company_server, "nina@example.com")
    colleague.goto(f"{company_server.url}{CASES}")
    assert colleague.inner_text("main h1") == "Cases"

    page.reload()
    assert "Active" in row.inner_text()
    row.get_by_role("link").click()
    wait_for_scripts(page)
    page.get_by_role("link", name="End Access").click()
    page.get_by_role("button", name="End Access").click()
    page.wait_for_selector("text=Nina New no longer has access.")
    see(page.locator("main"), "by Emma Baker")
    colleague.goto(f"{company_server.url}{CASES}")
    assert "/web/login" in colleague.url
    log_in(colleague, company_server, "nina@example.com")
    assert colleague.locator("[role=alert]").count()

    page.get_by_label("Profile").select_option(label="Worker")
    page.get_by_role("button", name="Give Access Again").click()
    page.wait_for_selector("text=Nina New has access again.")
    log_in(colleague, company_server, "nina@example.com")
    assert colleague.locator(".o_portal_my_home").count()


@pytest.mark.long
def test_who_registers_with_the_code_comes_in_once_the_manager_approves(
    company_server, run_odoo_shell, page, new_page
):
    code = run_odoo_shell(company_server.database, PRINT_CODE).strip()
    visitor = new_page()
    visitor.goto(f"{company_server.url}/web/login")
    visitor.get_by_role("link", name="Register").click()
    visitor.get_by_label("Name").fill("Rita Newcomer")
    visitor.get_by_label("Email").fill("rita@example.com")
    visitor.get_by_label("Join Code").fill(code.lower())
    visitor.get_by_role("button", name="Register").click()
    visitor.wait_for_selector("h1:has-text('Check your email')")
    mail = company_server.wait_for_mail("rita@example.com")
    follow_mail(visitor, mail, "/my/join/confirm")
    visitor.get_by_role("button", name="Confirm and Register").click()
    visitor.wait_for_selector("text=Someone still has to approve your access.")

    enter(page, company_server, "emma@example.com", "/my")
    page.locator(".o_cp_waiting", has_text="Rita Newcomer").get_by_role("link").click()
    waiting = page.locator(".o_cp_company_join", has_text="rita@example.com")
    waiting.get_by_role("link", name="Refuse").click()
    page.get_by_role("link", name="Cancel").click()
    waiting.get_by_role("button", name="Approve").click()
    page.wait_for_selector("text=Rita Newcomer now has access.")
    wait_for_scripts(page)
    assert waiting.count() == 0
    assert "Worker" in page.locator("tbody tr", has_text="Rita").inner_text()

    mail = mail_with(company_server, "rita@example.com", "signup")
    follow_mail(visitor, mail, "/web/signup")
    choose_password(visitor)
    visitor.goto(f"{company_server.url}{CASES}")
    assert visitor.inner_text("main h1") == "Cases"


@pytest.mark.long
def test_several_are_invited_without_scripts_and_what_was_wrong_stays(
    company_server, new_page
):
    page = new_page(java_script_enabled=False)
    enter(page, company_server, "emma@example.com", f"{COMPANY}/invite/several")
    text = "Ole <ole@example.com>\nnobody\nCora <cora@example.com>"
    page.get_by_label("People, one per line").fill(text)
    page.get_by_label("Profile").select_option(label="Worker")
    follow(page, page.get_by_role("button", name="Check the list"))
    assert "There is no email address in this line." in page.inner_text("tbody")
    follow(page, page.get_by_role("button", name="Send 2 invitations"))
    lines = page.locator("tbody tr").all_inner_texts()
    assert "Invited." in lines[0]
    assert "already has access" in lines[2]
    left = page.locator("textarea").input_value()
    assert left == "nobody\nCora <cora@example.com>"
    assert company_server.wait_for_mail("ole@example.com")


@pytest.mark.long
def test_an_agent_approves_what_a_customer_changes(company_server, page, new_page):
    open_company(page, company_server, "carl@example.com")
    page.get_by_role("link", name="Clara Baker").click()
    page.get_by_role("link", name="End Access").click()
    page.get_by_role("button", name="End Access").click()
    page.wait_for_selector("text=We will check this and let you know by email.")
    page.goto(f"{company_server.url}{COMPANY}")
    assert "End the access of Clara Baker" in page.inner_text("#o_cp_company_waiting")

    desk = new_page()
    enter(desk, company_server, "marc@company.example.com", "/odoo/contacts")
    desk.locator(".o_data_row", has_text="Careful & Co").first.click()
    desk.get_by_role("tab", name="Customer Portal").click()
    desk.locator(MANAGERS, has_text="Carl Baker").wait_for()
    desk.locator("button[name=action_approve]").click()
    desk.wait_for_selector("text=Changes decided: 1.")
    page.reload()
    assert "No access" in page.locator("tbody tr", has_text="Clara").inner_text()


@pytest.mark.long
@at_both_widths
def test_nobody_is_kept_out_of_my_company(company_server, new_page, width):
    page = new_page(viewport={"width": width, "height": 844})
    wrong = {}

    def look(name, *parts):
        if found := find_faults(page, parts or ("#wrap",)):
            wrong[name] = found

    enter(page, company_server, "emma@example.com", COMPANY)
    look("list")
    page.locator("tbody a", has_text="Cora").click()
    look("one")
    page.get_by_role("link", name="End Access").click()
    look("end")
    page.goto(f"{company_server.url}{COMPANY}/invite")
    look("invite")
    page.goto(f"{company_server.url}{COMPANY}/invite/several")
    page.get_by_label("Profile").select_option(label="Worker")
    page.get_by_label("People, one per line").fill("x\nPia <pia@example.com>")
    page.get_by_role("button", name="Check the list").click()
    page.wait_for_selector(".o_cp_company_lines")
    look("lines")
    page.goto(f"{company_server.url}{COMPANY}?search=nowhere")
    look("nothing found")
    forget(page)
    enter(page, company_server, "rosa@example.com", COMPANY)
    look("what waits")
    page.get_by_role("link", name="Refuse").first.click()
    look("refuse")
    page.goto(f"{company_server.url}{COMPANY}/requests")
    look("all that waits")
    page.goto(f"{company_server.url}{COMPANY}")
    page.locator(".o_cp_company_review a").click()
    look("review")
    forget(page)
    page.goto(f"{company_server.url}/my/join")
    look("register", ".o_cp_join")
    page.goto(f"{company_server.url}/my/join/confirm?token=x")
    look("no link", ".o_cp_join")
    assert wrong == {}


@pytest.mark.long
@at_both_widths
def test_the_keyboard_alone_is_enough_to_approve_and_to_answer(
    company_server, new_page, width
):
    page = new_page(viewport={"width": width, "height": 844})
    name = "Nina 11" if width == WIDTHS["screen"] else "Nina 10"
    enter(page, company_server, "rosa@example.com", COMPANY)
    wait_for_scripts(page)
    press_until(page, "Answer: Reviewed")
    press_until(page, f"Approve: {name}")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"text={name} now has access.")
    wait_for_scripts(page)
    press_until(page, "Answer: Reviewed")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Access Review: Reviewed')")
    wait_for_scripts(page)
    press_until(page, "Keep access")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Answers saved: 1.")


def press_until(page, name):
    """Go from one thing to the next with the keyboard until one has a name."""
    for __ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["name"] == name:
            assert focused["seen"], f"Nobody sees that {name} has the focus."
            return
    pytest.fail(f"The keyboard does not reach {name}.")
