"""The home page that an administrator arranges and a customer uses."""

import contextlib
import json
import re
from html import escape, unescape

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tools.tests.portal_pages import enter, follow, forget, wait_for_scripts
from tools.tests.test_cases_accessibility import (
    at_all_widths,
    at_both_widths,
    find_faults,
)

CUSTOMER = "hanna@example.com"
SLOW = ".o_cp_slow"
TRIES = 12


def open_home(page, server, login=CUSTOMER):
    """Log in and wait for all that is loaded after the home page."""
    enter(page, server, login, "/my")
    wait_for_scripts(page)
    page.wait_for_selector(SLOW, state="detached")


def wait_for_charts(page):
    """Wait until all charts are drawn: until then they are hidden and have no box."""
    page.wait_for_selector(".o_cp_chart canvas")
    page.wait_for_selector(".o_cp_chart:not(:has(canvas))", state="detached")


@at_all_widths
def test_nobody_is_kept_out_of_the_home_page(cases_server, new_page, width):
    page = new_page(viewport={"width": width, "height": 844})
    open_home(page, cases_server)
    wait_for_charts(page)
    wrong = {}
    for name, path in {
        "home": None,
        "menu": None,
        "parts on their own": "/my/home/widgets",
        "list of a part": "/my/p/cases",
    }.items():
        if path:
            page.goto(f"{cases_server.url}{path}")
            wait_for_scripts(page)
        for table in page.locator(".o_cp_chart_table").all():
            table.evaluate("el => el.open = true")
        if name == "menu" and page.locator(".o_cp_menu_more:not(.d-none)").count():
            page.get_by_role("button", name="More").click()
        if found := find_faults(page, [".o_cp_menu", "#wrap"]):
            wrong[name] = found
    assert wrong == {}


def test_a_customer_uses_the_home_page(cases_server, page):
    open_home(page, cases_server)
    assert re.search("Good (morning|afternoon|evening), Hanna", page.inner_text("h1"))
    assert "Ada Agent" in page.inner_text(".o_cp_representative")
    recent = page.get_by_role("region", name="Recent Cases")
    assert recent.get_by_role("listitem").count() == 5

    page.locator(".o_cp_announcement").get_by_role("button", name="Dismiss").click()
    page.wait_for_selector("#wrap:not(:has(.o_cp_announcement))")
    page.reload()
    assert page.locator(".o_cp_announcement").count() == 0

    page.get_by_role("link", name="Open Cases", exact=True).click()
    page.wait_for_url("**filterby=open**")


@at_both_widths
def test_what_waits_is_done_with_one_click_above_the_fold(
    cases_server, new_page, width
):
    page = new_page(viewport={"width": width, "height": 844})
    open_home(page, cases_server)
    for_you = page.get_by_role("region", name="For You")
    item = for_you.get_by_role("listitem").filter(has_text="Case 0")
    assert "Waiting for you" in item.inner_text()
    reply = item.get_by_role("link", name="Reply: Case 0")
    box = reply.bounding_box()
    assert box["y"] + box["height"] < 844
    reply.click()
    page.wait_for_selector("h1:has-text('Case 0')")


@pytest.mark.long
@at_all_widths
def test_two_columns_on_a_desktop_and_one_on_a_phone(cases_server, new_page, width):
    page = new_page(viewport={"width": width, "height": 844})
    open_home(page, cases_server)
    wait_for_charts(page)
    main = page.get_by_role("region", name="For You").bounding_box()
    faqs = page.get_by_role("region", name="Recent FAQs").bounding_box()
    beside = faqs["x"] > main["x"] + main["width"]
    assert beside == (width > 1000)
    if not beside:
        cases = page.get_by_role("region", name="Recent Cases").bounding_box()
        assert main["y"] < cases["y"] < faqs["y"]
    for chart in page.locator(".o_cp_chart").all():
        assert chart.bounding_box()["height"] == 200


def test_a_recent_case_is_answered_from_home(cases_server, page):
    """One click: the line to write in has the focus, and Enter sends."""
    open_home(page, cases_server)
    recent = page.get_by_role("region", name="Recent Cases")
    case = recent.get_by_role("listitem").filter(has=page.locator(".o_cp_reply")).first
    title = case.get_by_role("link").first.inner_text()
    case.locator("summary").click()
    field = case.get_by_label("Your comment").element_handle()
    page.wait_for_function("field => field === document.activeElement", arg=field)
    page.keyboard.type("From home")
    page.keyboard.press("Enter")
    page.wait_for_url("**/my/p/cases/*")
    assert title in page.inner_text("h1")
    page.locator(".o_cp_comment", has_text="From home").wait_for()


