"""Grace on a server with connections of its own: the database itself refuses."""

import xmlrpc.client

import pytest

from tools.tests.portal_pages import CASES, PASSWORD, enter
from tools.tests.test_cases_accessibility import WIDTHS, find_violations

LOGIN = "grace@example.com"
SETUP = f"""
from datetime import timedelta

profile = env["customer.portal.profile"]._get_default().copy()
profile.write({{"name": "Graceful", "grace_days": 30}})
partner = env["res.partner"].create(
    {{
        "name": "Graceful Grace",
        "email": "{LOGIN}",
        "portal_user": True,
        "portal_profile_id": profile.id,
    }}
)
partner.user_ids.password = "{PASSWORD}"
today = env.company._get_portal_today()
partner._write_without_sync(
    {{"support_start_date": False, "support_end_date": today - timedelta(days=1)}}
)
"""
BANNER = ".o_cp_grace"


@pytest.fixture(scope="module")
def grace_server(cases_server, run_odoo_shell):
    run_odoo_shell(cases_server.database, SETUP)
    return cases_server


def connect(server):
    """Return what calls a method of a model as the customer does by XML-RPC."""
    common = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/common")
    uid = common.authenticate(server.database, LOGIN, PASSWORD, {})
    models = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/object")

    def call(model, method, *args):
        known = server.database, uid, PASSWORD
        return models.execute_kw(*known, model, method, list(args))

    return uid, call


def test_programs_read_and_the_database_refuses_what_they_write(grace_server):
    uid, call = connect(grace_server)
    assert call("res.users", "read", [uid], ["name"])[0]["name"] == "Graceful Grace"
    for values in ({"tz": "Europe/Rome"}, {"name": "Somebody"}):
        with pytest.raises(xmlrpc.client.Fault):
            call("res.users", "write", [uid], values)
    assert not call("res.users", "read", [uid], ["tz"])[0]["tz"]


def test_a_customer_reads_on_and_sends_nothing(grace_server, page):
    enter(page, grace_server, LOGIN, CASES)
    assert "can't change or send" in page.inner_text(BANNER)
    page.goto(f"{grace_server.url}{CASES}/new")
    assert not page.locator("form input[name=name]").count()
    answer = page.request.post(f"{grace_server.url}/my/profile/contacts")
    assert answer.status in (400, 403)
    page.goto(f"{grace_server.url}/my")
    page.locator(f"{BANNER} button").click()
    page.wait_for_selector(f"{BANNER} .o_cp_extension_asked")


def test_the_banner_is_for_everybody(grace_server, page):
    enter(page, grace_server, LOGIN, "/my")
    for width in WIDTHS.values():
        page.set_viewport_size({"width": width, "height": 900})
        banner = page.locator(BANNER)
        assert not banner.evaluate("el => el.scrollWidth > el.clientWidth")
        assert find_violations(page, [BANNER]) == []
