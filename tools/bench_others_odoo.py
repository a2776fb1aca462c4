"""What employees do, measured inside Odoo: a program for Odoo's shell.

`bench_others` puts a line `PLAN = {...}` before it.
"""

import gc
import json
import statistics
import time
from pathlib import Path

from lxml import etree

import odoo
from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry

from odoo.addons.mail.tools.discuss import Store

from tools.bench_requests import fill, grant
from tools.bench_rows import copy

CONTACTS, TASKS, MESSAGES = 5000, 2000, 30
ALWAYS = ("1", "True")
WITHOUT_MAIL = {"mail_create_nosubscribe": True, "tracking_disable": True}


def fill_others(env):
    """Add contacts and tasks: few contacts are portal users, no project is shared.

    One of each as Odoo makes it, and copies of it by SQL: thousands made by Odoo took
    longer than all that is measured.
    """
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "name": "Eve Employee",
            "login": "eve",
            "email": "eve@bench.example",
            "group_ids": [
                (4, env.ref(f"{name}").id)
                for name in (
                    "base.group_user",
                    "base.group_partner_manager",
                    "project.group_project_user",
                )
            ],
        }
    )
    partners = add_contacts(env)
    grant(partners[-10:])
    stages = [(0, 0, {"name": name}) for name in ("New", "In Progress", "Done")]
    project = env["project.project"].create(
        {
            "name": "Bench Project",
            "privacy_visibility": "employees",
            "type_ids": stages,
        }
    )
    tasks = add_tasks(env, project, partners)
    for number in range(MESSAGES):
        for record in (partners[0], tasks[0]):
            record.message_post(body=f"Message {number}", message_type="comment")


def add_contacts(env):
    """Add contacts with names, addresses and phones of their own."""
    one = env["res.partner"].create(
        {
            "name": "Bench Contact",
            "email": "c@bench.example",
            "phone": "+32 2 555 0000",
        }
    )
    env.flush_all()
    name, email = "'Bench Contact ' || n", "'c' || n || '@bench.example'"
    columns = {"name": name, "complete_name": name}
    columns |= {"email": email, "email_normalized": email}
    columns |= {"phone": "'+32 2 555 ' || to_char(n, 'FM0000')"}
    first = copy(env, "res_partner", one, CONTACTS, **columns)
    env.cr.execute(
        "UPDATE res_partner SET commercial_partner_id = id WHERE id >= %s", [first]
    )
    one.unlink()
    env.invalidate_all()
    return env["res.partner"].browse(range(first, first + CONTACTS))


def add_tasks(env, project, partners):
    """Add tasks of a project in all its stages, each of another contact."""
    tasks = env["project.task"].with_context(**WITHOUT_MAIL)
    one = tasks.create(
        {
            "name": "Bench Task",
            "project_id": project.id,
            "stage_id": project.type_ids[0].id,
            "partner_id": partners[0].id,
        }
    )
    env.flush_all()
    columns = {"name": "'Bench Task ' || n", "partner_id": f"{partners[0].id} + n"}
    columns |= {"stage_id": f"(ARRAY{project.type_ids.ids})[1 + n % 3]"}
    columns |= {"access_token": "NULL"}
    first = copy(env, "project_task", one, TASKS, **columns)
    one.unlink()
    env.invalidate_all()
    return env["project.task"].browse(range(first, first + TASKS))


# === WHAT VIEWS ASK === #


def make_specification(node, fields):
    """Return what the web client asks of a view's fields.

    :param node: of a view
    :param dict fields: descriptions by model and name
    """
    model_name, own = node.get("model_name"), {}
    for field in node.iter("field"):
        if next(field.iterancestors("list", "form", "kanban")) is not node:
            continue
        own[field.get("name")] = describe(field, fields.get(model_name, {}), fields)
    return own


def describe(field, own, fields):
    kind = own.get(field.get("name"), {})
    hidden = field.get("invisible") in ALWAYS or field.get("column_invisible") in ALWAYS
    if kind.get("type") == "many2one":
        return {"fields": {} if hidden else {"display_name": {}}}
    views = [one for one in field if one.tag in ("list", "kanban")]
    if hidden or kind.get("type") not in ("one2many", "many2many"):
        return {}
    if not views:
        return {"fields": {"display_name": {}}} if field.get("widget") else {}
    views[0].set("model_name", kind["relation"])
    return {"fields": make_specification(views[0], fields), "limit": 40}


def get_specification(env, model_name, view_type):
    found = env[model_name].get_views([(False, view_type)])
    fields = {name: one["fields"] for name, one in found["models"].items()}
    node = etree.fromstring(found["views"][view_type]["arch"])
    node.set("model_name", model_name)
    return make_specification(node, fields)


# === JOBS === #


