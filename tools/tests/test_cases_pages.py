"""The lists and forms of cases in a real browser."""

import csv
import io
import json

import pytest

from tools.tests.portal_pages import (
    CASES,
    enter,
    make_case,
    open_cases,
    titles,
    wait_for_scripts,
)

# === LISTS === #


@pytest.fixture
def liam(cases_server, page):
    """Return a page of Liam's, who has cases and a colleague with one."""
    open_cases(page, cases_server, "liam@example.com")
    return page


def choose(page, label, option):
    """Choose in one of the menus of a list's bar."""
    page.locator("summary").filter(has_text=label).click()
    with page.expect_navigation():
        page.locator("details[open]").get_by_role(
            "link", name=option, exact=True
        ).click()
    wait_for_scripts(page)


def follow(page, name):
    with page.expect_navigation():
        page.get_by_role("link", name=name, exact=True).click()
    wait_for_scripts(page)


def test_a_list_is_narrowed_and_ordered_and_can_be_shared(liam, cases_server, new_page):
    page = liam
    choose(page, "Status", "Open")
    assert titles(page) == ["Apples are missing", "Zebras cross the road"]
    follow(page, "All")
    assert titles(page)[0] == "The window does not close"
    chips = page.get_by_role("list", name="Active filters")
    assert "Status: Open" in chips.inner_text()
    follow(page, "Title")
    assert titles(page)[0] == "Apples are missing"
    assert page.locator("th[aria-sort=ascending]").inner_text().strip() == "Title"
    follow(page, "Title")
    assert titles(page)[0] == "Zebras cross the road"
    with page.expect_navigation():
        chips.get_by_role("link", name="Status: Open").click()
    wait_for_scripts(page)
    page.get_by_label("Search", exact=True).first.fill("missing")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert titles(page) == ["Pears are missing", "Apples are missing"]
    wait_for_scripts(page)
    choose(page, "Group by", "Status")
    assert page.locator(".o_cp_group").all_inner_texts() == ["New", "Closed"]

    colleague = new_page()
    enter(colleague, cases_server, "sofia@example.com")
    colleague.goto(page.url)
    assert titles(colleague) == titles(page), "The address says all there is to say."

    page.go_back()
    assert not page.locator(".o_cp_group").count()
    assert titles(page) == ["Pears are missing", "Apples are missing"]
    page.go_back()
    assert len(titles(page)) == 4


@pytest.mark.long
def test_the_export_has_the_rows_of_the_list(liam):
    liam.goto(f"{liam.url}?search=missing&sortby=name")
    wait_for_scripts(liam)
    liam.locator(".o_cp_list summary").filter(has_text="More").click()
    with liam.expect_download() as download:
        liam.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "Cases.csv"
    text = download.value.path().read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Title"] for row in rows] == titles(liam)
    assert len(rows) == 2


@pytest.mark.long
def test_moving_through_choices_sends_nothing(liam):
    """By WCAG 3.2.2: who uses the keyboard chooses, and then sends."""
    liam.locator("summary").filter(has_text="Filters").press("Enter")
    address = liam.url
    liam.get_by_label("Priority").focus()
    for __ in range(3):
        liam.keyboard.press("ArrowDown")
    liam.wait_for_timeout(500)
    assert liam.url == address
    assert liam.get_by_label("Priority").input_value() == "2"
    with liam.expect_navigation():
        liam.get_by_role("button", name="Apply").press("Enter")
    assert "by_priority=2" in liam.url


@pytest.mark.long
def test_a_menu_closes_with_escape_and_by_a_click_beside_it(liam):
    menu = liam.locator("summary").filter(has_text="Status")
    link = liam.get_by_role("link", name="Any status")
    menu.press("Enter")
    link.wait_for()
    link.press("Escape")
    link.wait_for(state="hidden")
    assert menu.evaluate("el => el === document.activeElement")
    menu.click()
    link.wait_for()
    liam.locator("h1").click()
    link.wait_for(state="hidden")


def test_a_view_is_saved_and_several_cases_are_closed(cases_server, page):
    enter(page, cases_server, "olivia@example.com")
    for title in ("Mend the gate", "Mend the fence", "Paint the door"):
        make_case(page, cases_server, title)
    page.goto(f"{cases_server.url}{CASES}?search=Mend")
    wait_for_scripts(page)
    page.locator("summary").filter(has_text="Save view").click()
    page.get_by_label("Name").fill("To mend")
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    wait_for_scripts(page)
    tab = page.get_by_role("link", name="To mend")
    assert tab.get_attribute("aria-current") == "page"
    assert not page.is_visible(".o_cp_bulk"), "Nothing is chosen yet."
    for box in page.get_by_role("checkbox").all():
        box.check()
    assert "2 selected" in page.inner_text(".o_cp_bulk")
    with page.expect_navigation():
        page.get_by_role("button", name="Mark selected as closed").click()
    wait_for_scripts(page)
    assert "2 marked as closed" in page.inner_text(".o_cp_hint")
    assert titles(page) == ["Mend the fence", "Mend the gate"]
    assert not page.get_by_role("checkbox").count()


