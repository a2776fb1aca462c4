"""Install, tick, done: nothing is configured but the mail server.

Counted is each press of a mouse button. What is typed is not.
"""

import re
from html import unescape

import pytest

from tools.tests.portal_pages import PASSWORD, enter, log_in, wait_for_scripts
from tools.tests.test_cases_story import html_of, mail_with, write

pytestmark = pytest.mark.long

AGENT = "agent@example.com"
CUSTOMER = "grace@example.com"
TITLE = "The blue lamp is on"
# The contact and the email address of the administrator, which the form that creates a
# database asks for.
SETUP = f"""
env.ref("base.user_admin").email = {AGENT!r}
env["res.partner"].create({{"name": "Grace Hopper", "email": {CUSTOMER!r}}})
"""
AT_MOST = {"admin": 3, "customer": 5}


@pytest.fixture
def count_clicks():
    """Return a function that counts the presses of a person from now on."""

    def begin(page):
        pressed = []

        def press(html):
            pressed.append(html)

        page.expose_function("pressed", press)
        page.add_init_script(
            "addEventListener('pointerdown', (event) => event.isTrusted &&"
            " pressed(event.target.outerHTML.slice(0, 200)), true)"
        )
        return pressed

    return begin


def test_a_customer_files_a_case_as_soon_as_they_are_ticked(
    make_database, run_odoo_shell, odoo_server, new_page, count_clicks
):
    database = make_database("minutes", ["customer_portal"])
    run_odoo_shell(database, SETUP)
    server = odoo_server(database)
    admin, customer = new_page(), new_page()

    enter(admin, server, "admin", password="admin")
    open_contact(admin, server)
    presses = count_clicks(admin)
    tick(admin)
    assert len(presses) <= AT_MOST["admin"], presses

    presses = count_clicks(customer)
    follow_link(customer, server.wait_for_mail(CUSTOMER))
    file_case(customer)

    told = mail_with(server, AGENT, TITLE)
    log_in(admin, server, "admin", "admin")
    admin.goto(find_link(told, "/mail/view"))
    write(admin, ".o-mail-Chatter-sendMessage", "Press it once more.")

    answered = mail_with(server, CUSTOMER, "Press it once more.")
    customer.goto(find_link(answered, "/my/p/cases/"))
    assert "Press it once more." in customer.inner_text("#o_cp_comments")
    # What follows a link in an email is a press, too.
    assert len(presses) + 2 <= AT_MOST["customer"], presses


def open_contact(page, server):
    page.goto(f"{server.url}/odoo/contacts")
    page.locator(".o_kanban_record, .o_data_row").filter(has_text="Grace").click()
    page.wait_for_selector(".o_form_view")


def tick(page):
    page.reload()
    page.click("a[name=customer_portal]")
    page.click("[name=portal_user] input")
    page.click(".o_form_button_save")
    page.wait_for_selector("[name=portal_state]:has-text('Active')")


def find_link(mail, path):
    """Return the address of the first link of a mail that leads there."""
    return unescape(re.search(rf'href="([^"]*{path}[^"]*)"', html_of(mail))[1])


def follow_link(page, mail):
    """Choose a password, as the first email asks to."""
    page.goto(find_link(mail, "/web/signup"))
    page.fill("input[name=password]", PASSWORD)
    page.fill("input[name=confirm_password]", PASSWORD)
    page.click("form.oe_signup_form button[type=submit]")
    page.wait_for_selector(".o_portal_my_home")


def file_case(page):
    """Go from the home page to a new case and send it."""
    page.get_by_role("link", name="New Case").first.click()
    wait_for_scripts(page)
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Description").fill("It does not go out.")
    page.get_by_role("button", name="Create").click()
    page.wait_for_url(re.compile(r"/my/p/cases/\d+$"))
