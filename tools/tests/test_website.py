"""With Odoo's app Website, and two websites of two companies."""

import re
import urllib.error
import urllib.request

import pytest

from tools.paths import ADDON, LOGS
from tools.test import refuse_complaints
from tools.tests.portal_pages import CASES, PASSWORD, PATIENCE, enter, log_in

pytestmark = pytest.mark.long

SETTINGS = "/odoo/action-customer_portal.res_config_settings_action"
SETUP = f"""
main = env.company
main.write({{"name": "Brown Gates", "portal_css": ".brown {{}}"}})
green = env["res.company"].create(
    {{"name": "Green Doors", "portal_css": ".green {{}}",
     "portal_title": "Green Portal"}}
)
env["website"].search([])[0].write({{"name": "Brown Site", "domain": "http://127.0.0.1"}})
env["website"].create(
    {{"name": "Green Site", "company_id": green.id, "domain": "http://localhost"}}
)
env["res.lang"]._activate_lang("fr_FR")
env["website"].search([]).language_ids += env["res.lang"]._lang_get("fr_FR")
profile = env["customer.portal.profile"].create({{"name": "With Cases"}})
right = profile.permission_ids.filtered(lambda row: row.module_id.code == "cases")
right.write({{"visible": True, "can_create": True}})
emma = env["res.partner"].create(
    {{"name": "Emma", "email": "emma@example.com", "portal_user": True,
     "portal_profile_id": profile.id}}
)
emma.user_ids.password = "{PASSWORD}"
forms = env["customer.portal.form"].with_user(emma.user_ids)
forms.create_record("cases", {{"name": "A case"}})
"""
# Has the website note who opens these pages, and makes an agent.
TRACKING = f"""
from odoo.fields import Command

keys = ["portal.portal_my_home", "customer_portal.module_list", "portal.portal_layout"]
env["ir.ui.view"].search([("key", "in", keys)]).track = True
env["res.users"].create(
    {{"name": "Looking Agent", "login": "looking@example.com", "password": "{PASSWORD}",
     "group_ids": [
         Command.set(env.ref("customer_portal.group_customer_portal_user").ids)]}}
)
"""
EMMA = "print(env['res.partner'].search([('email', '=', 'emma@example.com')]).id)"
VISITS = """
visits = env["website.visitor"].search([], order="id")
names = ["partner_id", "visit_count", "last_connection_datetime", "timezone"]
print([(one.id, *(one[name] for name in names)) for one in visits])
print(env["website.track"].search([], order="id").mapped("url"))
"""


@pytest.fixture(scope="module")
def database(make_database, run_odoo_shell):
    database = make_database("website", ["website", ADDON])
    run_odoo_shell(database, SETUP)
    return database


def test_website_and_the_addon_complain_of_nothing(database):
    refuse_complaints(LOGS / "install-website.log")


def test_pages_look_and_host_are_the_same_with_websites(
    database, odoo_server, new_page, run_odoo_shell
):
    server = odoo_server(database)
    green = f"http://localhost:{server.port}"
    for address, style, title in (
        (server.url, ".brown {}", "Brown Site"),
        (green, ".green {}", "Green Portal"),
    ):
        make_bundles(address)
        page = new_page()
        page.goto(f"{address}/web/login")
        assert title in page.title()
        assert get_style(page, address) == style
        log_in(page, server._replace(url=address), "emma@example.com")
        page.wait_for_selector(".o_portal_my_home")
        assert title in page.title()
        assert get_style(page, address) == style
        for path in ("/my/profile", "/my/p/cases", "/my/security"):
            assert page.goto(f"{address}{path}").status == 200
        assert page.goto(f"{address}/my/nothing").status == 404
        assert get_style(page, address) == style
        # Pages of the website itself keep its look.
        for path in ("/contactus", "/nothing"):
            page.goto(f"{address}{path}")
            assert not page.locator("link[href*='/customer_portal/look/']").count()
        # The language that is chosen stays.
        page.goto(f"{address}/my")
        choose(page, "Français")
        assert page.locator("html").get_attribute("lang") == "fr-FR"
    lang = "print(env['res.partner'].search([('email', '=', 'emma@example.com')]).lang)"
    assert "fr_FR" in run_odoo_shell(database, lang)

    enter(admin := new_page(), server, "admin", SETTINGS, "admin")
    admin.wait_for_selector("[name=portal_title]")

    # On a host of its own, neither backend nor website answers.
    url = f"http://portal.localhost:{server.port}"
    run_odoo_shell(database, f"env.company.portal_url = '{url}'")
    for path, status in {
        "/web/login": 200,
        "/odoo": 404,
        "/contactus": 404,
        "/web/database/manager": 404,
        "/": 200,  # the portal's login page
    }.items():
        assert ask(server, path) == status, path


