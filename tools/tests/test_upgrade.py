"""Databases of former versions, updated to this one: `make test-upgrade`.

A former version is taken out of git's history, so these tests need a clone that has it.
They are left out of `make test`, which has no time for them.
"""

import json
import re
import subprocess

import pytest

from tools import databases, odoo_run
from tools.paths import ADDON, BUILD, ROOT
from tools.test import refuse_complaints

pytestmark = pytest.mark.upgrade

FIRST = "6152d33"  # The first version that landed: contacts, period, login details.
BEFORE = "6b54e20"  # 19.0.1.0.0 at its end: profiles, pages, cases, FAQs, documents.

SETUP_FIRST = """
partners = env["res.partner"].create([
    {"name": "Ann", "email": "ann@example.com", "portal_user": True},
    {"name": "Bob", "email": "bob@example.com", "portal_user": True,
     "support_start_date": "2999-01-01", "support_end_date": "2999-12-31"},
    {"name": "Cara", "email": "cara@example.com", "portal_user": True,
     "support_start_date": "2020-01-01", "support_end_date": "2020-12-31"},
])
partners[0].user_ids.password = "correct horse battery"
env["ir.config_parameter"].set_param("customer_portal.support_notice_days", "45")
env["ir.config_parameter"].set_param("customer_portal.touchpoint_days", False)
env.ref("customer_portal.mail_template_login_details").subject = "Ours"
env.ref("customer_portal.mail_template_support_end").unlink()
"""

SETUP_BEFORE = (
    SETUP_FIRST
    + """
from odoo.fields import Command

modules = env["customer.portal.module"]
cases = modules.search([("code", "=", "cases")])
cases.name = "Requests"
modules.search([("code", "=", "quotes")]).active = False
profile = env.ref("customer_portal.customer_portal_profile_default")
permission = profile.permission_ids.filtered(lambda p: p.module_id == cases)
permission.write({
    "visible": True, "records_visibility": "organization",
    "can_create": True, "show_comments": True, "can_comment": True,
})
permission.field_ids.write({"access": "read"})
env.ref("customer_portal.category_wish").unlink()
env.ref("customer_portal.chart_cases").unlink()
env["customer.portal.profile"].create({"name": "Read only"})
project = env.ref("customer_portal.project_cases")
case = env["project.task"].create({
    "name": "Broken", "project_id": project.id, "partner_id": partners[0].id,
})
case.message_post(body="Please help", author_id=partners[0].id,
                  message_type="comment", subtype_xmlid="mail.mt_comment")
env["ir.attachment"].create({
    "name": "log.txt", "raw": b"text", "res_model": case._name, "res_id": case.id,
})
category = env["customer.portal.faq.category"].create({"name": "Use"})
env["customer.portal.faq"].create({
    "question": "How?", "answer": "So.", "category_id": category.id,
    "is_published": True,
})
"""
)

LOOK = """
import json
from odoo.exceptions import AccessDenied

def opens(user):
    credential = {"type": "password", "password": "correct horse battery"}
    try:
        user.with_user(user)._check_credentials(
            {**credential, "login": user.login}, {"interactive": True}
        )
    except AccessDenied:
        return False
    return True

def find(model, *names):
    if model not in env:
        return []
    records = env[model].with_context(active_test=False).search([], order="id")
    return [[str(record[name]) for name in names] for record in records]

access = [
    "visible", "records_visibility", "can_create", "can_edit", "can_close",
    "show_comments", "can_comment", "show_documents", "can_upload", "show_updates",
    "can_export",
]
contacts = env["res.partner"].search([("email", "like", "@example.com")], order="id")
contacts = contacts.filtered("portal_user")
params = env["ir.config_parameter"].search([("key", "like", "customer_portal.")])
template = env.ref("customer_portal.mail_template_login_details")
state = {
    "contacts": {
        p.name: [
            str(p.support_start_date), str(p.support_end_date), p.portal_state,
            p.portal_profile_id.name, p.portal_credentials_state,
            p.user_ids.active and opens(p.user_ids[0]),
        ]
        for p in contacts
    },
    "params": {p.key: p.value for p in params},
    "subject": template.subject,
    "templates": find("mail.template", "name"),
    "modules": find("customer.portal.module", "code", "name", "model_name", "active"),
    "profiles": find("customer.portal.profile", "name"),
    "charts": find("customer.portal.chart", "name"),
    "categories": find("project.tags", "name"),
    "faqs": find("customer.portal.faq", "question", "answer", "is_published"),
    "permissions": [],
    "cases": [],
}
if "customer.portal.permission" in env:
    state["permissions"] = [
        [p.profile_id.name, p.module_id.code, *(str(p[name]) for name in access),
         sorted((f.field_id.name, f.access) for f in p.field_ids)]
        for p in env["customer.portal.permission"].search([], order="id")
    ]
    cases = env["project.task"].search(
        [("project_id", "=", env.ref("customer_portal.project_cases").id)]
    )
    state["cases"] = [
        [c.name, c.stage_id.name, c.partner_id.name,
         len(c.message_ids.filtered(lambda m: m.message_type == "comment")),
         env["ir.attachment"].search_count(
             [("res_model", "=", c._name), ("res_id", "=", c.id)])]
        for c in cases
    ]
env.cr.rollback()
print("STATE" + json.dumps(state))
"""


