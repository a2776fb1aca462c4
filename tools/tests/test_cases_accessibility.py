"""The pages of cases for people who see, type or browse in another way."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tools.tests.portal_pages import (
    CASES,
    enter,
    follow,
    forget,
    make_case,
    open_cases,
    titles,
    wait_for_scripts,
)

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = {"screen": 1280, "phone": 390}
# Where what is beside each other goes below: for what shows all of a page.
ALL_WIDTHS = {**WIDTHS, "tablet": 768}


# A phone shows all of it, and has the least room; wider pages are looked at with what
# takes long.
def at(widths):
    """Return the mark of a test that is run at some widths."""
    return pytest.mark.parametrize(
        "width",
        [
            pytest.param(width, id=name, marks=[pytest.mark.long] * (name != "phone"))
            for name, width in widths.items()
        ],
    )


at_all_widths, at_both_widths = at(ALL_WIDTHS), at(WIDTHS)
FILE = {"name": "photo.txt", "mimeType": "text/plain", "buffer": b"a photo"}


@at_all_widths
def test_nobody_is_kept_out_of_a_page(cases_server, new_page, width):
    """Axe finds nothing in what is ours, and no page scrolls sideways."""
    page = new_page(viewport={"width": width, "height": 844})
    wrong = {}

    def look(name, path=None):
        if path:
            page.goto(f"{cases_server.url}{path}")
        if found := find_faults(page):
            wrong[name] = found

    enter(page, cases_server, "olivia@example.com")
    look("home", "/my")
    look("nothing found", f"{CASES}?search=nothing")
    look("search without result", "/my/search?search=nothing")
    show_form_with_errors(page, look)
    record = make_case(page, cases_server, f"Long{'g' * 60} title")
    page.fill("#o_cp_comment_body", "A comment")
    page.set_input_files("#o_cp_comment_files", FILE)
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_selector(".o_cp_comment")
    look("record")
    look("form to edit", record.replace(cases_server.url, "") + "/edit")
    page.goto(record)
    wait_for_scripts(page)
    page.get_by_role("button", name="Mark as closed").click()
    page.wait_for_selector("text=How satisfied are you?")
    look("closed record")
    enter_as_another(page, cases_server, "liam@example.com")
    look("list", f"{CASES}?scope=all")
    look("groups", f"{CASES}?groupby=stage_id&sortby=name")
    page.locator("summary").filter(has_text="Filters").click()
    look("filters")
    page.goto(f"{cases_server.url}{CASES}?filterby=open")
    page.locator("summary").filter(has_text="Save view").click()
    look("view to save")
    look("search", "/my/search?search=missing")
    enter_as_another(page, cases_server, "noemi@example.com")
    look("empty list", CASES)
    assert wrong == {}


def show_form_with_errors(page, look):
    look("form", f"{CASES}/new")
    page.get_by_label("Title").fill(" ")
    page.get_by_role("button", name="Create").click()
    page.wait_for_selector(".o_cp_errors li")
    look("form with errors")


def enter_as_another(page, server, login):
    forget(page)
    enter(page, server, login)


def find_faults(page, parts=("#wrap",)):
    """Return what keeps people out of a page: what axe finds, and a scroll sideways."""
    wait_for_scripts(page)
    found = find_violations(page, parts)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("It scrolls sideways.")
    return found


def find_violations(page, parts=("#wrap",)):
    options = {"runOnly": WCAG, "resultTypes": ["violations"]}
    return [
        f"{violation['id']}: {node['html']}"
        for violation in Axe().run(page, list(parts), options).response["violations"]
        for node in violation["nodes"]
    ]


FOCUSED = r"""() => {
    const el = document.activeElement;
    const style = getComputedStyle(el);
    const { x, y, width, height } = el.getBoundingClientRect();
    const hasOutline = style.outlineStyle !== "none" && style.outlineWidth !== "0px";
    return {
        name: el.getAttribute("aria-label") || el.labels?.[0]?.textContent.trim()
            || el.textContent.trim().replace(/\s+/g, " "),
        inside: Boolean(el.closest("#wrap")),
        seen: el.checkVisibility() && (hasOutline || style.boxShadow !== "none")
            && el.contains(document.elementFromPoint(x + width / 2, y + height / 2)),
    };
}"""


@at_both_widths
def test_the_keyboard_reaches_all_of_a_list_and_shows_where_it_is(
    cases_server, new_page, width
):
    page = new_page(viewport={"width": width, "height": 844})
    open_cases(page, cases_server, "liam@example.com")
    reached = []
    for __ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["inside"]:
            reached.append(focused)
        elif reached:
            break
    names = [focused["name"] for focused in reached]
    wanted = {"More", "New Case", "Search", "Filters", "Apples are missing"}
    if width == WIDTHS["screen"]:
        wanted |= {"Mine", "All", "Title", "Status", "Select Apples are missing"}
        wanted |= {"Status: Any status", "Group by: No grouping"}
    assert wanted <= set(names)
    assert [focused for focused in reached if not focused["seen"]] == []


def test_everything_that_matters_works_without_scripts(cases_server, new_page):
    page = new_page(java_script_enabled=False)
    enter(page, cases_server, "noah@example.com", f"{CASES}/new")
    page.get_by_label("Title").fill("Scripts are off")
    page.get_by_label("Attachments").set_input_files(FILE)
    follow(page, page.get_by_role("button", name="Create"))
    assert "Scripts are off" in page.inner_text("h1")
    assert "photo.txt" in page.inner_text("#o_cp_documents")

    page.get_by_label("Your comment").fill("I like it so")
    follow(page, page.get_by_role("button", name="Send", exact=True))
    assert "I like it so" in page.inner_text(".o_cp_comment")
    page.locator("#o_cp_documents summary").click()
    page.locator("#o_cp_upload_files").set_input_files({**FILE, "name": "second.txt"})
    follow(page, page.get_by_role("button", name="Upload"))
    assert "second.txt" in page.inner_text("#o_cp_documents")
    follow(page, page.get_by_role("button", name="Mark as closed"))
    assert "This is closed." in page.inner_text("#wrap")

    page.goto(f"{cases_server.url}{CASES}")
    assert titles(page) == ["Scripts are off"]
    page.locator("summary").filter(has_text="Status").click()
    follow(page, page.get_by_role("link", name="Open", exact=True))
    assert "No results match your search." in page.inner_text("#wrap")
    follow(page, page.get_by_role("link", name="Show all"))
    page.locator("#o_cp_search").fill("scripts")
    follow(page, page.locator(".o_cp_search").get_by_role("button", name="Search"))
    assert "search=scripts" in page.url
    follow(page, page.get_by_role("link", name="Scripts are off"))
    assert page.is_visible("button:has-text('Reopen')")
