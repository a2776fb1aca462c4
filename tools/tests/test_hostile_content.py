"""What people and mails write stays text: in a real browser, on every page with it."""

import ast
import contextlib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tools.tests.hostile_content import ATTACKER, HACKED
from tools.tests.hostile_content import page as hostile_page
from tools.tests.portal_pages import PASSWORD, enter

SETUP = Path(__file__).with_name("hostile_setup.py")
PASSWORDS = {(CUSTOMER := "vera@example.com"): PASSWORD, "admin": "admin"}
# An answer of the attacker, which runs where a page takes it over.
ANSWER = f'<section id="x"><img src="y" onerror="{HACKED}"></section>'
# Pages of Odoo from which customers are led to the portal's own.
LED = {"task of the case": "case", "task by mail": "case by mail"}
# What of the page itself, in which nobody writes, something else lies over.
FIND_COVERED = """() => {
    const own = [...document.querySelectorAll("a[href^='/'], button, h1, textarea")];
    const covered = [];
    const isSeen = (one) => one.checkVisibility({ opacityProperty: true });
    for (const el of own.filter(isSeen)) {
        el.scrollIntoView({ block: "center", behavior: "instant" });
        const box = el.getBoundingClientRect();
        const hit = document.elementFromPoint(
            box.x + Math.min(box.width / 2, 40), box.y + Math.min(box.height / 2, 40)
        );
        if (hit && !el.contains(hit) && !hit.contains(el)) {
            const [what, by] = [el, hit].map((one) => one.outerHTML.slice(0, 120));
            covered.push(`${what} by ${by}`);
        }
    }
    return covered;
}"""


@pytest.fixture(scope="module")
def hostile(cases_server, run_odoo_shell):
    """Return the server and its pages with what hostile people have written."""
    code = f"HOSTILE = {hostile_page()!r}\n{SETUP.read_text()}"
    printed = run_odoo_shell(cases_server.database, code)
    return cases_server, ast.literal_eval(printed.split("PAGES ")[1].splitlines()[0])


def watch(page, server):
    """Return what leaves the host, or asks for what the content names, as it comes."""
    seen, host = [], urlsplit(server.url).netloc

    def note(request):
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != host:
            seen.append(f"{request.method} {request.url}")

    page.on("request", note)
    headers = {"Access-Control-Allow-Origin": "*"}
    page.context.route(
        f"{ATTACKER}/**",
        lambda route: route.fulfill(
            body=ANSWER, content_type="text/html", headers=headers
        ),
    )
    return seen


def look(page, url, target):
    """Open a page, wait for all it loads, and return what is wrong with it.

    :param target: the address where it must end
    """
    page.goto(url)
    with contextlib.suppress(PlaywrightTimeout):  # A script that fails ends there.
        page.wait_for_selector("body[is-ready=true]", state="attached", timeout=10_000)
    page.wait_for_timeout(1000)  # for what comes after the page
    for canvas in page.locator("canvas").all():
        canvas.dispatch_event("click")
    wrong = page.evaluate(FIND_COVERED) if page.url == target else ["It led away."]
    if not page.get_by_text("Your session has expired").count():
        wrong.append("It is not there.")
    return wrong + (["It ran."] if page.evaluate("window.hacked") else [])


@pytest.mark.parametrize(
    "login", [CUSTOMER, pytest.param("admin", marks=pytest.mark.long)]
)
def test_what_people_write_runs_nothing_asks_nobody_and_covers_nothing(
    hostile, new_page, login
):
    server, pages = hostile
    page = new_page()
    enter(page, server, login, password=PASSWORDS[login])
    left = watch(page, server)
    wrong = {}
    for name, path in pages.items():
        if login == "admin" and not path.startswith(("/my/tasks", "/my#")):
            continue
        del left[:]
        end = pages[LED[name]] if login == CUSTOMER and name in LED else path
        found = look(page, f"{server.url}{path}", f"{server.url}{end}") + left
        if found:
            wrong[name] = found
    assert wrong == {}