class Upgrade:
    """A database made by a former version, before and after its update."""

    def __init__(self, name, commit, setup, make_database):
        self.database = make_database(f"upgrade_{name}")
        self.log = BUILD / f"upgrade-{name}.log"
        former = _former_config(self.database, name, commit)
        odoo_run.install(self.database, [ADDON], f"former-{name}", config=former)
        _shell(self.database, former, setup)
        self.before = _look(self.database, former)
        config = odoo_run.configure(BUILD / "upgrade.conf", db_name=self.database)
        self.log = odoo_run.install(
            self.database, [ADDON], f"upgrade-{name}", update=True, config=config
        )
        self.after = _look(self.database, config)


def _former_config(database, name, commit):
    """Return a configuration with the addon as it was at a commit."""
    folder = BUILD / "former" / name
    addon = folder / ADDON
    if not (addon / "__manifest__.py").is_file():
        addon.mkdir(parents=True, exist_ok=True)
        archive = subprocess.run(
            ["git", "archive", commit], cwd=ROOT, check=True, capture_output=True
        ).stdout
        subprocess.run(["tar", "-x", "-C", addon], input=archive, check=True)
    path = ",".join(str(part) for part in [folder, *odoo_run.addons_path()[1:]])
    config = BUILD / f"former-{name}.conf"
    return odoo_run.configure(config, db_name=database, addons_path=path)


def _shell(database, config, code):
    options = ["--no-http", "--log-level=warn", "--shell-interface=python"]
    result = subprocess.run(
        odoo_run.command("shell", "-d", database, *options, config=config),
        input=f"{code}\nenv.cr.commit()\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def _look(database, config):
    output = _shell(database, config, LOOK)
    return json.loads(output.split("STATE")[1].splitlines()[0])


@pytest.fixture(scope="module")
def first(make_database):
    """Return the update of the first version that landed."""
    return Upgrade("first", FIRST, SETUP_FIRST, make_database)


@pytest.fixture(scope="module")
def last(make_database):
    """Return the update of the last version before this one."""
    return Upgrade("before", BEFORE, SETUP_BEFORE, make_database)


@pytest.fixture(params=["first", "last"])
def update(request):
    """Return each update."""
    return request.getfixturevalue(request.param)


def test_an_update_complains_of_nothing(update):
    refuse_complaints(update.log)


def test_portal_users_keep_their_access(update):
    assert update.after["contacts"] == update.before["contacts"]
    assert update.before["contacts"]["Ann"][-1], "the test can fail"


def test_settings_and_templates_stay_as_they_were_set(update):
    for key, value in update.before["params"].items():
        assert update.after["params"][key] == value, key
    assert "customer_portal.touchpoint_days" not in update.after["params"]
    assert update.after["subject"] == "Ours"


def test_what_was_deleted_stays_deleted(update):
    names = [name for (name,) in update.after["templates"]]
    assert not [name for name in names if re.search("[Ss]upport.*[Ee]nd", name)]


def test_deleted_charts_and_categories_stay_deleted(last):
    gone = (["Wish"], ["Request"], ["Cases by State"], ["Cases by Status"])
    found = last.after["categories"] + last.after["charts"]
    assert not [name for name in found if name in gone]
    assert last.before["charts"], "the test can fail"


def test_profiles_permit_what_they_permitted(last):
    after = {(name, code): rest for name, code, *rest in last.after["permissions"]}
    for name, code, *rest, fields in last.before["permissions"]:
        *now, now_fields = after[name, code]
        assert now == rest, (name, code)
        known = dict(now_fields)
        assert {f: known.get(f) for f, __ in fields} == dict(fields), (name, code)


def test_the_default_profile_shows_no_more_than_before(update):
    shown = {
        code
        for name, code, visible, *_rest in update.after["permissions"]
        if name == "Default" and visible == "True"
    }
    assert {"contacts", "orders", "tasks"} <= shown
    assert not shown & {"faqs", "documents"}


def test_profiles_that_come_with_the_addon_are_there_once(update):
    names = [name for (name,) in update.after["profiles"]]
    for name in ("Default", "Read only", "Organization Manager", "Odoo Portal"):
        assert names.count(name) == 1, name


def test_modules_keep_their_names(last):
    after = {code: rest for code, *rest in last.after["modules"]}
    for code, *rest in last.before["modules"]:
        assert after[code] == rest, code


def test_cases_keep_comments_and_files(last):
    assert last.before["cases"]
    assert last.after["cases"] == last.before["cases"]
    assert last.after["faqs"] == last.before["faqs"]


def test_a_second_update_changes_nothing(update):
    config = odoo_run.configure(BUILD / "upgrade.conf", db_name=update.database)
    odoo_run.install(
        update.database, [ADDON], "upgrade-again", update=True, config=config
    )
    assert _look(update.database, config) == update.after


def test_the_addon_of_the_update_has_a_higher_version(last):
    statement = "SELECT latest_version FROM ir_module_module WHERE name = %s"
    [(version,)] = databases.query(statement, [ADDON], database=last.database)
    assert tuple(map(int, version.split("."))) > (19, 0, 1, 0, 0)
