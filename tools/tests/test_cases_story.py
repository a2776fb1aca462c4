"""A case from the first word to the last, by its customer and an agent."""

import re
from email.message import EmailMessage
from email.utils import make_msgid

from tools.tests.portal_pages import log_in, see, wait_for_scripts

CUSTOMER = "emma@example.com"
AGENT = "agent@example.com"
# What French customers read of it.
WAITING = "En attente de votre part"
TITLE = "The printer does not print"


def test_customer_and_agent_work_on_a_case_until_it_is_closed_and_opened_again(
    cases_server, new_page, run_odoo_shell
):
    server = cases_server
    customer, agent = new_page(), new_page()

    log_in(customer, server, CUSTOMER)
    create_case(customer)
    url = customer.url
    number = int(re.fullmatch(r".*/my/p/cases/(\d+)", url)[1])
    assert TITLE in customer.inner_text("h1")
    assert f"#{number}" not in customer.inner_text("#wrap dl")
    assert "We have received it" in customer.inner_text(".o_cp_created")
    assert "Problem" in customer.inner_text("#wrap dl")
    assert "It only blinks." in customer.inner_text(".o_cp_opening")
    assert "blinking.txt" in customer.inner_text("#o_cp_documents")

    # Other tests have made cases on this server, too.
    assigned = mail_with(server, AGENT, TITLE)["Subject"]
    assert assigned.startswith("You have been assigned to case #CS-")
    # She reads French, and so she gets it.
    assert mail_with(server, CUSTOMER, f"Reçu : {TITLE}")

    log_in(agent, server, AGENT)
    open_case(agent)
    write(agent, ".o-mail-Chatter-logNote", "She is a difficult one.")
    write(agent, ".o-mail-Chatter-sendMessage", "Is it switched on?")
    set_stage(agent, "Waiting for Customer")

    asked = mail_with(server, CUSTOMER, "Is it switched on?")
    link = re.search(r'href="([^"]*/my/p/cases/[^"]*)"', html_of(asked))[1]
    assert link == url.replace("/fr/", "/"), "The button leads to the page of the case."
    customer.goto(link)
    wait_for_scripts(customer)
    assert "Is it switched on?" in customer.inner_text("#o_cp_comments")
    assert "difficult" not in customer.content()
    assert WAITING in customer.inner_text("#wrap dl")

    customer.fill("#o_cp_comment_body", "Yes, look.")
    customer.set_input_files(
        "#o_cp_comment_files",
        {"name": "look.txt", "mimeType": "text/plain", "buffer": b"A green light"},
    )
    customer.get_by_role("button", name="Send", exact=True).click()
    comment = customer.locator(".o_cp_comment").filter(has_text="Yes, look.")
    comment.get_by_role("link", name="look.txt").wait_for()
    see(customer.locator("#wrap dl"), "In Progress")
    assert "Yes, look." in html_of(mail_with(server, AGENT, "Yes, look."))

    set_stage(agent, "Waiting for Customer")
    customer.reload()
    assert WAITING in customer.inner_text("#wrap dl")
    reply = answer(asked, "And now it smokes.")
    run_odoo_shell(
        server.database,
        f"env['mail.thread'].message_process(False, {reply.as_bytes()!r})",
    )
    customer.reload()
    comment = customer.locator(".o_cp_comment").filter(has_text="And now it smokes.")
    assert "You" in comment.inner_text(), "What she mails is her comment."
    assert "In Progress" in customer.inner_text("#wrap dl")

    assert WAITING in " ".join(customer.locator(".o_cp_update").all_inner_texts())
    assert "difficult" not in customer.content()

    close_rate_and_reopen(customer)
    agent.reload()
    agent.get_by_role("radio", name="In Progress", checked=True).wait_for()


def create_case(page):
    """Go from the card of the portal's home to a new case, and fill it in."""
    page.locator(".o_portal_my_home").get_by_role("link", name="Cases").click()
    # What stands on it is French already, as her language is; the pages are later.
    page.locator("a[href$='/my/p/cases/new']").first.click()
    wait_for_scripts(page)
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Category").select_option(label="Problem")
    page.get_by_label("Priority").select_option(index=1)
    page.get_by_label("Description").fill("It only blinks.")
    with page.expect_file_chooser() as chooser:
        page.get_by_label("Attachments").click()
    chooser.value.set_files(
        {"name": "blinking.txt", "mimeType": "text/plain", "buffer": b"on, off, on"}
    )
    # Scripts speak French to her; the pages do once the language has been loaded.
    page.get_by_role("button", name="Retirer blinking.txt").wait_for()
    page.get_by_role("button", name="Create").click()
    page.wait_for_url(re.compile(r"/my/p/cases/\d+$"))


def close_rate_and_reopen(page):
    wait_for_scripts(page)
    page.get_by_role("button", name="Mark as closed").click()
    page.get_by_role("button", name="Reopen").wait_for()
    wait_for_scripts(page)
    assert not page.locator("#o_cp_comment_body").count()
    assert "Reopen it to add a comment" in page.inner_text("#o_cp_comments")
    page.get_by_label("4 out of 5 stars").check()
    page.get_by_role("button", name="Send rating").click()
    page.get_by_role("img", name="4 out of 5 stars").wait_for()
    wait_for_scripts(page)
    assert not page.get_by_role("button", name="Send rating").count()
    page.get_by_role("button", name="Reopen").click()
    page.get_by_role("button", name="Mark as closed").wait_for()
    page.locator("#o_cp_comment_body").wait_for()
    assert not page.get_by_role("button", name="Send rating").count()


# === THE AGENT === #


def open_case(page):
    """Go from the app to the case."""
    page.click(".o_navbar_apps_menu button")
    page.get_by_role("menuitem", name="Customer Portal").click()
    page.get_by_role("menuitem", name="Cases").click()
    page.locator(".o_data_row").filter(has_text=TITLE).locator("[name=name]").click()
    page.wait_for_selector(".o-mail-Chatter")


def write(page, button, text):
    """Write in the chatter: a message, or a note."""
    page.click(button)
    send(page, text)


def send(page, text):
    """Send a text. What it is written in closes then, also if it was opened again."""
    page.fill(".o-mail-Composer-input", text)
    with page.expect_response("**/mail/message/post"):
        page.click(".o-mail-Composer-send:enabled")
    page.wait_for_selector(".o-mail-Composer-input", state="detached")


def set_stage(page, name):
    page.reload()
    with page.expect_response("**/web_save"):
        page.get_by_role("radio", name=name).click()


# === MAILS === #


def html_of(mail):
    return mail.get_body(["html"]).get_content()


def mail_with(server, recipient, text):
    """Wait for a mail that says something, and return it."""
    number = 1
    while True:
        mail = server.wait_for_mail(recipient, number)
        if text in f"{mail['Subject']} {html_of(mail)}":
            return mail
        number += 1


def answer(mail, text):
    """Return what a customer's mail program makes of an answer."""
    reply = EmailMessage()
    reply["From"], reply["To"] = mail["To"], mail["Reply-To"] or mail["From"]
    reply["Subject"] = f"Re: {mail['Subject']}"
    reply["Message-Id"] = make_msgid()
    reply["References"] = reply["In-Reply-To"] = mail["Message-Id"]
    reply.set_content(text)
    return reply