class Jobs:
    """What is measured; each method is one job, and its docstring is the title."""

    def __init__(self, env):
        self.partners = (
            env["res.partner"]
            .search([("name", "like", "Bench Contact")], order="id")
            ._ids
        )
        project = env["project.project"].search([("name", "=", "Bench Project")])
        self.project, self.stages = project.id, project.type_ids.ids
        self.tasks = (
            env["project.task"]
            .search([("project_id", "=", self.project)], order="id")
            ._ids
        )
        self.list = get_specification(env, "res.partner", "list")
        self.form = get_specification(env, "res.partner", "form")
        self.kanban = get_specification(env, "project.task", "kanban")
        self.task_form = get_specification(env, "project.task", "form")

    def _make_contacts(self, number):
        return [
            {"name": f"New {n}", "email": f"new{n}@bench.example", "phone": "555 01"}
            for n in range(number)
        ]

    def create_one_contact(self, env):
        """create a contact"""
        env["res.partner"].create(self._make_contacts(1))

    def create_many_contacts(self, env):
        """create 100 contacts at once"""
        env["res.partner"].create(self._make_contacts(100))

    def write_phone(self, env):
        """write the phone of a contact"""
        env["res.partner"].browse(self.partners[1]).write({"phone": "555 99"})

    def write_name(self, env):
        """write the name of a contact"""
        env["res.partner"].browse(self.partners[1]).write({"name": "Renamed"})

    def write_email(self, env):
        """write the email of a contact"""
        env["res.partner"].browse(self.partners[1]).write({"email": "x@bench.example"})

    def write_many(self, env):
        """write the phone of 100 contacts"""
        env["res.partner"].browse(self.partners[:100]).write({"phone": "555 99"})

    def archive(self, env):
        """archive a contact"""
        env["res.partner"].browse(self.partners[1]).action_archive()

    def archive_many(self, env):
        """archive 100 contacts"""
        env["res.partner"].browse(self.partners[1:101]).action_archive()

    def attach_one(self, env):
        """attach a file to a contact"""
        self._attach(env, 1)

    def attach_many(self, env):
        """attach 100 files to a contact"""
        self._attach(env, 100)

    def _attach(self, env, number):
        env["ir.attachment"].create(
            [
                {
                    "name": f"file {n}.txt",
                    "raw": b"content",
                    "res_model": "res.partner",
                    "res_id": self.partners[1],
                }
                for n in range(number)
            ]
        )

    def comment_contact(self, env):
        """comment on a contact"""
        self._comment(env["res.partner"].browse(self.partners[1]))

    def comment_task(self, env):
        """comment on a task"""
        self._comment(env["project.task"].browse(self.tasks[1]))

    def _comment(self, record, **values):
        record.message_post(
            body="A comment",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            **values,
        )

    def note_task(self, env):
        """log a note on a task"""
        task = env["project.task"].browse(self.tasks[1])
        task.message_post(body="A note", message_type="comment")

    def send_contact(self, env):
        """send a message to a contact"""
        partner = env["res.partner"].browse(self.partners[1])
        self._comment(partner, partner_ids=partner.ids)

    def send_task(self, env):
        """send a message about a task to a contact"""
        task = env["project.task"].browse(self.tasks[1])
        self._comment(task, partner_ids=[self.partners[1]])

    def create_one_task(self, env):
        """create a task"""
        self._create_tasks(env, 1)

    def create_many_tasks(self, env):
        """create 100 tasks at once"""
        self._create_tasks(env, 100)

    def _create_tasks(self, env, number):
        env["project.task"].create(
            [
                {"name": f"New task {n}", "project_id": self.project}
                for n in range(number)
            ]
        )

    def write_task(self, env):
        """write the title of a task"""
        env["project.task"].browse(self.tasks[1]).write({"name": "Renamed"})

    def move_task(self, env):
        """move a task to another stage"""
        env["project.task"].browse(self.tasks[0]).write({"stage_id": self.stages[1]})

    def move_tasks(self, env):
        """move 100 tasks to another stage"""
        tasks = env["project.task"].browse(self.tasks[0:300:3])
        tasks.write({"stage_id": self.stages[1]})

    def search_names(self, env):
        """search 80 contacts by name, and read their names"""
        found = env["res.partner"].search([("name", "ilike", "Contact 1")], limit=80)
        found.mapped("display_name")

    def name_search(self, env):
        """search contacts as a field does"""
        env["res.partner"].name_search("Contact 1", limit=8)

    def list_contacts(self, env):
        """list of 80 contacts"""
        env["res.partner"].web_search_read([], self.list, limit=80, count_limit=10001)

    def search_list(self, env):
        """list of contacts, searched by name"""
        env["res.partner"].web_search_read(
            [("complete_name", "ilike", "Contact 12")],
            self.list,
            limit=80,
            count_limit=10001,
        )

    def read_form(self, env):
        """form of a contact"""
        env["res.partner"].browse(self.partners[0]).web_read(self.form)

    def get_partner_views(self, env):
        """views of contacts"""
        env["res.partner"].get_views(
            [(False, "kanban"), (False, "list"), (False, "form"), (False, "search")],
            {"toolbar": True, "load_filters": True},
        )

    def get_task_views(self, env):
        """views of tasks"""
        env["project.task"].get_views(
            [(False, "kanban"), (False, "list"), (False, "form"), (False, "search")],
            {"toolbar": True, "load_filters": True},
        )

    def read_kanban(self, env):
        """board of tasks"""
        env["project.task"].web_read_group(
            [("project_id", "=", self.project)],
            ["stage_id"],
            auto_unfold=True,
            unfold_read_specification=self.kanban,
            unfold_read_default_limit=80,
        )

    def list_tasks(self, env):
        """list of 80 tasks, as cards"""
        env["project.task"].web_search_read(
            [("project_id", "=", self.project)], self.kanban, limit=80
        )

    def read_task(self, env):
        """form of a task"""
        env["project.task"].browse(self.tasks[0]).web_read(self.task_form)

    def fetch_contact_messages(self, env):
        """messages of a contact"""
        self._fetch(env["res.partner"].browse(self.partners[0]))

    def fetch_task_messages(self, env):
        """messages of a task"""
        self._fetch(env["project.task"].browse(self.tasks[0]))

    def _fetch(self, thread):
        found = thread.env["mail.message"]._message_fetch(domain=None, thread=thread)
        Store().add(found["messages"]).get_result()

    def open_thread(self, env):
        """what a task's conversation begins with"""
        wanted = ["activities", "attachments", "followers", "suggestedRecipients"]
        task = env["project.task"].browse(self.tasks[0])
        store = Store()
        store.add(task, as_thread=True, request_list=wanted)
        store.get_result()