def test_documents_are_new_until_their_list_is_opened(cases_server, page):
    open_home(page, cases_server)
    new = page.get_by_role("listitem").filter(has_text="new document")
    assert new.count() == 1
    with page.expect_response("**/my/documents/seen"):
        page.goto(f"{cases_server.url}/my/documents")
    page.goto(f"{cases_server.url}/my")
    assert new.count() == 0


def test_a_click_on_a_slice_opens_the_list_behind_it(cases_server, page):
    """Hanna has six open cases: four of low priority, two urgent ones."""
    open_home(page, cases_server)
    chart = page.get_by_role("region", name="Open Cases by Priority")
    canvas = chart.locator("canvas")
    assert "Open Cases by Priority. " in canvas.get_attribute("aria-label")
    assert not chart.locator("table").is_visible()
    chart.get_by_text("Show as table").click()
    numbers = chart.locator("tbody td").all_inner_texts()
    assert numbers == ["4", "2"]
    pie = canvas.evaluate("el => window.Chart.getChart(el).chartArea")
    middle = {
        "x": (pie["left"] + pie["right"]) / 2,
        "y": (pie["top"] + pie["bottom"]) / 2,
    }
    # The first slice of a pie lies to the right of its middle.
    canvas.click(position={**middle, "x": middle["x"] + 30})
    page.wait_for_selector(".o_cp_chip")
    wait_for_scripts(page)
    assert "Open Cases by Priority: Low priority" in page.inner_text(".o_cp_chips")
    assert page.locator(".o_cp_table tbody tr").count() == 4
    page.locator(".o_cp_chip").click()
    page.wait_for_selector("#wrap:not(:has(.o_cp_chip))")
    wait_for_scripts(page)
    assert page.locator(".o_cp_table tbody tr").count() == 8


@pytest.mark.long
def test_the_menu_shows_what_finds_room_and_the_rest_under_more(cases_server, new_page):
    page = new_page()
    open_home(page, cases_server)
    menu = page.get_by_role("navigation", name="Portal")
    assert menu.get_by_role("link", name="FAQs").is_visible()
    names = menu.locator(".o_cp_menu_entry").all_inner_texts()

    page.set_viewport_size({"width": 300, "height": 800})
    more = menu.get_by_role("button", name="More")
    more.wait_for()
    assert not menu.get_by_role("link", name="FAQs").is_visible()
    more.click()
    menu.get_by_role("link", name="FAQs").wait_for()
    assert menu.locator(".o_cp_menu_entry").all_inner_texts() == names
    assert "active" not in more.get_attribute("class")
    menu.get_by_role("link", name="FAQs").click()
    page.wait_for_url("**/my/faq")
    wait_for_scripts(page)
    assert "active" in more.get_attribute("class")
    assert more.get_attribute("aria-current") == "true"
    page.set_viewport_size({"width": 1280, "height": 800})
    menu.get_by_role("link", name="FAQs").wait_for()
    assert page.locator(".o_cp_menu_more .active").count() == 0


@pytest.mark.long
def test_a_chart_says_what_its_numbers_are(cases_server, page):
    open_home(page, cases_server)
    wait_for_charts(page)
    drawn = {
        one["name"]: one
        for one in page.evaluate(
            """() => Object.values(window.Chart.instances).map((chart) => ({
                name: chart.canvas.parentElement.dataset.name,
                said: chart.canvas.getAttribute("aria-label"),
                title: chart.options.scales.y?.title,
                tip: chart.options.plugins.tooltip.callbacks.label({ dataIndex: 0 }),
            }))"""
        )
    }
    timed, counted = drawn["Time to Close by Priority"], drawn["Open Cases by Priority"]
    words = "Average time in hours"
    assert timed["title"]["display"]
    assert timed["title"]["text"] == words
    assert timed["tip"].startswith(f"{words}: ")
    assert timed["said"].startswith(f"Time to Close by Priority. {words}. ")
    assert counted["tip"] == "4"


