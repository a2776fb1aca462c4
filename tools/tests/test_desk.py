"""The desk of an agent: what waits for them, a case, an answer, and the next case."""

import re

import pytest
from playwright.sync_api import expect

from tools.paths import ADDON
from tools.tests.portal_pages import PASSWORD, PATIENCE, enter
from tools.tests.test_cases_story import send, write

SETUP = f"""
agent = env["res.users"].create({{
    "name": "Marc Agent", "login": "marc@company.example.com",
    "email": "marc@company.example.com", "password": "{PASSWORD}",
    "group_ids": env.ref("customer_portal.group_customer_portal_user").ids,
}})
organization = env["res.partner"].create({{"name": "Baker Way", "is_company": True}})
emma = env["res.partner"].create({{
    "name": "Emma", "email": "emma@baker.example.com", "portal_user": True,
    "parent_id": organization.id,
}})
for title in ("It hums", "It rattles"):
    env["project.task"].create({{
        "name": title, "partner_id": emma.id, "user_ids": agent.ids,
        "project_id": env.ref("customer_portal.project_cases").id,
    }})
env["customer.portal.faq"].create({{
    "question": "Why does it hum?", "is_published": True,
    "answer": "<p>It is on.</p>\\n  <p>Turn it off.</p>",
}})
env["mail.canned.response"].with_user(agent).create({{
    "source": "thanks", "substitution": "Thank you for your question.",
}})
"""
# What an agent has written with a canned response and a FAQ.
WRITTEN = re.compile(
    r"^Thank you for your question\.[\s\S]*\n\nIt is on\.\n\nTurn it off\.$"
)
WIDE = {"width": 1600, "height": 950}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def server(make_database, run_odoo_shell, module_server):
    name = make_database("desk", [ADDON])
    run_odoo_shell(name, SETUP)
    return module_server(name)


@pytest.fixture
def desk(server, new_page):
    """Return a page with the list of cases, as its bookmark opens it."""
    page = new_page(viewport=WIDE)
    enter(page, server, "marc@company.example.com", "/odoo/portal-cases")
    page.wait_for_selector(".o_data_row")
    return page


def row(page, title):
    return page.locator(".o_data_row", has_text=title)


def open_case(page, title):
    row(page, title).locator("[name=name]").click()
    page.wait_for_selector(".o_form_view .o-mail-Chatter-sendMessage")


def test_the_list_says_what_waits_and_keeps_the_menu(desk):
    assert desk.locator(".o_menu_brand").inner_text() == "Customer Portal"
    assert desk.locator(".o_facet_value").inner_text() == "Waiting for Us"
    cells = row(desk, "It hums")
    assert "Baker Way" in cells.locator("[name=portal_organization_id]").inner_text()
    assert cells.get_by_role("img", name="Unread").count()
    open_case(desk, "It hums")
    desk.get_by_role("link", name="Cases", exact=True).click()
    desk.wait_for_selector(".o_data_row")
    # The list shows at once what it had, then what there is.
    unread = row(desk, "It hums").get_by_role("img", name="Unread")
    unread.wait_for(state="detached")
    assert row(desk, "It rattles").get_by_role("img", name="Unread").count()


def test_an_answer_with_a_faq_sets_waiting_and_the_next_case_follows(desk):
    open_case(desk, "It hums")
    assert not desk.locator(".o_task_state_widget:visible").count()
    assert "Active" in desk.locator("[name=portal_customer_state]").inner_text()
    desk.click(".o-mail-Chatter-logNote")
    desk.wait_for_selector(".o-mail-Composer-input")
    assert not desk.locator(".o_cp_send_and_wait").count()
    send(desk, "Ask the workshop")
    note = desk.locator(".o-mail-Message", has_text="Ask the workshop")
    note.get_by_text("Internal note").wait_for()
    desk.click(".o-mail-Chatter-sendMessage")
    text = desk.locator(".o-mail-Composer-input")
    text.press_sequentially("::thanks")
    desk.locator(".o-mail-NavigableList-item", has_text="Thank you").click()
    desk.get_by_role("button", name="Insert a FAQ").click()
    desk.locator(".modal .o_data_row", has_text="Why does it hum?").locator(
        "[name=question]"
    ).click()
    desk.locator(".modal").wait_for(state="detached")
    expect(text).to_have_value(WRITTEN, timeout=PATIENCE)
    desk.click(".o_cp_send_and_wait")
    current = desk.locator(".o_arrow_button_current")
    current.get_by_text("Waiting for Customer").wait_for()
    desk.get_by_role("button", name="Next Case").click()
    desk.wait_for_selector(".o_last_breadcrumb_item:has-text('It rattles')")
    desk.get_by_role("link", name="Cases", exact=True).click()
    desk.wait_for_selector(".o_data_row")
    row(desk, "It hums").wait_for(state="detached")


def test_an_answer_becomes_the_draft_of_a_faq(desk):
    open_case(desk, "It rattles")
    write(desk, ".o-mail-Chatter-sendMessage", "Tighten the screw.")
    answer = desk.locator(".o-mail-Message", has_text="Tighten the screw.")
    answer.hover()
    answer.get_by_title("Expand").click()
    desk.get_by_text("Create a FAQ from this").click()
    desk.wait_for_selector(".o_form_view [name=question]")
    question = desk.locator("[name=question]").locator("input, textarea").first
    assert question.input_value() == "It rattles"
    assert "Tighten the screw." in desk.locator("div[name=answer]").inner_text()
    assert not desk.locator("[name=is_published] input").is_checked()


def test_the_kanban_says_who_wrote_last(desk):
    desk.click(".o_switch_view.o_kanban")
    card = desk.locator(".o_kanban_record", has_text="It rattles")
    card.wait_for()
    assert "CS-" in card.inner_text()
    assert "wrote last" in card.inner_text()
    assert "now" in card.inner_text() or "min" in card.inner_text()
    assert not card.locator(".o_task_state_widget:visible").count()


def test_portal_users_on_a_phone_show_their_access(server, new_page):
    page = new_page(viewport=PHONE)
    enter(page, server, "marc@company.example.com", "/odoo/portal-users")
    card = page.locator(".o_kanban_record", has_text="Emma")
    card.get_by_text("Active").wait_for()
