"""A profile is changed in a draft, reviewed, published and rolled back in a browser."""

import pytest
from playwright.sync_api import expect

from tools.paths import ADDON
from tools.tests.portal_pages import PATIENCE, log_in

pytestmark = pytest.mark.long

SETUP = """
env["ir.config_parameter"]._set_portal_text("customer_portal.drafts", "True")
env["res.partner"].create(
    {"name": "Bob Before", "email": "bob@example.com", "portal_user": True}
)
"""


@pytest.fixture(scope="module")
def database(make_database, run_odoo_shell):
    name = make_database("drafts", [ADDON])
    run_odoo_shell(name, SETUP)
    return name


def open_profile(page, server):
    log_in(page, server, "admin", "admin")
    page.goto(f"{server.url}/odoo/portal-profiles")
    page.locator(".o_data_row td[name=name]").first.click()
    page.wait_for_selector("button[name=action_edit_draft]")


def export(page):
    """Return the toggle of Export in the row of cases."""
    row = page.locator(
        "[name=available_permission_ids] tr.o_data_row", has_text="Cases"
    )
    return row.first.locator("[name=can_export] input")


def see_export(page, is_checked):
    """Wait until Export is shown as permitted, or not."""
    expect(export(page)).to_be_checked(checked=is_checked, timeout=PATIENCE)


def banner(page):
    return page.locator(".alert-info:visible").first.inner_text()


def test_a_draft_is_edited_reviewed_published_and_rolled_back(
    database, odoo_server, page
):
    server = odoo_server(database)
    open_profile(page, server)
    before = export(page).is_checked()
    assert export(page).is_disabled(), "what is live can be typed into"
    edit_draft(page)
    page.goto(f"{server.url}/odoo/portal-profiles")
    page.locator(".o_data_row td[name=name]").first.click()
    page.wait_for_selector("button[name=action_edit_draft]")
    see_export(page, before)
    page.click("button[name=action_edit_draft]")
    page.wait_for_selector("button[name=action_publish_draft]")
    see_export(page, not before)
    review(page)
    publish(page)
    see_export(page, not before)
    roll_back(page)
    open_profile_again(page, server)
    see_export(page, before)


def edit_draft(page):
    page.click("button[name=action_edit_draft]")
    page.wait_for_selector("button[name=action_publish_draft]")
    export(page).click()
    page.locator(".o_form_button_save").click()
    page.locator(".alert-info", has_text="one change is not published").first.wait_for()


def review(page):
    page.click("button[name=action_review_draft]")
    page.locator(".modal .nav-link", has_text="What Changes").click()
    page.locator(".modal", has_text="Cases › Export").wait_for()
    page.locator(".modal .btn-close").click()
    page.wait_for_selector(".modal", state="detached")


def publish(page):
    page.click("button[name=action_publish_draft]")
    page.fill(".modal [name=reason] input", "They asked for it")
    page.locator(".modal button[name=action_publish]").click()
    page.wait_for_selector(".modal", state="detached")
    page.wait_for_selector("button[name=action_view_versions]")


def roll_back(page):
    """Go back to how it was before the first version."""
    page.click("button[name=action_view_versions]")
    page.locator(".o_data_row td[name=number]").first.click()
    page.wait_for_selector(".o_form_view [name=differences]")
    assert "This version is live now" in banner(page)
    page.go_back()
    page.locator(".o_data_row td[name=number]").last.click()
    page.locator("button[name=action_roll_back]:visible").click()
    page.locator(".o_form_view", has_text="Rolled back to version 0").wait_for()


def open_profile_again(page, server):
    page.goto(f"{server.url}/odoo/portal-profiles")
    page.locator(".o_data_row td[name=name]").first.click()
    page.wait_for_selector("button[name=action_edit_draft]")
