"""What is the same on all pages: dark screens, and what works without scripts."""

import pytest

from tools.tests.portal_pages import enter, wait_for_scripts
from tools.tests.test_cases_accessibility import at_both_widths, find_violations

CUSTOMER = "hanna@example.com"
PAGES = ("/my", "/my/p/cases", "/my/p/cases/new", "/my/profile", "/my/p/cases/0")


@pytest.mark.long
@at_both_widths
def test_pages_can_be_read_on_a_dark_screen(cases_server, new_page, width):
    page = new_page(viewport={"width": width, "height": 844}, color_scheme="dark")
    enter(page, cases_server, CUSTOMER)
    wrong = {}
    for path in PAGES:
        page.goto(f"{cases_server.url}{path}")
        wait_for_scripts(page)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(21, 25, 30)"
        )
        if found := find_violations(page, ["header", "main", "footer"]):
            wrong[path] = found
    assert wrong == {}


def test_a_customer_gets_everywhere_without_scripts(cases_server, new_page):
    page = new_page(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    enter(page, cases_server, CUSTOMER)
    for path in PAGES:
        page.goto(f"{cases_server.url}{path}")
        names = page.locator(".o_cp_menu a")
        assert names.count() > 1
        for name in names.all():
            box = name.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= 390, path
    name = page.locator("header [data-bs-toggle=dropdown]")
    name.hover()
    assert page.get_by_role("menuitem", name="Logout").is_visible()
    name.click()
    page.wait_for_url("**/my/profile")


def test_parts_that_load_show_a_skeleton_until_they_come(cases_server, page):
    enter(page, cases_server, CUSTOMER)
    held = []

    def hold(route):
        held.append(route)

    page.route("**/my/home/widgets?fragment=1", hold)
    with page.expect_request("**/my/home/widgets?fragment=1"):
        page.goto(f"{cases_server.url}/my")
    part = page.locator(".o_cp_slow[aria-busy=true]").first
    part.wait_for()
    bars = "el => getComputedStyle(el.querySelector('.card-body'), '::after').content"
    assert part.evaluate(bars) == '""'
    assert not part.get_by_role("link", name="Show").is_visible()
    for route in held:  # What is never answered would be logged as an error later.
        route.continue_()
    page.wait_for_selector(".o_cp_slow", state="detached")
