"""Lists of many records, measured inside Odoo: a program for Odoo's shell.

`bench_lists` puts a line `PLAN = {...}` before it.
"""

import json
import time
from tempfile import TemporaryFile

import psutil

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from tools.bench_requests import BASE, enter, grant, medians, request, visit

WORDS = ["printer", "invoice", "login", "delivery", "screen", "update", "noise", "key"]
TITLE = f"(ARRAY{WORDS})[1 + n %% 8] || ' ' || n"


def insert(env, table, source, times, **columns):
    """Copy a row many times; `columns` are SQL expressions of `n` instead."""
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND column_name <> 'id'",
        [table],
    )
    names = [name for (name,) in env.cr.fetchall()]
    values = ", ".join(columns.get(name, f's."{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    env.cr.execute(
        f"INSERT INTO {table} ({quoted}) SELECT {values}"
        f" FROM {table} s, generate_series(1, {times}) n WHERE s.id = %s",
        [source.id],
    )


def add_customers(env):
    """Add Emma, whose organization has all records, and Rare, who has a hundredth."""
    contacts = env["res.partner"]
    for name in ("emma", "rare"):
        company = contacts.create({"name": f"Bench {name}", "is_company": True})
        contact = contacts.create(
            {"name": name, "parent_id": company.id, "email": f"{name}@bench.example"}
        )
        grant(contact)
        contacts += contact
    colleagues = contacts.create(
        [{"name": f"C{n}", "parent_id": contacts[0].parent_id.id} for n in range(9)]
    )
    return contacts, colleagues


def permit(contacts):
    """Show FAQs, documents, and cases of the whole organization, to be exported too."""
    lines = contacts.portal_profile_id.permission_ids
    for line in lines.filtered(lambda line: line.module_id.code == "documents"):
        line.write({"visible": True, "records_visibility": "organization"})
    faqs = lines.filtered(lambda line: line.module_id.code == "faqs")
    faqs.write({"visible": True, "show_comments": True, "can_comment": True})
    line = lines.filtered(lambda line: line.module_id.code == "cases")
    line.write(
        {
            "visible": True,
            "records_visibility": "organization",
            "can_create": True,
            "can_export": True,
            "show_documents": True,
        }
    )


def make_project(env):
    """Return the project of cases, and without the addon one that is like it."""
    project = env.ref("customer_portal.project_cases", raise_if_not_found=False)
    if not project:
        names = ["New", "In Progress", "Waiting for Customer", "Closed"]
        stages = [(0, 0, {"name": name, "fold": name == "Closed"}) for name in names]
        project = env["project.project"].create({"name": "B", "type_ids": stages})
    project.privacy_visibility = "portal"  # else Odoo's own list has none of them
    return project


def add_tasks(env, number, owner):
    """Add tasks with an assignee and a follower each, as customers' tasks have."""
    project = make_project(env)
    stages = project.type_ids.ids[:4]
    model = env["project.task"].with_context(mail_create_nosubscribe=True)
    task = model.create({"name": "first", "project_id": project.id})
    env.flush_all()
    columns = {
        "name": TITLE,
        "description": "'<p>' || repeat('It is broken and should work. ', 10) || n",
        "partner_id": owner,
        "stage_id": f"(ARRAY{stages})[1 + n %% 4]",
        "priority": "(n %% 2)::text",
        "create_date": "now() - n * interval '1 minute'",
        "access_token": "NULL",
        "portal_number": "'CS-2026-' || n",
        "portal_organization_id": (
            f"(SELECT commercial_partner_id FROM res_partner WHERE id = {owner})"
        ),
    }
    insert(env, "project_task", task, number, **columns)
    env.cr.execute(
        "INSERT INTO mail_followers (res_model, res_id, partner_id)"
        " SELECT 'project.task', id, partner_id FROM project_task"
        " WHERE partner_id IS NOT NULL AND project_id = %s",
        [project.id],
    )
    env.cr.execute(
        "INSERT INTO project_task_user_rel (task_id, user_id)"
        " SELECT id, %s FROM project_task WHERE project_id = %s AND id <> %s",
        [env.ref("base.user_admin").id, project.id, task.id],
    )


def add_tickets(env, number, owner, company):
    """Add tickets of OCA's helpdesk."""
    model = env["helpdesk.ticket"].with_context(mail_create_nosubscribe=True)
    ticket = model.create({"name": "first", "description": "It is broken."})
    env.flush_all()
    stages = env["helpdesk.ticket.stage"].search([]).ids
    columns = {
        "name": TITLE,
        "number": "'HT' || n",
        "partner_id": owner,
        "commercial_partner_id": str(company.id),
        "stage_id": f"(ARRAY{stages})[1 + n %% {len(stages)}]",
        "create_date": "now() - n * interval '1 minute'",
        "access_token": "NULL",
    }
    insert(env, "helpdesk_ticket", ticket, number, **columns)


def add_documents(env, number, owner):
    """Add documents that are shared with customers, and a file of each task."""
    attachments = env["ir.attachment"].create({"name": "first", "raw": b"content"})
    document = env["customer.portal.document"].create(
        {"name": "first", "attachment_id": attachments.id, "audience": "everyone"}
    )
    env.flush_all()
    made = "now() - n * interval '1 minute'"
    insert(env, "ir_attachment", attachments, number, name=TITLE, create_date=made)
    env.cr.execute("SELECT max(id) FROM ir_attachment")
    [last] = env.cr.fetchone()
    folders = env["customer.portal.document.folder"].create(
        [{"name": f"Folder {n}"} for n in range(10)]
    )
    columns = {
        "name": TITLE,
        "attachment_id": f"{last - number} + n",
        "partner_id": owner,
        "organization_id": f"(SELECT commercial_partner_id FROM res_partner"
        f" WHERE id = {owner})",
        "audience": "(ARRAY['contact', 'organization'])[1 + n %% 2]",
        "folder_id": f"(ARRAY{folders.ids})[1 + n %% 10]",
        "create_date": made,
    }
    insert(env, "customer_portal_document", document, number, **columns)
    env.cr.execute("SELECT min(id) FROM project_task WHERE partner_id IS NOT NULL")
    [first] = env.cr.fetchone()
    columns = {
        "name": TITLE,
        "create_date": made,
        "res_model": "'project.task'",
        "res_id": f"{first} + n - 1",
    }
    insert(env, "ir_attachment", attachments, number, **columns)


def add_faqs(env, number):
    """Add FAQs in categories, of which one in fifty is hidden and one is for others."""
    categories = env["customer.portal.faq.category"].create(
        [{"name": f"Category {position}"} for position in range(20)]
    )
    profile = env["customer.portal.profile"].create({"name": "Others"})
    model = env["customer.portal.faq"].with_context(tracking_disable=True)
    faq = model.create({"question": "first", "is_published": True})
    env.flush_all()
    columns = {
        "question": f"jsonb_build_object('en_US', {TITLE})",
        "answer": "jsonb_build_object('en_US',"
        " '<p>' || repeat('Open the page and press the button. ', 20) || n || '</p>')",
        "category_id": f"(ARRAY{categories.ids})[1 + n %% 20]",
        "sequence": "n / 10",
        "is_published": "n %% 50 <> 0",
        "valid_until": "CASE n %% 10 WHEN 0 THEN current_date + n %% 90 - 30 END",
    }
    insert(env, "customer_portal_faq", faq, number, **columns)
    env.cr.execute(
        "INSERT INTO customer_portal_faq_customer_portal_profile_rel"
        " (customer_portal_faq_id, customer_portal_profile_id)"
        " SELECT id, %s FROM customer_portal_faq WHERE id %% 50 = 1",
        [profile.id],
    )
    env.cr.execute(
        "UPDATE customer_portal_faq SET is_restricted = TRUE WHERE id % 50 = 1"
    )


def fill(env, number):
    """Fill a database; every tenth record is a colleague's."""
    contacts, colleagues = add_customers(env)
    emma, rare = contacts
    owner = (
        f"CASE WHEN n %% 10 = 0 THEN (ARRAY{colleagues.ids})[1 + (n / 10) %% 9]"
        f" WHEN n %% 100 = 1 THEN {rare.id} ELSE {emma.id} END"
    )
    if "portal_profile_id" in contacts._fields:
        permit(contacts)
    add_tasks(env, number, owner)
    if "helpdesk.ticket" in env:
        add_tickets(env, number, owner, emma.parent_id)
    if PLAN.get("documents") and "customer.portal.document" in env:  # noqa: F821
        add_documents(env, number, owner)
    if env.cr.dbname == PLAN.get("faqs"):  # noqa: F821
        add_faqs(env, number)
    env.cr.commit()
    env.cr.execute("ANALYZE")


def measure(jobs, rounds, seconds):
    """Measure all jobs in turn; return the medians of each.

    A job stops early when its rounds have taken too long, which only slow ones do.
    """
    results = [[] for _job in jobs]
    spent = [0.0] * len(jobs)
    for number in range(rounds + 3):
        order = range(len(jobs)) if number % 2 else reversed(range(len(jobs)))
        for index in order:
            if spent[index] > seconds:
                continue
            row = request(*jobs[index])
            spent[index] += row[0] / 1000
            results[index].append(row)
    return [medians(rows[3:] or rows) for rows in results]


def export(client, kind):
    """Return seconds, size, and how much the memory of the process grew meanwhile."""
    process = psutil.Process()
    before = peak = process.memory_info().rss
    start, size = time.perf_counter(), 0
    response = client.get(
        f"/my/p/cases/export?scope=all&format={kind}", environ_base=BASE, buffered=False
    )
    assert response.status_code == 200, response
    for chunk in response.iter_encoded():
        size += len(chunk)
        peak = max(peak, process.memory_info().rss)
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "mb": size / 2**20,
        "grown": (peak - before) / 2**20,
        "copy": copy_out(PLAN["export"]),  # noqa: F821
    }


