"""Settings > Customer Portal, as the administrator works with it."""

import re

import pytest

from tools.paths import ADDON
from tools.tests.portal_pages import enter

SETUP = """
env.ref("base.user_admin").write({"email": "admin@example.com"})
env["res.partner"].create(
    [
        {"name": "Ann Asked", "email": "ann@example.com"},
        {"name": "Bob Before", "email": "bob@example.com", "portal_user": True},
        {"name": "Otto Out", "email": "otto@example.com"},
    ]
)
env["mail.blacklist"]._add("otto@example.com")
"""
PAGE = "/odoo/action-customer_portal.res_config_settings_action"
NARROW = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def server(make_database, run_odoo_shell, module_server):
    name = make_database("settings", [ADDON])
    run_odoo_shell(name, SETUP)
    return module_server(name)


def open_settings(page, server):
    enter(page, server, "admin", PAGE, "admin")
    page.wait_for_selector("[name=portal_url] input")


def setting(page, name):
    return page.locator(f"[name={name}]").locator("input").first


def save(page):
    """Save; the page then is loaded anew, as other pages depend on settings."""
    with page.expect_event("load"):
        page.locator(".o_form_button_save").click()
    page.wait_for_selector("[name=portal_url] input")


def tick_portal_user(page, server, name):
    page.goto(f"{server.url}/odoo/contacts")
    page.locator(".o_kanban_record, .o_data_row", has_text=name).first.click()
    page.locator(".o_notebook_headers").get_by_text("Customer Portal").click()
    page.locator("[name=portal_user] input").check()
    page.locator(".o_form_button_save").click()


def test_the_administrator_changes_settings_and_sees_their_effect(server, page):
    open_settings(page, server)
    setting(page, "portal_url").fill("https://Portal.example.com/")
    setting(page, "portal_support_months").fill("6")
    save(page)
    assert setting(page, "portal_url").input_value() == "https://portal.example.com"
    tick_portal_user(page, server, "Ann Asked")
    mail = server.wait_for_mail("ann@example.com")
    body = mail.get_body(["html"]).get_content()
    assert "https://portal.example.com/web/signup?" in body
    assert server.url not in body
    open_again(page, server)
    setting(page, "portal_contacts_per_user").fill("1")
    save(page)
    tick_portal_user(page, server, "Otto Out")
    error = page.locator(".modal, .o_notification").filter(has_text="The limit is")
    assert re.search(r"The limit is \d+: 1 for each of", error.inner_text())


def open_again(page, server):
    page.goto(f"{server.url}{PAGE}")
    page.wait_for_selector("[name=portal_url] input")


@pytest.mark.long
def test_bad_addresses_and_numbers_are_refused_and_nothing_typed_is_lost(server, page):
    open_settings(page, server)
    for name, typed, words in (
        ("portal_css_url", "javascript:alert(1)", "The CSS URL must look like"),
        ("portal_url", "ftp://example.com", "The Portal URL must look like"),
        (
            "portal_notice_days",
            "30, soon",
            "(Days before): enter up to 10 numbers from 1 to",
        ),
    ):
        before = setting(page, name).input_value()
        setting(page, name).fill(typed)
        page.locator(".o_form_button_save").click()
        told = page.locator(".modal").filter(has_text=words)
        told.wait_for()
        told.get_by_role("button", name=re.compile("Close|Stay|Ok", re.I)).last.click()
        told.wait_for(state="hidden")
        assert setting(page, name).input_value() == typed
        setting(page, name).fill(before)


@pytest.mark.long
def test_a_test_mail_arrives_and_a_dead_server_is_told(server, page, run_odoo_shell):
    open_settings(page, server)
    page.get_by_role("button", name="Send a test email").click()
    page.locator(".o_notification", has_text="Test email sent").wait_for()
    mail = server.wait_for_mail("admin@example.com")
    assert "test email" in mail["Subject"]
    dead = "{'name': 'Dead', 'smtp_host': '127.0.0.1', 'smtp_port': 1, 'sequence': 1}"
    run_odoo_shell(server.database, f"env['ir.mail_server'].create({dead})")
    page.get_by_role("button", name="Send a test email").click()
    told = page.locator(".o_notification", has_text="The test email was not sent")
    told.wait_for()
    assert "Traceback" not in told.inner_text()
    run_odoo_shell(server.database, "env['ir.mail_server'].search([]).unlink()")


@pytest.mark.long
@pytest.mark.parametrize("width", [{"width": 1280, "height": 900}, NARROW])
def test_the_page_fits(server, new_page, width):
    page = new_page(viewport=width)
    open_settings(page, server)
    box = page.locator(".settings .app_settings_block:visible").last
    assert box.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
