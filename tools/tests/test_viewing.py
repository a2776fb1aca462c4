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
env["res.partner"].create(
    {{"name": "Seen Susan", "email": "susan@example.com", "portal_user": True}}
)
"""
FIND = """async () => {
    const params = {
        model: "res.partner",
        method: "search",
        args: [[["name", "=", "Seen Susan"]]],
        kwargs: {},
    };
    const answer = await fetch("/web/dataset/call_kw/res.partner/search", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ params }),
    });
    return answer.json();
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


def open_as_susan(page, server):
    """Open the portal by the button on the contact; return the tab that shows it."""
    enter(page, server, "looking@example.com", "/odoo")
    found = page.evaluate(FIND)["result"]
    page.goto(f"{server.url}/odoo/res.partner/{found[0]}")
    page.wait_for_selector(".o_form_view")
    with page.expect_popup() as popup:
        page.locator("button[name=action_see_as_customer]").click()
    popup.value.wait_for_selector(".o_cp_viewing")
    wait_for_scripts(popup.value)
    return popup.value


def test_an_agent_looks_and_changes_nothing(viewing_server, page):
    tab = open_as_susan(page, viewing_server)
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
    tab = open_as_susan(page, viewing_server)
    for width in WIDTHS.values():
        tab.set_viewport_size({"width": width, "height": 900})
        banner = tab.locator(".o_cp_viewing")
        assert not banner.evaluate("el => el.scrollWidth > el.clientWidth")
        assert find_violations(tab, [".o_cp_viewing"]) == []
