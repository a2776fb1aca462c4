"""My Company in a real browser: a manager, those they invite, and the agent."""

import pytest

from tools.paths import ADDON
from tools.tests.portal_pages import PASSWORD, enter, wait_for_scripts

COMPANY = "/my/company"
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


make("Baker Way", "emma", "ben", "cora")
make("Careful & Co", "carl", "clara").portal_approval = True
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


def test_access_ends_after_a_question_and_the_colleague_is_out(
    company_server, page, new_page
):
    colleague = new_page()
    enter(colleague, company_server, "ben@example.com", "/my")
    open_company(page, company_server, "emma@example.com")
    page.get_by_role("link", name="Ben Baker").click()
    wait_for_scripts(page)
    page.get_by_role("link", name="End Access").click()
    page.get_by_role("button", name="End Access").click()
    page.wait_for_selector("text=Ben Baker no longer has access.")
    assert "by Emma Baker" in page.inner_text("main")
    colleague.goto(f"{company_server.url}/my")
    assert "/web/login" in colleague.url
    page.get_by_label("Profile").select_option(label="Worker")
    page.get_by_role("button", name="Give Access Again").click()
    page.wait_for_selector("text=Ben Baker has access again.")


def test_several_are_invited_without_scripts_and_what_was_wrong_stays(
    company_server, new_page
):
    page = new_page(java_script_enabled=False)
    enter(page, company_server, "emma@example.com", f"{COMPANY}/invite/several")
    text = "Ole <ole@example.com>\nnobody\nCora <cora@example.com>"
    page.get_by_label("People, one per line").fill(text)
    page.get_by_label("Profile").select_option(label="Worker")
    page.get_by_role("button", name="Check the list").click()
    assert "There is no email address in this line." in page.inner_text("tbody")
    page.get_by_role("button", name="Send 2 invitations").click()
    lines = page.locator("tbody tr").all_inner_texts()
    assert "Invited." in lines[0]
    assert "already has access" in lines[2]
    left = page.locator("textarea").input_value()
    assert left == "nobody\nCora <cora@example.com>"
    assert company_server.wait_for_mail("ole@example.com")
