"""A large database, and a clock, for benchmarks: the first part of a program.

`bench_effect` puts a line `PLAN = {...}` before it, and what is measured after it.
"""

import time

import psutil

from tools.bench_rows import copy, copy_users

# How many contacts an organization has.
PEOPLE = 10


def add_organizations(env, number):
    """Add organizations, nine of ten below another one: up to four levels.

    :return: the id of the first one
    """
    company = env["res.partner"].create({"name": "Organization", "is_company": True})
    env.flush_all()
    first = copy(env, "res_partner", company, number, name="'Organization ' || n")
    env.cr.execute(
        "UPDATE res_partner SET commercial_partner_id = id, parent_id = CASE"
        " WHEN (id - %(first)s) %% 10 = 0 THEN NULL"
        " ELSE %(first)s + (id - %(first)s) / 20 END"
        " WHERE id >= %(first)s AND id < %(first)s + %(number)s",
        {"first": first, "number": number},
    )
    return first


def add_contacts(env, number):
    """Add contacts with users, some in each organization.

    :return: the id of the first one
    """
    owner = f"{add_organizations(env, number // PEOPLE)} + n / {PEOPLE}"
    one = env["res.partner"].create(
        {"name": "One", "email": "one@effect.example.com", "portal_user": True}
    )
    env.flush_all()
    email = "'c' || n || '@effect.example.com'"
    columns = {"parent_id": owner, "commercial_partner_id": owner, "email": email}
    columns |= {"email_normalized": email, "name": "'Contact ' || n"}
    people = copy(env, "res_partner", one, number, **columns)
    copy_users(env, one.user_ids, number, email, people)
    return people


def add_records(env, number, people, contacts):
    project = env.ref("customer_portal.project_cases")
    model = env["project.task"].with_context(mail_create_nosubscribe=True)
    task = model.create({"name": "first", "project_id": project.id})
    env.flush_all()
    owner = f"({people} + n::bigint * 7919 % {contacts})::int"
    tasks = copy(
        env,
        "project_task",
        task,
        number,
        name="'Case ' || n",
        partner_id=owner,
        portal_organization_id=(
            f"(SELECT commercial_partner_id FROM res_partner WHERE id = {owner})"
        ),
        priority="(n % 2)::text",
        portal_number="'CS-' || n",
        access_token="NULL",
    )
    file = env["ir.attachment"].create(
        {"name": "file", "raw": b"file", "res_model": "project.task", "res_id": tasks}
    )
    env.flush_all()
    count = number // 10
    copy(env, "ir_attachment", file, count, res_id=f"{tasks} + n * 10")


def fill(env):
    contacts = PLAN["contacts"]  # noqa: F821
    people = add_contacts(env, contacts)
    add_records(env, PLAN["records"], people, contacts)  # noqa: F821
    profile = env["res.partner"].browse(people).portal_profile_id
    row = profile.permission_ids.filtered(lambda one: one.module_id.code == "cases")
    row.write({"visible": True, "records_visibility": "own", "show_documents": True})
    env.cr.commit()
    env.cr.execute("ANALYZE")
    return row


def look(env):
    """Return seconds of the processor, and MB, of Odoo and of its database process."""
    env.cr.execute("SELECT pg_backend_pid()")
    [pid] = env.cr.fetchone()
    processes = psutil.Process(), psutil.Process(pid)
    seconds = sum(sum(process.cpu_times()[:2]) for process in processes)
    return seconds, sum(process.memory_info().rss for process in processes) / 2**20


def measure(env, work):
    """Return what some work takes, and what it returns."""
    env.flush_all()
    cpu, memory = look(env)
    queries, start = env.cr.sql_log_count, time.perf_counter()
    found = work()
    env.flush_all()
    seconds = time.perf_counter() - start
    queries = env.cr.sql_log_count - queries
    cpu_after, memory_after = look(env)
    return found, {
        "seconds": seconds,
        "cpu": cpu_after - cpu,
        "queries": queries,
        "mb": memory_after - memory,
    }
