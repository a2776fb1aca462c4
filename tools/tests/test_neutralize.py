"""A copy that Odoo neutralizes reaches no customer and opens nothing in production."""

import json

import pytest

from tools import databases, odoo_run
from tools.console import run
from tools.paths import ADDON

SETUP = """
partner = env["res.partner"].create({
    "name": "Nora", "email": "nora@example.com", "portal_user": True,
})
env.company.portal_url = "https://portal.example.com"
"""

LOOK = """
import json
partner = env["res.partner"].search([("email", "=", "nora@example.com")])
print("STATE" + json.dumps({
    "waiting": env["mail.mail"].search_count([("state", "=", "outgoing")]),
    "url": env.company._get_portal_base_url(),
    "link": partner._get_signup_url_for_action()[partner.id],
}))
"""

OPENS = """
partner = env["res.partner"]._get_partner_from_token({token!r})
print("OPENS", partner.name if partner else "nothing")
"""


@pytest.fixture(scope="module")
def production(make_database, run_odoo_shell):
    """Return a database with login details that wait to be sent."""
    database = make_database("production", [ADDON])
    run_odoo_shell(database, SETUP)
    return database


@pytest.fixture(scope="module")
def copy(production):
    """Return its neutralized copy."""
    name = f"{production}_copy"
    databases.create(name, template=production)
    config = odoo_run.CONFIG.with_name("neutralize.conf")
    odoo_run.configure(config, db_name=name)
    run(odoo_run.command("neutralize", "-d", name, config=config), log="neutralize")
    yield name
    databases.drop(name)


@pytest.fixture
def look(run_odoo_shell):
    """Return a function that tells what a database would mail and where links lead."""

    def look_at(database):
        output = run_odoo_shell(database, LOOK)
        return json.loads(output.split("STATE")[1].splitlines()[0])

    return look_at


def test_a_copy_mails_nobody(production, copy, look):
    assert look(production)["waiting"] == 1
    assert look(copy)["waiting"] == 0


def test_links_of_a_copy_do_not_lead_to_production(production, copy, look):
    assert "portal.example.com" in look(production)["url"]
    state = look(copy)
    assert state["url"].startswith("http://localhost")
    assert state["link"].startswith("http://localhost")


def test_login_links_open_only_where_they_were_made(
    production, copy, look, run_odoo_shell
):
    for database, opens in [(production, "Nora"), (copy, "nothing")]:
        token = look(production)["link"].split("token=")[1].split("&")[0]
        output = run_odoo_shell(database, OPENS.format(token=token))
        assert f"OPENS {opens}" in output
    token = look(copy)["link"].split("token=")[1].split("&")[0]
    assert "OPENS nothing" in run_odoo_shell(production, OPENS.format(token=token))