def copy_out(database):
    """Return how long PostgreSQL takes to write the same records to a file itself."""
    statement = """
        COPY (SELECT task.portal_number, task.name, stage.name ->> 'en_US',
                     partner.complete_name, task.create_date, task.priority
                FROM project_task task
                JOIN project_task_type stage ON stage.id = task.stage_id
                LEFT JOIN res_partner partner ON partner.id = task.partner_id
               WHERE task.portal_number IS NOT NULL
               ORDER BY task.id DESC) TO STDOUT WITH CSV
    """
    with Registry(database).cursor() as cr, TemporaryFile() as file:
        start = time.perf_counter()
        cr.copy_expert(statement, file)
        return time.perf_counter() - start


def find_faq(database):
    """Return what stands for ids in addresses of FAQs."""
    with Registry(database).cursor() as cr:
        faq = api.Environment(cr, SUPERUSER_ID, {})["customer.portal.faq"].search(
            [("category_id", "!=", False), ("valid_until", "=", False)], limit=1
        )
        return {"faq": faq.id, "category": faq.category_id.id}


def main():
    """Do what the plan says and print the result."""
    odoo.tools.config["db_name"] = [name for name, _number in PLAN["databases"]]  # noqa: F821
    for name, number in PLAN["databases"]:  # noqa: F821
        with Registry(name).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            if not env["res.partner"].search_count([("name", "=", "Bench emma")]):
                fill(env, number)
    names = find_faq(PLAN["faqs"]) if "faqs" in PLAN else {}  # noqa: F821
    clients = {}
    for database, name, _url in PLAN["pages"]:  # noqa: F821
        if (database, name) not in clients:
            go = enter if name else visit
            clients[database, name] = go(*filter(None, (database, name)))
    jobs = [
        (clients[database, name], url.format(**names))
        for database, name, url in PLAN["pages"]  # noqa: F821
    ]
    result = {
        "pages": measure(jobs, PLAN["rounds"], PLAN["seconds"]),  # noqa: F821
        "exports": {
            kind: export(clients[PLAN["export"], "emma"], kind)  # noqa: F821
            for kind in PLAN.get("kinds", ())  # noqa: F821
        },
    }
    print("RESULT" + json.dumps(result))  # noqa: T201


main()
