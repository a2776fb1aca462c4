"""FAQs in a real browser, on a screen and on a phone."""

from pathlib import Path

import pytest

from tools.tests.portal_pages import CASES, enter, wait_for_scripts
from tools.tests.test_cases_accessibility import at_both_widths, find_faults

SETUP = Path(__file__).with_name("faqs_setup.py")
QUESTION = "How do I print an invoice?"
CUSTOMERS = {1280: "farah@example.com", 390: "pia@example.com"}


@pytest.fixture(scope="module")
def faq_server(cases_server, run_odoo_shell):
    run_odoo_shell(cases_server.database, SETUP.read_text())
    return cases_server


@at_both_widths
def test_a_customer_finds_an_answer(faq_server, run_odoo_shell, new_page, width):
    page = new_page(viewport={"width": width, "height": 844})
    wrong = {}

    def look(name):
        if found := find_faults(page):
            wrong[name] = found

    enter(page, faq_server, CUSTOMERS[width], "/my")
    page.locator(".o_portal_my_home").get_by_role("link", name="FAQs").click()
    look("list")
    assert "Not for anybody" not in page.content()

    search_with_a_typo(page)
    look("search")
    read_and_open_by_its_address(page, faq_server)
    look("faq")
    vote_and_change_the_vote(page)
    download(page)
    comment(page)
    look("faq with a comment")
    answered_while_a_case_is_typed(page, faq_server)
    look("answered")
    assert wrong == {}
    views, avoided, helped, votes = counts(run_odoo_shell, faq_server)
    assert views == avoided == votes
    assert helped == 0


def search_with_a_typo(page):
    page.get_by_label("Search FAQs").fill("invioce")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("summary").all_inner_texts() == [QUESTION]


def read_and_open_by_its_address(page, server):
    """Open the accordion, follow to the FAQ itself, and come by its address again."""
    assert not page.get_by_text("Open it and press").is_visible()
    with page.expect_response("**/seen"):
        page.locator("summary").click()
    assert page.get_by_text("Open it and press").is_visible()
    with page.expect_navigation():
        page.get_by_role("link", name="Link to this answer").click()
    address = page.url
    page.goto(f"{server.url}/my")
    page.goto(address)
    assert page.inner_text("h1") == QUESTION


def vote_and_change_the_vote(page):
    for answer, told in (("Yes", "1 out of"), ("No", "0 out of")):
        with page.expect_navigation():
            page.get_by_role("button", name=answer, exact=True).click()
        assert told in page.inner_text(".o_cp_faq_vote")
        pressed = page.locator("button[aria-pressed=true]").inner_text()
        assert pressed == answer


def download(page):
    with page.expect_download() as download:
        page.get_by_role("link", name="invoice.txt").click()
    assert download.value.path().read_text() == "How to read an invoice"


def comment(page):
    page.get_by_label("Your comment").fill("And a credit note?")
    with page.expect_navigation():
        page.get_by_role("button", name="Send").click()
    newest = page.locator(".o_cp_comment").first.inner_text()
    assert "And a credit note?" in newest
    assert "You" in newest


def answered_while_a_case_is_typed(page, server):
    page.goto(f"{server.url}{CASES}/new")
    wait_for_scripts(page)
    page.get_by_label("Title").press_sequentially("I cannot print the invoice")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=QUESTION).click()
    answer = opened.value
    with answer.expect_navigation():
        answer.get_by_role("button", name="This answered my question").click()
    assert "Glad we could help" in answer.inner_text("[role=status]")
    assert page.get_by_label("Title").input_value() == "I cannot print the invoice"
    page.goto(answer.url)
    answer.close()


def counts(run_odoo_shell, server):
    """Return how often the FAQ was read, spared a case, helped and was voted on."""
    code = (
        f"faq = env['customer.portal.faq'].search([('question', '=', {QUESTION!r})])\n"
        "names = ['view_count', 'solved_count', 'helpful_count', 'vote_count']\n"
        "print('COUNTS', *[faq[name] for name in names])"
    )
    found = run_odoo_shell(server.database, code).split("COUNTS")[1].split()
    return [int(number) for number in found[:4]]