# === MEASURING === #


def read_database_clock(cr):
    """Return how long the database's process has used a processor, in nanoseconds."""
    path = Path(f"/proc/{cr._cnx.get_backend_pid()}/schedstat")
    return int(path.read_text().split()[0]) if path.exists() else 0


def measure(database, user_id, job):
    """Return milliseconds of the processors and queries of a job; it is undone."""
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, user_id, {})
        env.user.has_group("base.group_user")
        gc.collect()  # what the job before this one left; all else is frozen
        gc.disable()
        start = read_database_clock(cr), time.process_time_ns(), sql_db.sql_counter
        job(env)
        cr.flush()  # with what Odoo leaves for the commit, such as notes of changes
        spent = time.process_time_ns() - start[1], sql_db.sql_counter - start[2]
        clock = read_database_clock(cr) - start[0]
        gc.enable()
        cr.rollback()
        cr.postcommit.clear()
    return (spent[0] + clock) / 1e6, spent[1]


def compare(title, users, jobs):
    """Measure a job in both databases in turn.

    :return: medians; the ratio is that of the pairs, of which each was measured within
        one moment
    """
    pairs, until = [], time.monotonic() + PLAN["seconds"]  # noqa: F821
    for number in range(PLAN["rounds"] + 3):  # noqa: F821
        order = (0, 1) if number % 2 else (1, 0)
        rows = {n: measure(PLAN["databases"][n], users[n], jobs[n]) for n in order}  # noqa: F821
        pairs.append((rows[0], rows[1]))
        if time.monotonic() > until and number > 8:
            break
    stock, ours = zip(*pairs[3:], strict=True)
    ratios = [b[0] / a[0] for a, b in pairs[3:]]
    queries = [statistics.median(one[1] for one in rows) for rows in (stock, ours)]
    return {
        "title": title,
        "stock": statistics.median(one[0] for one in stock),
        "ours": statistics.median(one[0] for one in ours),
        "ratio": statistics.median(ratios),
        "queries": queries[0],
        "more": queries[1] - queries[0],
    }


def freeze():
    """Let Python not look again for garbage among all that Odoo has loaded.

    Two registries are millions of objects: to look through them before each job took
    longer than the jobs.
    """
    gc.collect()
    gc.freeze()


def get_environment(name, login):
    """Return the id of a user, and the jobs as they are for them."""
    with Registry(name).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        user = env["res.users"].search([("login", "=", login)]) if login else env.user
        return user.id, Jobs(env(user=user.id))


def main():
    """Do what the plan says and print the result."""
    odoo.tools.config["db_name"] = PLAN["databases"]  # noqa: F821
    if not PLAN.get("filled"):  # noqa: F821
        fill(PLAN["databases"], fill_others)  # noqa: F821
    rows, words = [], PLAN["words"]  # noqa: F821
    for who, login in (("employee", "eve"), ("superuser", None)):
        users, jobs = zip(
            *(get_environment(name, login) for name in PLAN["databases"]),  # noqa: F821
            strict=True,
        )
        freeze()
        for name, function in vars(Jobs).items():
            title = f"{who}: {function.__doc__}"
            if name.startswith("_") or words and not any(w in title for w in words):
                continue
            rows.append(compare(title, users, [getattr(one, name) for one in jobs]))
    print("RESULT" + json.dumps(rows))  # noqa: T201


main()
