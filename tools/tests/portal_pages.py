"""What the tests of several files do with the pages of a server."""

import re
import time

from playwright.sync_api import expect

PASSWORD = "correct horse battery"
CASES = "/my/p/cases"
PATIENCE = 180_000  # milliseconds; a slow machine is no failure


def log_in(page, server, login, password=PASSWORD):
    """Log in, be it let in or refused."""
    page.goto(f"{server.url}/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.click("form.oe_login_form button[type=submit]")
    page.wait_for_selector(".o_main_navbar, .o_portal_my_home, [role=alert]")


def enter(page, server, login, path="", password=PASSWORD):
    """Log in without showing the form, and open a page if there is a path.

    Where the form is not what is tested: to show it, and then the page it leads to,
    takes longer than most of these tests.
    """
    url = f"{server.url}/web/login"
    form = page.request.get(url, timeout=PATIENCE).text()
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)[1]
    response = page.request.post(
        url,
        form={"login": login, "password": password, "csrf_token": token},
        max_redirects=0,
        timeout=PATIENCE,
    )
    assert response.status == 303, f"{login} is not let in."
    if path:
        page.goto(f"{server.url}{path}")


def forget(page):
    """Make a browser one that has never been here.

    The page is left first: what it still asked for without its cookie would be given
    a session of its own, in place of that of the form which is shown next, and Odoo
    would refuse that form (CSRF).
    """
    page.goto("about:blank")
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies()


def wait_for_scripts(page):
    """Wait until the scripts of a portal page take part."""
    page.wait_for_selector("body[is-ready=true]")


def follow(page, target):
    """Click what leads to another page, and wait until all of that is there.

    A click alone waits until it has begun to arrive.
    """
    with page.expect_navigation():
        target.click()


def see(place, text):
    """Wait until a place of a page says something.

    What a click changes comes a moment later, be it a part of the page or all of it.
    """
    expect(place.first).to_contain_text(text, use_inner_text=True, timeout=PATIENCE)


def wait_until(happens, what):
    """Wait until something has happened of which no page tells.

    :param happens: says whether it has
    """
    deadline = time.monotonic() + PATIENCE / 1000
    while not happens():
        assert time.monotonic() < deadline, f"It does not happen: {what}"
        time.sleep(0.2)


def open_cases(page, server, login):
    """Log in and show the list of cases."""
    enter(page, server, login, CASES)
    wait_for_scripts(page)


def titles(page):
    """Return the titles of the cases in a list, in its order."""
    return page.locator(".o_cp_table td.o_cp_title").all_inner_texts()


def make_case(page, server, title):
    """Create a case of nothing but a title, and return its address."""
    page.goto(f"{server.url}{CASES}/new")
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Create").click()
    page.wait_for_selector(f"h1:has-text('{title}')")
    return page.url
