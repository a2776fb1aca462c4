"""The last manager of an organization leaves, and an agent chooses another one.

In a real browser, from what the agent does to what the new manager does.
"""

import pytest

from tools.paths import ADDON
from tools.tests.portal_pages import PASSWORD, enter, wait_for_scripts

pytestmark = pytest.mark.long

AGENT = "marc@company.example.com"
COMPANY = "/my/company"
WIDE = {"width": 1600, "height": 1400}
MANAGERS = "div[name=portal_manager_ids] .o_field_tags"
NOTICE = "[name=customer_portal_lacks_manager]"
SETUP = f"""
profile = env.ref("customer_portal.customer_portal_profile_organization")
other = profile.copy({{"name": "Manages, Too"}})
env["res.users"].create({{
    "name": "Marc Agent", "login": "{AGENT}", "email": "{AGENT}",
    "password": "{PASSWORD}",
    "group_ids": (env.ref("customer_portal.group_customer_portal_user")
        | env.ref("base.group_partner_manager")).ids,
}})
agent = env["res.users"].search([("login", "=", "{AGENT}")])
for way in ("Ended", "Archived", "Moved"):
    organization = env["res.partner"].create({{
        "name": f"{{way}} Inc", "is_company": True, "user_id": agent.id,
    }})
    for name, chosen in (("Emma", profile), ("Lou", env["customer.portal.profile"])):
        partner = env["res.partner"].create({{
            "name": f"{{name}} {{way}}", "parent_id": organization.id,
            "email": f"{{name.lower()}}@{{way.lower()}}.example.com",
            "portal_user": True, "portal_profile_id": chosen.id,
        }})
        partner.user_ids.password = "{PASSWORD}"
env["res.partner"].create({{"name": "Elsewhere Ltd", "is_company": True}})
"""


@pytest.fixture(scope="module")
def server(make_database, run_odoo_shell, module_server):
    name = make_database("manager_story", [ADDON])
    run_odoo_shell(name, SETUP)
    return module_server(name)


def save(desk):
    """Save the form, and wait until the server has it."""
    with desk.expect_response(lambda response: "/web_save" in response.url):
        desk.locator(".o_form_button_save").click()


def end_access(desk):
    desk.get_by_role("tab", name="Customer Portal").click()
    desk.locator("[name=portal_user] input").click()
    save(desk)


def archive(desk):
    desk.locator(".o_cp_action_menus button").first.click()
    desk.get_by_role("menuitem", name="Archive").click()
    with desk.expect_response("**/action_archive"):
        desk.locator(".modal .btn-primary").click()


def move(desk):
    desk.locator("[name=parent_id] input").fill("Elsewhere")
    desk.locator(".o-autocomplete--dropdown-item", has_text="Elsewhere").first.click()
    save(desk)


LEAVES = {"Ended": end_access, "Archived": archive, "Moved": move}


def open_contact(desk, server, run, name):
    found = run(
        server.database,
        f"print(env['res.partner'].search([('name', '=', '{name}')]).id)",
    )
    desk.goto(f"{server.url}/odoo/res.partner/{int(found)}")
    desk.wait_for_selector(".o_form_view")


@pytest.mark.parametrize("way", LEAVES)
def test_the_last_manager_leaves_and_the_one_who_is_chosen_manages(
    server, run_odoo_shell, new_page, way
):
    desk = new_page(viewport=WIDE)
    enter(desk, server, AGENT, "/odoo")
    desk.wait_for_selector(".o_main_navbar")
    open_contact(desk, server, run_odoo_shell, f"Emma {way}")
    LEAVES[way](desk)
    desk.wait_for_selector(".o_form_saved, .o_form_view:not(.o_form_dirty)")

    open_contact(desk, server, run_odoo_shell, f"{way} Inc")
    activity = desk.locator(".o-mail-Activity", has_text="Choose who manages")
    activity.wait_for()
    desk.get_by_role("tab", name="Customer Portal").click()
    notice = desk.locator(NOTICE)
    notice.wait_for()
    notice.get_by_role("button", name="Choose a Manager").click()
    dialog = desk.get_by_role("dialog")
    dialog.locator("[name=partner_id] input").fill("Lou")
    desk.locator(".o-autocomplete--dropdown-item", has_text="Lou").first.click()
    profile = dialog.locator("[name=profile_id] input")
    if way == "Moved":  # Nobody who is left has had a profile to propose.
        profile.fill("Organization Manager")
        desk.locator(".o-autocomplete--dropdown-item", has_text="Organ").first.click()
    assert profile.input_value() == "Organization Manager"
    dialog.get_by_role("button", name="Choose", exact=True).click()
    notice.wait_for(state="hidden")
    desk.locator(MANAGERS, has_text=f"Lou {way}").wait_for()
    activity.wait_for(state="detached")

    lou = new_page()
    enter(lou, server, f"lou@{way.lower()}.example.com", COMPANY)
    wait_for_scripts(lou)
    lou.get_by_role("link", name="Invite a Colleague").click()
    wait_for_scripts(lou)
    lou.get_by_label("Name").fill("Nina New")
    lou.get_by_label("Email").fill(f"nina@{way.lower()}.example.com")
    lou.get_by_label("Profile").select_option(label="Default")
    lou.get_by_role("button", name="Invite").click()
    lou.wait_for_selector("text=Nina New: Invited.")
    emma = lou.locator("tbody tr", has_text="Emma")
    if way == "Ended":
        assert "No access" in emma.inner_text()
    else:
        assert emma.count() == 0
    assert server.wait_for_mail(f"nina@{way.lower()}.example.com")
