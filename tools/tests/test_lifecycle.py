"""What becomes of the portal users that are there when the addon comes and goes.

One database lives through it, so the tests stand in the order of its life.
"""

import json
import subprocess

import pytest

from tools import odoo_run
from tools.paths import ADDON, BUILD
from tools.tests.traces import find_problems, find_traces

pytestmark = pytest.mark.long

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
    "profile": "Odoo Portal",
}
# A case with all that hangs on it.
CASE = """
case = env["project.task"].create({
    "name": "My printer burns",
    "project_id": env.ref("customer_portal.project_cases").id,
    "stage_id": env.ref("customer_portal.stage_in_progress").id,
    "portal_category_id": env.ref("customer_portal.category_problem").id,
    "partner_id": env["res.partner"].search([("name", "=", "usual")]).id,
})
case.message_post(body="It is hot.", message_type="comment")
env["ir.attachment"].create(
    {"name": "fire.txt", "raw": b"x", "res_model": case._name, "res_id": case.id})
"""
CASE_LEFT = """
case = env["project.task"].search([("name", "=", "My printer burns")])
files = env["ir.attachment"].search(
    [("res_model", "=", case._name), ("res_id", "=", case.id)])
print([case.project_id.name, case.stage_id.name, case.tag_ids.mapped("name"),
    files.mapped("name"), "It is hot" in str(case.message_ids.mapped("body"))])
"""
CASE_AGAIN = """
case = env["project.task"].search([("name", "=", "My printer burns")])
projects = env["project.project"].search([("name", "=", "Customer Cases")])
print([len(projects), case.is_portal_case, bool(case.portal_waiting_since),
    bool(case.portal_number),
    case.stage_id == env.ref("customer_portal.stage_in_progress"),
    env.ref("customer_portal.category_problem") in case.tag_ids,
    env["ir.cron"].search_count([("cron_name", "like", "Customer Portal:")])])
"""
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

    def traces(self):
        """Return all that an addon can leave behind, as sets of names."""
        return find_traces(self.database)

    def uninstall(self):
        """Uninstall the addon as the web client does, and return Odoo's log."""
        config = odoo_run.configure(BUILD / "life.conf", db_name=self.database)
        words = ["shell", "-d", self.database, "--no-http", "--log-level=warn"]
        result = subprocess.run(
            odoo_run.command(*words, "--shell-interface=python", config=config),
            input="env.ref('base.module_customer_portal').button_immediate_uninstall()",
            capture_output=True,
            text=True,
            check=True,
        )
        return result.stderr

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
def traces(before):
    """Return the names that the database had before the installation."""
    return before["traces"]


@pytest.fixture(scope="module")
def before(life):
    """Return what there was before the installation, and install."""
    state = {**life.look(), "traces": life.traces()}
    life.install()
    return state


@pytest.fixture(scope="module")
def adopted(life, before):
    """Return what there is after the installation."""
    return life.look()


def test_portal_users_are_adopted_open_ended(adopted):
    for name in PORTAL_USERS:
        assert {key: adopted[name][key] for key in ADOPTED} == ADOPTED, name


def test_they_notice_nothing(adopted, before):
    state = adopted
    for name in [*PORTAL_USERS, "archived", "employee"]:
        assert state[name]["users"] == before[name]["users"], name
    assert all(works for __, __, works in state["first"]["users"]), "the test can fail"
    assert state["mails"] == before["mails"]
    assert state["messages"] == before["messages"]
    assert not state["touchpoints"]


def test_nobody_else_is_a_portal_user(adopted):
    for name in ["archived", "employee", "stranger"]:
        assert adopted[name]["portal_user"] == "False", name
        assert adopted[name]["portal_credentials_state"] == "False", name


def test_an_adopted_customer_without_address_can_be_given_an_end(life, before):
    life.shell(
        "partner = env['res.partner'].search([('name', '=', 'mailless')])\n"
        "partner.support_end_date = '2999-12-31'"
    )
    mailless = life.look()["mailless"]
    assert mailless["support_end_date"] == "2999-12-31"
    assert mailless["users"][0][2]


MANAGEMENT = """
profile = env.ref("customer_portal.customer_portal_profile_organization")
print("MANAGES", profile.manage_scope, len(profile.given_profile_ids))
"""


NOBODY_MANAGES = """
profile = env.ref("customer_portal.customer_portal_profile_organization")
profile.write({"manage_scope": False, "given_profile_ids": [(5,)]})
"""
FOREVER = """
env["ir.config_parameter"].set_param("customer_portal.touchpoint_days", False)
"""


@pytest.fixture(scope="module")
def upgraded(life, before):
    """Change what the addon came with, and upgrade; return what there was before."""
    management = life.shell(MANAGEMENT).splitlines()[-1]
    life.shell(NOBODY_MANAGES + FOREVER)
    state = life.look()
    life.install(update=True)
    return {"management": management, "state": state}


def test_an_upgrade_lets_nobody_manage_who_did_not(life, upgraded):
    assert upgraded["management"] == "MANAGES organization 3"
    assert life.shell(MANAGEMENT).splitlines()[-1] == "MANAGES False 0"


def test_an_upgrade_changes_nothing(life, upgraded):
    assert life.look() == upgraded["state"]
    days = life.shell(
        "print(env['ir.config_parameter'].get_param('customer_portal.touchpoint_days'))"
    )
    assert days.splitlines()[-1] == "False"


@pytest.fixture(scope="module")
def gone(life, before):
    """Uninstall the addon where there is a case; return Odoo's log."""
    life.shell(
        f"{CASE}\n"
        "Partner = env['res.partner']\n"
        "Partner.search([('name', '=', 'usual')]).support_end_date = '2020-01-01'\n"
        "Partner.search([('name', '=', 'otherwise')]).support_start_date = '2999-01-01'"
    )
    mails = life.look()["mails"]
    log = life.uninstall()
    assert life.look()["mails"] == mails
    return log


def test_uninstalling_leaves_open_ones_working_and_closed_ones_closed(
    life, before, gone
):
    state = life.look()
    assert "portal_user" not in state["usual"]
    for name in ["mailless", "archived", "first", "employee"]:
        assert state[name]["users"] == before[name]["users"], name
    for name in ["usual", "otherwise"]:
        assert not any(works for __, __, works in state[name]["users"]), name


def test_cases_outlive_the_addon(life, gone):
    left = "['Customer Cases', 'In Progress', ['Problem'], ['fire.txt'], True]"
    assert life.shell(CASE_LEFT).splitlines()[-1] == left


def test_uninstalling_leaves_nothing_else_and_logs_no_error(life, traces, gone):
    after = life.traces()
    left = {kind: names - traces[kind] for kind, names in after.items()}
    assert {kind: names for kind, names in left.items() if names} == {}
    assert find_problems(gone) == []


def test_installed_again_it_takes_up_the_cases_it_left(life, gone):
    life.install()
    assert (
        life.shell(CASE_AGAIN).splitlines()[-1]
        == "[1, True, True, True, True, True, 13]"
    )