@pytest.mark.long
def test_a_pie_of_one_part_has_no_line_in_it(cases_server, page):
    def keep_first(found):
        slices = json.loads(unescape(found[1]))[:1]
        return f'data-slices="{escape(json.dumps(slices))}"'

    def answer(route):
        response = route.fetch()
        body = re.sub('data-slices="([^"]*)"', keep_first, response.text())
        route.fulfill(response=response, body=body)

    widths = []
    for _time in range(2):
        open_home(page, cases_server)
        wait_for_charts(page)
        widths += page.evaluate(
            """() => Object.values(window.Chart.instances)
                .filter((chart) => chart.config.type === "pie")
                .map((chart) => chart.data.datasets[0].borderWidth)"""
        )
        page.route("**/my/home/widgets?**", answer)
        forget(page)
    assert widths == [1, 0]


def test_the_home_page_works_without_scripts(cases_server, new_page):
    narrow = {"width": 300, "height": 800}
    page = new_page(java_script_enabled=False, viewport=narrow)
    enter(page, cases_server, CUSTOMER, "/my")
    last = page.get_by_role("navigation", name="Portal").get_by_role("link").last
    box = last.bounding_box()
    assert box["x"] + box["width"] <= 300
    for part in page.locator(SLOW).all():
        assert part.bounding_box()["height"] < 120
    chart = page.get_by_role("region", name="Cases by Status")
    follow(page, chart.get_by_role("link", name="Show"))
    link = page.get_by_role("region", name="Cases by Status").locator("tbody a").first
    label = link.inner_text()
    follow(page, link)
    assert f"Cases by Status: {label}" in page.inner_text(".o_cp_chips")


@pytest.mark.long
def test_a_chart_is_drawn_in_the_colours_of_a_dark_page(cases_server, new_page):
    page = new_page()
    page.context.add_init_script(
        "document.addEventListener('DOMContentLoaded', () =>"
        " document.body.style.color = 'rgb(250, 250, 240)')"
    )
    open_home(page, cases_server)
    page.wait_for_selector("canvas")
    colour = page.evaluate("Object.values(window.Chart.instances)[0].options.color")
    assert colour != "#666"
    drawn = page.eval_on_selector(".o_cp_chart", "el => getComputedStyle(el).color")
    assert colour == drawn


def test_an_administrator_arranges_a_home_page(cases_server, new_page):
    """Ivan's profile begins with For You; what is switched on shows, in its order."""
    page = new_page(viewport={"width": 1280, "height": 1400})
    enter(page, cases_server, "admin", "/odoo/portal-charts/new", "admin")
    page.get_by_label("Title").fill("All of Them")
    choose(page, "module_id", "Cases")
    choose(page, "group_field_id", "Status")
    page.click(".o_form_button_save")
    page.wait_for_selector(".o_form_saved")

    page.goto(f"{cases_server.url}/odoo/portal-profiles")
    page.click(".o_data_row td[name=name]:has-text('Arranged')")
    page.click("a[name=home]")
    for name in ("Greeting", "Recent Cases", "Chart: All of Them"):
        row = page.locator(f".o_data_row:has(td[name=name]:text-is('{name}'))")
        row.locator("td[name=visible] input").click()
    page.locator("[name=announcement] .odoo-editor-editable").fill("Hello to all")
    drag(page, "Greeting", "Recent Cases")
    page.click(".o_form_button_save")
    page.wait_for_selector(".o_form_saved")

    customer = new_page()
    open_home(customer, cases_server, "ivan@example.com")
    assert "Hello to all" in customer.inner_text(".o_cp_announcement")
    shown = customer.locator(".o_cp_home > *").all_inner_texts()
    heads = [text.strip().split("\n")[0] for text in shown]
    assert heads == [
        "Hello to all",
        "For You",
        "Recent Cases",
        "Welcome to Portal",
        "All of Them",
    ]


def drag(page, name, place):
    """Drag a row of the backend to the place of another one below it."""
    handles = page.locator(".o_data_row .o_row_handle")
    rows = page.locator(".o_data_row td[name=name]").all_inner_texts()
    handles.nth(rows.index(name)).hover()
    page.mouse.down()
    box = handles.nth(rows.index(place)).bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + box["height"], steps=20)
    page.mouse.up()


def choose(page, field, name):
    """Choose a record by its name in a form of the backend.

    Who types before the server has answered to another field is shown what fitted that
    before, and types again.
    """
    items = page.locator(".o-autocomplete--dropdown-item a")
    for _time in range(TRIES):
        page.locator(f"[name={field}] input").fill("")
        page.locator(f"[name={field}] input").fill(name)
        with contextlib.suppress(PlaywrightTimeout):
            items.get_by_text(name, exact=True).first.click(timeout=10_000)
            return
    pytest.fail(f"{name} is not proposed.")
