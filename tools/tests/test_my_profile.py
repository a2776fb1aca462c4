"""My Profile in a real browser, with the mails of a real server."""

import re

import pytest

from tools.tests.portal_pages import PASSWORD, enter, follow, log_in, wait_for_scripts
from tools.tests.test_cases_accessibility import (
    at_both_widths,
    find_faults,
    find_violations,
)
from tools.tests.test_cases_story import mail_with

PROFILE = "/my/profile"
SETUP = """
from odoo.fields import Command

country = env.ref("base.be")
company = env["res.partner"].create(
    {"name": "Green & Co", "is_company": True, "email": "green@example.com"}
)
for name in ("zoe", "yann", "xavier", "walter"):
    partner = env["res.partner"].create(
        {
            "name": name.title(),
            "email": f"{name}@example.com",
            "phone": "+32 2 111",
            "street": "1 Main Street",
            "city": "Namur",
            "zip": "5000",
            "country_id": country.id,
            "portal_user": True,
            "parent_id": company.id if name == "zoe" else False,
        }
    )
    partner.user_ids.password = "correct horse battery"
env["res.country.state"].create(
    {"name": "Testland", "code": "XTL", "country_id": env.ref("base.fr").id}
)
"""


@pytest.fixture(scope="module")
def profile_server(cases_server, run_odoo_shell):
    """Return the server of the cases with customers who have details to edit."""
    run_odoo_shell(cases_server.database, SETUP)
    return cases_server


def open_profile(page, server, name):
    enter(page, server, f"{name}@example.com", "/my")
    wait_for_scripts(page)
    page.locator("header a[data-bs-toggle=dropdown]").last.click()
    page.locator("header .dropdown-menu.show a", has_text="My Profile").click()
    wait_for_scripts(page)


def card(page, title):
    return page.locator("section.o_cp_profile_card", has_text=title)


def test_customers_edit_their_details_where_they_stand(profile_server, page):
    open_profile(page, profile_server, "zoe")
    assert (
        card(page, "Company Details").locator("dd").first.inner_text() == "Green & Co"
    )
    page.get_by_role("link", name="Edit personal details").click()
    wait_for_scripts(page)
    page.get_by_role("textbox", name="Phone").fill("+32 2 777")
    page.get_by_label("Country").select_option(label="France")
    state = page.get_by_label("State")
    state.locator("option", has_text="Testland").wait_for(state="attached")
    state.select_option(label="Testland")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("text=Your changes have been saved.")
    wait_for_scripts(page)
    shown = card(page, "Personal Details").inner_text()
    assert "+32 2 777" in shown
    assert "Testland" in shown
    assert "France" in card(page, "Company Details").inner_text()

    page.get_by_role("link", name="Language and time zone").click()
    page.get_by_label("Time zone").select_option("Europe/Brussels")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("text=Your changes have been saved.")
    wait_for_scripts(page)
    assert "Europe/Brussels" in page.locator("#o_cp_profile_preferences").inner_text()


@pytest.mark.long
def test_a_new_address_is_confirmed_by_a_link_and_a_click(
    profile_server, page, new_page
):
    open_profile(page, profile_server, "yann")
    page.get_by_role("link", name="Edit personal details").click()
    page.get_by_role("textbox", name="Email").fill("yann.new@example.com")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("text=We sent a link to yann.new@example.com.")
    assert mail_with(profile_server, "yann@example.com", "is about to change")
    mail = profile_server.wait_for_mail("yann.new@example.com")
    text = mail.get_body(["html"]).get_content()
    link = re.search(r'href="([^"]*/my/profile/email\?token=[^"]*)"', text)[1]

    phone = new_page()  # The mail is read on another device.
    phone.goto(link)
    phone.fill("input[name=login]", "yann@example.com")
    phone.fill("input[name=password]", PASSWORD)
    phone.click("form.oe_login_form button[type=submit]")
    phone.get_by_role("button", name="Confirm this address").click()
    phone.wait_for_selector("text=Your email address is confirmed.")
    assert mail_with(profile_server, "yann@example.com", "address was changed")

    page.goto(f"{profile_server.url}{PROFILE}")
    assert "/web/login" in page.url, "Other sessions end."
    log_in(page, profile_server, "yann.new@example.com")
    page.wait_for_selector(".o_portal_my_home")


def test_the_password_is_changed_and_two_steps_are_switched_on_in_one_place(
    profile_server, page
):
    open_profile(page, profile_server, "xavier")
    new = "another horse battery"
    page.locator("#current").fill(PASSWORD)
    page.locator("#new").fill(new)
    page.locator("#new2").fill(new)
    page.get_by_role("button", name="Change Password").click()
    page.wait_for_selector("text=Password Updated!")
    wait_for_scripts(page)
    page.get_by_role("button", name="Enable two-factor authentication").click()
    page.get_by_role("dialog").locator("input[name=password]:visible").fill(new)
    page.get_by_role("button", name="Confirm Password").click()
    page.wait_for_selector(".o_auth_totp_enable_2FA")


@pytest.mark.long
def test_the_profile_works_without_scripts(profile_server, new_page):
    page = new_page(java_script_enabled=False)
    enter(page, profile_server, "walter@example.com", PROFILE)
    page.get_by_role("link", name="Edit personal details").click()
    page.locator("[name=street]").fill("2 Way")
    page.get_by_label("Country").select_option(label="France")
    follow(page, page.get_by_role("button", name="Save"))
    shown = card(page, "Personal Details").inner_text()
    assert "2 Way" in shown
    assert "France" in shown
    page.get_by_role("link", name="Picture").click()
    svg = {"name": "me.png", "mimeType": "image/png", "buffer": b"<svg></svg>"}
    page.get_by_label("Picture", exact=True).set_input_files(svg)
    follow(page, page.get_by_role("button", name="Save"))
    assert "Choose a picture" in page.inner_text("#wrap")
    page.get_by_role("link", name="Cancel").click()
    page.locator("#current").fill("wrong")
    page.locator("#new").fill("x")
    page.locator("#new2").fill("x")
    follow(page, page.get_by_role("button", name="Change Password"))
    assert "your password was not changed" in page.inner_text("#wrap")


@pytest.mark.long
@at_both_widths
def test_nobody_is_kept_out_of_the_profile(profile_server, new_page, width):
    page = new_page(viewport={"width": width, "height": 844})
    wrong = {}
    enter(page, profile_server, "zoe@example.com")
    parts = ("contacts", "organization", "preferences", "picture")
    for path in ("", *(f"?edit={part}" for part in parts), "/email?token=x"):
        page.goto(f"{profile_server.url}{PROFILE}{path}")
        if found := find_faults(page):
            wrong[path] = found
    page.goto(f"{profile_server.url}{PROFILE}?edit=contacts")
    page.get_by_label("Name").first.fill(" ")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector(".o_cp_errors li")
    wait_for_scripts(page)
    wrong |= {"errors": found} if (found := find_violations(page)) else {}
    assert wrong == {}