def test_see_as_customer_makes_and_changes_no_visitor(
    database, odoo_server, new_page, run_odoo_shell
):
    run_odoo_shell(database, TRACKING)
    server = odoo_server(database)
    customer, agent = new_page(), new_page()
    enter(customer, server, "emma@example.com")
    for path in ("/my", CASES):
        assert read(customer, server, path).status == 200
    before = run_odoo_shell(database, VISITS)
    assert "/my'" in before, "the website notes nothing"
    assert CASES in before

    emma = run_odoo_shell(database, EMMA).strip()
    enter(agent, server, "looking@example.com")
    call = {"model": "res.partner", "method": "action_see_as_customer"}
    agent.request.post(
        f"{server.url}/web/dataset/call_kw/res.partner/action_see_as_customer",
        data={"params": {**call, "args": [[int(emma)]], "kwargs": {}}},
        timeout=PATIENCE,
    )
    for path in ("/my", CASES, f"{CASES}/new", "/my/profile"):
        answer = read(agent, server, path)
        assert answer.status == 200, path
        assert "o_cp_viewing" in answer.text(), path
    assert run_odoo_shell(database, VISITS) == before
    url = f"{server.url}/customer_portal/viewing/leave"
    assert agent.request.post(url, max_redirects=0).status == 303
    assert read(agent, server, "/my").status == 200
    assert run_odoo_shell(database, VISITS) != before, "agents are noted as ever"


def read(page, server, path):
    """Return the answer without showing it."""
    return page.request.get(f"{server.url}{path}", timeout=PATIENCE)


def make_bundles(address):
    """Have Odoo make scripts and styles one by one.

    A browser asks twice at once, and Odoo then refuses one of both with "The attachment
    collides with an existing file".
    """
    with urllib.request.urlopen(f"{address}/web/login") as answer:
        page = answer.read().decode()
    for path in dict.fromkeys(re.findall(r'"(/web/assets/[^"]+)"', page)):
        urllib.request.urlopen(f"{address}{path}").close()


def choose(page, language):
    """Choose a language in the footer, or wherever the website has it."""
    forms = page.locator("form[action='/my/language']")
    button = forms.get_by_text(language, exact=False).first
    with page.expect_navigation():
        button.evaluate("button => button.click()")


def get_style(page, address):
    """Return the portal's own style sheet of a page."""
    link = page.locator("link[href*='/customer_portal/look/'][rel=stylesheet]")
    path = link.first.get_attribute("href")
    with urllib.request.urlopen(
        address + re.sub("^https?://[^/]+", "", path)
    ) as answer:
        return answer.read().decode()


def ask(server, path):
    """Return the status of a page on the portal's own host."""
    request = urllib.request.Request(
        f"{server.url}{path}", headers={"Host": f"portal.localhost:{server.port}"}
    )
    try:
        with urllib.request.build_opener(Stay).open(request) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


class Stay(urllib.request.HTTPRedirectHandler):
    """Follow redirects on the same host."""

    def redirect_request(self, request, fp, code, msg, headers, newurl):
        path = re.sub("^https?://[^/]+", "", newurl)
        here = re.match("https?://[^/]+", request.full_url)[0]
        return urllib.request.Request(here + path, headers=dict(request.headers))