def test_on_a_phone_the_first_case_stands_above_the_fold(cases_server, new_page):
    page = new_page(viewport={"width": 390, "height": 667})
    open_cases(page, cases_server, "liam@example.com")
    row = page.locator(".o_cp_table tbody tr").first
    box = row.bounding_box()
    assert box["y"] + box["height"] < 400
    assert "Apples are missing" in titles(page)
    shown = row.locator("td:visible").count()
    assert shown == 3, "Title, state and last change."
    sheet = page.locator(".o_cp_sheet")
    page.locator("summary").filter(has_text="Filters").click()
    sheet.wait_for()
    sheet.get_by_label("Status").select_option(label="Closed")
    with page.expect_navigation():
        sheet.get_by_role("button", name="Apply").click()
    assert titles(page) == ["Pears are missing"]


# === FORMS === #


def test_a_double_click_makes_one_case(cases_server, page):
    enter(page, cases_server, "mia@example.com", f"{CASES}/new")
    page.get_by_label("Title").fill("Clicked twice")
    page.get_by_role("button", name="Create").dblclick()
    page.wait_for_selector("h1:has-text('Clicked twice')")
    page.goto(f"{cases_server.url}{CASES}?search=Clicked")
    assert titles(page) == ["Clicked twice"]


def test_what_is_typed_and_dropped_outlives_a_mistake(cases_server, page):
    enter(page, cases_server, "mia@example.com", f"{CASES}/new")
    wait_for_scripts(page)
    drop(page, ".o_cp_drop", "first.txt")
    drop(page, ".o_cp_drop", "second.txt")
    page.get_by_label("Title").fill(" ")
    page.get_by_label("Description").fill("It rattles.")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("alert").get_by_role("link", name="Title").click()
    assert page.get_by_label("Title").get_attribute("aria-invalid") == "true"
    assert page.evaluate("document.activeElement.name") == "name"
    page.get_by_label("Title").fill("It is loud")
    page.get_by_role("button", name="Create").click()
    page.wait_for_selector("h1:has-text('It is loud')")
    assert "It rattles." in page.inner_text(".o_cp_opening")
    wait_for_scripts(page)
    page.locator("#o_cp_documents summary").click()
    drop(page, ".o_cp_upload", "third.txt")
    page.get_by_role("link", name="third.txt").wait_for()
    files = page.inner_text("#o_cp_documents")
    assert "first.txt" in files
    assert "second.txt" in files


def test_scripts_speak_the_language_of_the_customer(cases_server, page):
    enter(page, cases_server, "emma@example.com", f"{CASES}/new")
    wait_for_scripts(page)
    drop(page, ".o_cp_drop", "photo.txt")
    page.get_by_role("button", name="Retirer photo.txt").wait_for()
    page.route("**/my/p/cases/new", lambda route: route.abort())
    page.locator(".o_cp_form input[name=name]").fill("La pompe fuit")
    page.locator(".o_cp_form button[type=submit]").click()
    page.get_by_role("alert").get_by_text("L'envoi a échoué.").wait_for()


def drop(page, place, name):
    """Drop a file from the desktop."""
    files = page.evaluate_handle(
        """name => {
            const files = new DataTransfer();
            files.items.add(new File(["content"], name));
            return files;
        }""",
        name,
    )
    page.dispatch_event(place, "drop", {"dataTransfer": files})


@pytest.mark.long
def test_answers_are_proposed_while_a_title_is_typed(cases_server, page):
    """The FAQs come with a later issue; the browser is answered in their place."""
    answers = json.dumps([{"title": "How to <b>print</b>?", "url": "/my/faq/1"}])

    def reply(route):
        is_known = "print" in route.request.url
        route.fulfill(body=answers if is_known else "<p>Your session has ended.</p>")

    page.route("**/my/p/cases/answers?*", reply)
    enter(page, cases_server, "mia@example.com", f"{CASES}/new")
    wait_for_scripts(page)
    page.get_by_label("Title").press_sequentially("I cannot print")
    link = page.get_by_role("link", name="How to <b>print</b>?")
    link.wait_for()
    assert link.get_attribute("href") == f"{cases_server.url}/my/faq/1"
    assert link.get_attribute("target") == "_blank", "What is typed is not lost."
    page.get_by_label("Title").fill("I cannot sleep")
    link.wait_for(state="hidden")
    assert not page.is_visible("text=Does this answer your question?")
    assert not page.get_by_role("dialog").count(), "Nothing stops who types."
