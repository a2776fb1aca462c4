"""Customers read and send documents."""

import pytest

from tools.tests.portal_pages import enter, follow, see, wait_for_scripts
from tools.tests.test_cases_accessibility import at_all_widths, find_faults
from tools.tests.test_cases_story import mail_with

DOCUMENTS = "/my/documents"
NAMES = ".o_cp_document_name a"
DROP = """(form, files) => {
    const dataTransfer = new DataTransfer();
    for (const [name, text] of files) {
        dataTransfer.items.add(new File([text], name));
    }
    form.dispatchEvent(
        new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true })
    );
}"""


def open_documents(page, server, login, query="?scope=all"):
    enter(page, server, login, f"{DOCUMENTS}{query}")
    wait_for_scripts(page)


def drop(page, *files):
    """Drop files on the form, as the mouse does."""
    page.eval_on_selector(".o_cp_upload", DROP, files)


def test_a_customer_sends_files_and_the_agent_hears_of_it(cases_server, new_page):
    page = new_page()
    open_documents(page, cases_server, "dora@example.com")
    drop(page, ["run.exe", "MZ"])
    page.wait_for_selector("#o_cp_upload_error:has-text('run.exe')")
    drop(page, ["first notes.txt", "Hello"], ["second notes.txt", "World"])
    page.wait_for_selector("text=we have received your files")
    wait_for_scripts(page)
    names = page.locator(NAMES).all_inner_texts()
    assert sorted(names) == ["first notes.txt", "second notes.txt"]
    # The Default Assignee comes before the customer's own agent.
    mail = mail_with(cases_server, "agent@example.com", "Documents of Dora")
    assert "first notes.txt" in mail.get_body(["html"]).get_content()

    page.fill("#o_cp_search", "SECOND")
    page.keyboard.press("Enter")
    page.wait_for_url("**search=SECOND**")
    assert page.locator(NAMES).all_inner_texts() == ["second notes.txt"]
    with page.expect_download() as download:
        page.get_by_role("button", name="Download second notes.txt").click()
    assert download.value.suggested_filename == "second notes.txt"
    assert download.value.path().read_text() == "World"

    address = page.locator(NAMES).get_attribute("href")
    other = new_page()
    enter(other, cases_server, "noah@example.com")
    for way in ("", "/download", "/preview"):
        response = other.request.get(f"{cases_server.url}{address}{way}")
        assert response.status == 404


def test_a_picture_is_seen_before_it_is_downloaded(cases_server, new_page):
    page = new_page()
    open_documents(page, cases_server, "liam@example.com")
    page.get_by_role("link", name="Plans").click()
    page.get_by_role("link", name="Site plan").click()
    picture = page.get_by_role("img", name="Site plan")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "plan.png"


def test_documents_work_without_scripts(cases_server, new_page):
    page = new_page(java_script_enabled=False)
    enter(page, cases_server, "olivia@example.com", DOCUMENTS)
    file = {"name": "plain.txt", "mimeType": "text/plain", "buffer": b"plain"}
    page.get_by_label("Add files").set_input_files(file)
    follow(page, page.get_by_role("button", name="Upload"))
    assert page.locator(NAMES).all_inner_texts() == ["plain.txt"]
    page.locator("summary").filter(has_text="Sort by").click()
    follow(page, page.get_by_role("link", name="Name, A to Z"))
    assert "sortby=name" in page.url
    page.get_by_label("Add files").set_input_files({**file, "name": "run.exe"})
    page.get_by_role("button", name="Upload").click()
    see(page.locator("#o_cp_upload_error"), "is not allowed")


@pytest.mark.long
@at_all_widths
def test_nobody_is_kept_out_of_documents(cases_server, new_page, width):
    """Axe finds nothing in what is ours, and no page scrolls sideways."""
    page = new_page(viewport={"width": width, "height": 844})
    wrong = {}

    def look(name, query=None):
        if query is not None:
            page.goto(f"{cases_server.url}{DOCUMENTS}{query}")
        if found := find_faults(page):
            wrong[name] = found

    open_documents(page, cases_server, "sofia@example.com")
    drop(page, [f"Long{'g' * 60}.txt", "Hello"])
    page.wait_for_selector("text=we have received your files")
    look("sent")
    if (fold := page.locator(".o_cp_fold > summary")).is_visible():
        fold.click()  # on a phone, where the list comes first
    drop(page, ["run.exe", "MZ"])
    page.wait_for_selector("#o_cp_upload_error:not(.d-none)")
    look("refused")
    look("all", "?scope=all")
    look("nothing found", "?search=nothing")
    page.goto(f"{cases_server.url}{DOCUMENTS}?scope=all")
    page.get_by_role("link", name="Site plan").click()
    page.wait_for_selector(".o_cp_preview img")
    look("document")
    assert wrong == {}
