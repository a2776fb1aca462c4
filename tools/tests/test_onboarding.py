"""Getting Started, as the administrator of a new installation works with it."""

import pytest

from tools.paths import ADDON
from tools.tests.portal_pages import enter

SETUP = 'env.ref("base.user_admin").email = "admin@example.com"'
NARROW = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def server(make_database, run_odoo_shell, module_server):
    name = make_database("onboarding", [ADDON])
    run_odoo_shell(name, SETUP)
    return module_server(name)


def open_list(page, server, path):
    page.goto(f"{server.url}/odoo/{path}")
    page.wait_for_selector(".o_cp_onboarding, .o_view_nocontent, .o_data_row")


def step(page, code):
    return page.locator(f".o_cp_onboarding [data-step={code}]")


def is_done(page, code):
    return step(page, code).get_attribute("data-done") == "1"


def test_steps_are_ticked_off_by_what_is_done(server, page):
    enter(page, server, "admin", password="admin")
    open_list(page, server, "portal-users")
    assert not is_done(page, "mail")
    step(page, "mail").get_by_role("button").click()
    page.locator(".o_notification", has_text="Test email sent").wait_for()
    page.wait_for_selector("[data-step=mail][data-done='1']")
    assert server.wait_for_mail("admin@example.com")
    step(page, "faq").get_by_role("button").click()
    page.locator("[name=question] textarea, [name=question] input").fill("Why?")
    with page.expect_response("**/web_save*"):  # The toggle saves at once.
        page.locator("[name=is_published] input").check()
    open_list(page, server, "portal-users")
    page.wait_for_selector("[data-step=faq][data-done='1']")
    assert is_done(page, "mail")
    assert not is_done(page, "customer")


@pytest.mark.long
def test_it_is_hidden_and_settings_bring_it_back(server, page):
    enter(page, server, "admin", password="admin")
    open_list(page, server, "portal-cases")
    page.locator(".o_cp_onboarding").get_by_role("button", name="Hide").click()
    page.locator(".o_cp_onboarding").wait_for(state="detached")
    open_list(page, server, "portal-users")
    assert not page.locator(".o_cp_onboarding").count()
    page.goto(f"{server.url}/odoo/action-customer_portal.res_config_settings_action")
    page.get_by_role("button", name="Show Getting Started").click()
    page.locator(".o_cp_onboarding").wait_for()


HIDE_CASES = """
rows = env["customer.portal.permission"].search([("module_id.code", "=", "cases")])
rows.visible = False
"""


def test_a_list_leads_to_the_profile_that_does_not_show_it(
    server, page, run_odoo_shell
):
    run_odoo_shell(server.database, HIDE_CASES)
    enter(page, server, "admin", password="admin")
    open_list(page, server, "portal-cases")
    notice = page.locator(".o_cp_onboarding_notice", has_text="No profile shows Cases")
    notice.get_by_role("button", name="Open profile Default").click()
    page.wait_for_selector(".o_form_view .o_breadcrumb:has-text('Default')")


@pytest.mark.long
def test_a_link_in_an_empty_list_leads_on(server, page):
    enter(page, server, "admin", "/odoo/customer-touchpoints", "admin")
    page.locator(".o_view_nocontent").get_by_role("link", name="Portal Users").click()
    page.wait_for_selector(".o_breadcrumb:has-text('Portal Users')")


@pytest.mark.long
def test_help_opens_the_guide(server, page):
    enter(page, server, "admin", password="admin")
    open_list(page, server, "portal-users")
    with page.expect_popup() as opened:
        page.locator(".o_menu_sections").get_by_text("Help", exact=True).click()
    guide = opened.value
    guide.wait_for_selector("h1:has-text('For administrators')")
    guide.get_by_role("link", name="the guide for agents").first.click()
    guide.wait_for_selector("h1:has-text('For support agents')")


@pytest.mark.long
@pytest.mark.parametrize("viewport", [WIDE, NARROW])
@pytest.mark.parametrize("path", ["portal-cases", "portal-users"])
def test_the_panel_fits(server, new_page, viewport, path):
    page = new_page(viewport=viewport)
    enter(page, server, "admin", password="admin")
    open_list(page, server, path)
    panel = page.locator(".o_cp_onboarding")
    assert panel.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    box = panel.bounding_box()
    assert box["width"] <= viewport["width"]
    helped = page.locator(".o_nocontent_help").bounding_box()
    assert helped["y"] >= box["y"] + box["height"], "one lies across the other"
