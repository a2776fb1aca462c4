"""See as Customer in a real browser, on a server with connections of its own."""

import pytest

from tools.tests.portal_pages import CASES, PASSWORD, enter, wait_for_scripts
from tools.tests.test_cases_accessibility import WIDTHS, find_violations

SETUP = f"""
from odoo.fields import Command

env["res.users"].create(
    {{
        "name": "Looking Agent",
        "login": "looking@example.com",
        "password": "{PASSWORD}",
        "group_ids": [
            Command.set(env.ref("customer_portal.group_customer_portal_user").ids)
        ],
    }}
)
env["res.partner"].create([
    {{"name": "Seen Susan", "email": "susan@example.com", "portal_user": True}},
])
"""
CALL = """async ([model, method, args]) => {
    const answer = await fetch(`/web/dataset/call_kw/${model}/${method}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ params: { model, method, args, kwargs: {} } }),
    });
    return (await answer.json()).result;
}"""
ELSEWHERE = """async () => {
    const tries = ["/web/dataset/call_kw/res.partner/write", "/mail/message/post"];
    const answers = [];
    for (const url of tries) {
        try {
            await fetch(url, { method: "POST", body: "{}" });
            answers.push(url);
        } catch {}
    }
    await new Promise((resolve) => {
        const socket = new WebSocket(`ws://${location.host}/websocket`);
        socket.onopen = () => resolve(answers.push("websocket"));
        socket.onerror = resolve;
    });
    return answers;
}"""


@pytest.fixture(scope="module")
def viewing_server(cases_server, run_odoo_shell):
    run_odoo_shell(cases_server.database, SETUP)
    return cases_server


def open_record(page, server, model, name):
    """Open the form of a record in Odoo, as the agent."""
    [found] = page.evaluate(CALL, [model, "search", [[["name", "=", name]]]])
    page.goto(f"{server.url}/odoo/{model}/{found}")
    page.wait_for_selector(".o_form_view")
    return found


def see(page, button="button[name=action_see_as_customer]"):
    """Click the button; return the tab that shows the portal."""
    with page.expect_popup() as popup:
        page.locator(button).click()
    popup.value.wait_for_selector(".o_cp_viewing")
    wait_for_scripts(popup.value)
    return popup.value


def open_as(page, server, name):
    """Open the portal by the button on a contact; return the tab that shows it."""
    enter(page, server, "looking@example.com", "/odoo")
    open_record(page, server, "res.partner", name)
    return see(page)


def read_banner(tab):
    return " ".join(tab.locator(".o_cp_viewing").inner_text().split())


def test_an_agent_looks_and_changes_nothing(viewing_server, page):
    tab = open_as(page, viewing_server, "Seen Susan")
    assert "Seen Susan" in tab.locator(".o_cp_viewing").inner_text()
    assert tab.evaluate(ELSEWHERE) == []

    tab.goto(f"{viewing_server.url}{CASES}/new")
    wait_for_scripts(tab)
    tab.get_by_label("Title").fill("Not by her")
    tab.get_by_role("button", name="Create").click()
    tab.wait_for_selector("text=you can only look")
    tab.goto(f"{viewing_server.url}{CASES}")
    assert "Not by her" not in tab.content()

    # The backend is the agent's meanwhile.
    page.reload()
    page.wait_for_selector(".o_form_view")

    tab.get_by_role("button", name="Leave").click()
    tab.wait_for_selector(".o_form_view")
    assert "/odoo/" in tab.url
    tab.goto(f"{viewing_server.url}/my")
    assert not tab.locator(".o_cp_viewing").count()


def test_the_banner_is_for_everybody(viewing_server, page):
    tab = open_as(page, viewing_server, "Seen Susan")
    for width in WIDTHS.values():
        tab.set_viewport_size({"width": width, "height": 900})
        banner = tab.locator(".o_cp_viewing")
        assert not banner.evaluate("el => el.scrollWidth > el.clientWidth")
        assert find_violations(tab, [".o_cp_viewing"]) == []


@pytest.mark.long
def test_a_case_opens_on_its_own_page(viewing_server, page):
    enter(page, viewing_server, "looking@example.com", "/odoo")
    title = "Apples are missing"
    case = open_record(page, viewing_server, "project.task", title)
    tab = see(page)
    assert tab.url.endswith(f"{CASES}/{case}")
    assert title in tab.locator("h1").inner_text()
    assert "You see the portal as Liam" in read_banner(tab)
