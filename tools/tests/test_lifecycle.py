"""What becomes of the portal users that are there when the addon comes and goes.

One database lives through it, so the tests stand in the order of its life.
"""

import json

import pytest

from tools import odoo_run
from tools.paths import ADDON, BUILD

SETUP = """
from odoo.fields import Command

def user(login, group="base.group_portal", **values):
    return env["res.users"].with_context(no_reset_password=True).create({
        "login": login,
        "password": "correct horse battery",
        "group_ids": [Command.set(env.ref(group).ids)],
        **values,
    })

user("usual@example.com", name="usual", email="usual@example.com")
user("another.login", name="otherwise", email="otherwise@example.com")
user("mailless", name="mailless")
user("archived@example.com", name="archived", active=False)
first = user("first@example.com", name="first", email="first@example.com")
user("second@example.com", partner_id=first.partner_id.id)
user("employee", "base.group_user", name="employee", email="employee@example.com")
env["res.partner"].create({"name": "stranger"})
"""

LOOK = """
import json
from odoo.exceptions import AccessDenied

def check(user):
    credential = {"type": "password", "password": "correct horse battery"}
    try:
        user.with_user(user)._check_credentials(
            {**credential, "login": user.login}, {"interactive": True}
        )
    except AccessDenied:
        return False
    return True

names = ["usual", "otherwise", "mailless", "archived", "first", "employee", "stranger"]
fields = [
    "portal_user", "support_start_date", "support_end_date", "portal_credentials_state",
]
state = {}
for name in names:
    everybody = env["res.partner"].with_context(active_test=False)
    partner = everybody.search([("name", "=", name)])
    users = partner.user_ids.sorted("id")
    state[name] = {
        "users": [[u.login, u.active, u.active and check(u)] for u in users]
    }
    if "portal_user" in partner._fields:
        [values] = partner.read(fields)
        state[name] |= {field: str(values[field]) for field in fields}
        state[name]["profile"] = partner.portal_profile_id.name
state["mails"] = env["mail.mail"].search_count([])
state["messages"] = env["mail.message"].search_count([("model", "=", "res.partner")])
if "customer.portal.touchpoint" in env:
    state["touchpoints"] = env["customer.portal.touchpoint"].search_count([])
env.cr.rollback()
print("STATE" + json.dumps(state))
"""

ADOPTED = {
    "portal_user": "True",
    "support_start_date": "False",
    "support_end_date": "False",
    "portal_credentials_state": "own",
    "profile": "Default",
}
PORTAL_USERS = ["usual", "otherwise", "mailless", "first"]


class Life:
    """A database before, with and after the addon."""

    def __init__(self, database, shell):
        self.database = database
        self._shell = shell

    def shell(self, code):
        return self._shell(self.database, code)

    def look(self):
        output = self.shell(LOOK)
        return json.loads(output.split("STATE")[1].splitlines()[0])

    def install(self, update=False):
        config = odoo_run.configure(BUILD / "life.conf", db_name=self.database)
        odoo_run.install(self.database, [ADDON], "life", update, config=config)


@pytest.fixture(scope="module")
def life(make_database, run_odoo_shell):
    """Return a database with all kinds of portal users, before the installation."""
    life = Life(make_database("life"), run_odoo_shell)
    life.shell(SETUP)
    return life


@pytest.fixture(scope="module")
def before(life):
    """Return what there was before the installation, and install."""
    state = life.look()
    life.install()
    return state


def test_portal_users_are_adopted_open_ended(life, before):
    state = life.look()
    for name in PORTAL_USERS:
        assert {key: state[name][key] for key in ADOPTED} == ADOPTED, name


def test_they_notice_nothing(life, before):
    state = life.look()
    for name in [*PORTAL_USERS, "archived", "employee"]:
        assert state[name]["users"] == before[name]["users"], name
    assert all(works for __, __, works in state["first"]["users"]), "the test can fail"
    assert state["mails"] == before["mails"]
    assert state["messages"] == before["messages"]
    assert not state["touchpoints"]


def test_nobody_else_is_a_portal_user(life, before):
    state = life.look()
    for name in ["archived", "employee", "stranger"]:
        assert state[name]["portal_user"] == "False", name
        assert state[name]["portal_credentials_state"] == "False", name


def test_an_adopted_customer_without_address_can_be_given_an_end(life, before):
    life.shell(
        "partner = env['res.partner'].search([('name', '=', 'mailless')])\n"
        "partner.support_end_date = '2999-12-31'"
    )
    mailless = life.look()["mailless"]
    assert mailless["support_end_date"] == "2999-12-31"
    assert mailless["users"][0][2]


def test_an_upgrade_changes_nothing(life, before):
    life.shell(
        "env['ir.config_parameter'].set_param('customer_portal.touchpoint_days', False)"
    )
    state = life.look()
    life.install(update=True)
    assert life.look() == state
    days = life.shell(
        "print(env['ir.config_parameter'].get_param('customer_portal.touchpoint_days'))"
    )
    assert days.splitlines()[-1] == "False"


def test_uninstalling_leaves_open_ones_working_and_closed_ones_closed(life, before):
    life.shell(
        "Partner = env['res.partner']\n"
        "Partner.search([('name', '=', 'usual')]).support_end_date = '2020-01-01'\n"
        "Partner.search([('name', '=', 'otherwise')]).support_start_date = '2999-01-01'"
    )
    mails = life.look()["mails"]
    life.shell("env.ref('base.module_customer_portal').button_immediate_uninstall()")
    state = life.look()
    assert "portal_user" not in state["usual"]
    for name in ["mailless", "archived", "first", "employee"]:
        assert state[name]["users"] == before[name]["users"], name
    for name in ["usual", "otherwise"]:
        assert not any(works for __, __, works in state[name]["users"]), name
    assert state["mails"] == mails
