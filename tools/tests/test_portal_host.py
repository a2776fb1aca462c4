"""The portal on a host name of its own: Debian's nginx with `docs/nginx.conf`."""

import http.client
import ssl

import pytest

from tools import browser as chromium
from tools import nginx, ports
from tools.tests import portal_pages

pytestmark = pytest.mark.long

HOST = "portal.example.com"
PATIENCE = 180_000  # milliseconds; a slow machine is no failure
TITLE = "The gate does not open"


@pytest.fixture(scope="module")
def database(make_database, cases_database, run_odoo_shell):
    database = make_database("host", copy_of=cases_database)
    vals = {
        "name": "Brown Gates",
        "portal_url": f"https://{HOST}",
        "portal_host_paths": "/discuss/voice",
    }
    run_odoo_shell(database, f"env.company.write({vals})")
    return database


@pytest.fixture
def portal(database, odoo_server, tmp_path):
    """Return Odoo, and the ports of nginx in front of it."""
    server = odoo_server(database, proxy_mode=True)
    folder = tmp_path / "nginx"
    folder.mkdir()
    with nginx.serving(folder, HOST, server.port) as (https, http_port):
        yield server, https, http_port


def ask(port, path, method="GET", body=None, **headers):
    """Return what nginx answers."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection(ports.LOOPBACK, port, context=context)
    connection.request(method, path, body, {"Host": HOST, **headers})
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


def test_a_customer_works_behind_nginx_and_nothing_else_answers(portal, browser):
    server, https, http_port = portal
    for path in (
        *("/odoo", "/web", "/web/database/manager", "/web/database/selector"),
        *("/jsonrpc", "/xmlrpc/2/common", "/json/2/res.partner/search", "/fr/odoo"),
        *("/my/../odoo", "//odoo", "/web/tests", "/my/..%2fweb%2fdatabase/manager"),
    ):
        assert ask(https, path).status == 404, path
    # Whatever name a visitor says, it is the portal that answers.
    for path in ("/web/login", "/odoo", "/web/database/manager"):
        answer = ask(https, path, Host="localhost")
        assert answer.status == (200 if path == "/web/login" else 404)
    call = '{"params": {"model": "res.users", "method": "search", "args": [[]]}}'
    json = {"Content-Type": "application/json"}
    rpc = "/web/dataset/call_kw/res.users/search"
    for host in (HOST, "localhost"):
        login = {"Host": host, **json}
        assert ask(https, rpc, "POST", call, **login).status == 404
    assert ask(https, "/jsonrpc", "POST", "{}", **json).status == 404
    # A page that Settings add answers, and none beside it.
    assert ask(https, "/discuss/voice/worklet_processor").status == 200
    assert ask(https, "/discuss/channel/1").status == 404
    # Nobody chooses another database, of which Odoo would know no portal.
    other = {"X-Odoo-Database": "nothing"}
    assert ask(https, "/web/login", **other).status == 200
    for path in ("/web/tests", "/base_setup/data", "/doc"):
        assert ask(https, path, **other).status == 404
    # Odoo itself refuses them, too: nginx may be set up in another way.
    address = f"{server.url}/odoo"
    forwarded = {"X-Forwarded-Host": HOST, "X-Forwarded-Proto": "https"}
    context = browser.new_context(
        ignore_https_errors=True, viewport={"width": 1280, "height": 900}
    )
    refused = context.request.get(address, headers=forwarded)
    assert refused.status == 404
    context.close()

    plain = http.client.HTTPConnection(ports.LOOPBACK, http_port)
    plain.request("GET", "/my", headers={"Host": HOST})
    assert plain.getresponse().getheader("Location") == f"https://{HOST}/my"
    plain.close()


def test_a_case_is_made_behind_nginx(portal, playwright_here):
    server, https, __ = portal
    page = playwright_here(https)
    portal_url = f"https://{HOST}:{https}"
    page.goto(f"{portal_url}/")
    page.fill("input[name=login]", "liam@example.com")
    page.fill("input[name=password]", portal_pages.PASSWORD)
    page.click("form.oe_login_form button[type=submit]")
    page.wait_for_selector(".o_portal_my_home")
    assert page.title() == "Home | Brown Gates"
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["session_id"]["secure"]
    here = server._replace(url=portal_url)
    address = portal_pages.make_case(page, here, TITLE)
    assert address.startswith(portal_url)
    page.goto(f"{portal_url}{portal_pages.CASES}")
    assert TITLE in portal_pages.titles(page)
    mail = server.wait_for_mail("liam@example.com")
    assert f"https://{HOST}/my/p/cases/" in mail.get_body(["html"]).get_content()
    page.goto(f"{portal_url}/web/session/logout?redirect=/")
    page.wait_for_selector("input[name=password]")
    assert page.goto(f"{portal_url}/odoo").status == 404


@pytest.fixture
def playwright_here(playwright):
    """Return a function that opens a page, for which the host name leads to nginx."""
    browsers = []

    def new(port):
        browser = playwright.chromium.launch(
            executable_path=chromium.path(),
            args=[
                *chromium.FLAGS,
                f"--host-resolver-rules=MAP {HOST} {ports.LOOPBACK}",
            ],
        )
        browsers.append(browser)
        page = browser.new_context(ignore_https_errors=True).new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield new
    for browser in browsers:
        browser.close()
