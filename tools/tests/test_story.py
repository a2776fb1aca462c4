"""The whole story of one customer, in real browsers and with real mails."""

import re
from datetime import date, timedelta
from urllib.parse import urlsplit

from tools.tests.portal_pages import PASSWORD, log_in, see

CUSTOMER = "jennifer@example.com"
MODULES = ["customer_portal", "auth_totp_portal"]


def test_a_contact_comes_in_by_one_tick_and_stays_out_after_the_end(
    make_database, odoo_server, new_page
):
    database = make_database("story", MODULES)
    server = odoo_server(database)
    agent, customer = new_page(), new_page()

    log_in(agent, server, "admin", "admin")
    tick(agent, server)
    mail = server.wait_for_mail(CUSTOMER)
    assert "customer portal" in mail["Subject"]
    body = mail.get_body(["html"]).get_content()
    assert CUSTOMER in body
    link = re.search(r'href="([^"]*/web/signup[^"]*)"', body)[1].replace("&amp;", "&")
    assert urlsplit(link).netloc == urlsplit(server.url).netloc

    customer.goto(link)
    customer.fill("input[name=password]", PASSWORD)
    customer.fill("input[name=confirm_password]", PASSWORD)
    customer.click("form.oe_signup_form button[type=submit]")
    customer.wait_for_url(re.compile("/web/login_successful|/my"))
    customer.goto(f"{server.url}/my")
    assert customer.is_visible(".o_portal_my_home")

    customer.goto(f"{server.url}/web/session/logout?redirect=/web/login")
    log_in(customer, server, CUSTOMER, PASSWORD)
    customer.wait_for_selector(".o_portal_my_home")

    yesterday = date.today() - timedelta(days=1)
    set_end(agent, yesterday)
    customer.goto(f"{server.url}/my")
    refusal = f"Access to the portal was disabled on {yesterday:%m/%d/%Y}"
    assert refusal in customer.inner_text("[role=alert]")
    log_in(customer, server, CUSTOMER, "a wrong password")
    assert "Wrong login/password" in customer.inner_text("[role=alert]")
    log_in(customer, server, CUSTOMER, PASSWORD)
    assert refusal in customer.inner_text("[role=alert]")

    set_end(agent, date.today() + timedelta(days=5))
    log_in(customer, server, CUSTOMER, PASSWORD)
    customer.wait_for_selector(".o_portal_my_home")
    see(customer.locator("#wrap"), "Your support ends on")

    assert touchpoints(agent, server) == [
        "Login",
        "Access Changed",
        "Login Refused",
        "Login Refused",
        "Login Refused",
        "Access Changed",
        "Login",
        "Logout",
        "Login",
        "Login Details Sent",
        "Access Granted",
    ]


def tick(page, server):
    """Make a contact and tick Portal User, as an agent does."""
    page.goto(f"{server.url}/odoo/contacts/new")
    page.check("[name=company_type] input[data-value=person]")
    # The field of a company, which is there first, has another example.
    page.get_by_placeholder("Brandon Freeman").fill("Jennifer Davis")
    page.fill("[name=email] input", CUSTOMER)
    page.click("a[name=customer_portal]")
    page.click("[name=portal_user] input")
    page.wait_for_selector("[name=support_start_date]")
    save(page)
    see(page.locator("[name=portal_state]"), "Active")


def set_end(page, end):
    """Move the start, too, so that it is never after the end."""
    for name, day in (("start", end - timedelta(days=30)), ("end", end)):
        page.locator(f"[name=support_{name}_date]").locator("button, input").click()
        page.fill(f"[name=support_{name}_date] input", f"{day:%m/%d/%Y}")
        page.keyboard.press("Tab")
    save(page)


def save(page):
    page.click(".o_form_button_save")
    page.wait_for_selector(
        ".o_form_status_indicator_buttons.invisible", state="attached"
    )


def touchpoints(page, server):
    page.goto(f"{server.url}/odoo/customer-touchpoints")
    page.wait_for_selector(".o_data_row")
    return page.locator(".o_data_row td[name=kind]").all_inner_texts()
