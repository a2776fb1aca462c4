"""What a change does, measured inside Odoo: a program for Odoo's shell.

`bench_effect` puts a line `PLAN = {...}` before it.
"""

import json
import time

import psutil

# How many contacts an organization has; every tenth organization is a subsidiary.
PEOPLE = 10


def copy(env, table, source_id, number, **columns):
    """Copy a row many times; `columns` are SQL expressions of `n` instead.

    :return: the first of the ids, which follow one another
    """
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND column_name <> 'id' AND is_generated = 'NEVER'",
        [table],
    )
    names = [name for (name,) in env.cr.fetchall()]
    values = ", ".join(columns.get(name, f's."{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    env.cr.execute(f"SELECT nextval('{table}_id_seq')")
    [first] = env.cr.fetchone()
    first += 1
    env.cr.execute(
        f"INSERT INTO {table} (id, {quoted}) SELECT {first} + n, {values}"
        f" FROM {table} s, generate_series(0, {number - 1}) n WHERE s.id = {source_id}"
    )
    env.cr.execute(f"SELECT setval('{table}_id_seq', {first + number})")
    return first


def add_contacts(env, number):
    """Add organizations, every tenth below another one, and their contacts with users.

    :return: the id of the first contact
    """
    partners = env["res.partner"]
    company = partners.create({"name": "Organization", "is_company": True})
    one = partners.create(
        {"name": "One", "email": "one@effect.example.com", "portal_user": True}
    )
    user = one.user_ids
    env.flush_all()
    count = number // PEOPLE
    tops = copy(env, "res_partner", company.id, count, name="'Organization ' || n")
    env.cr.execute(
        "UPDATE res_partner SET commercial_partner_id = id, parent_id = CASE"
        " WHEN (id - %(first)s) %% 10 <> 0 OR id = %(first)s THEN NULL"
        " ELSE %(first)s + (id - %(first)s) / 20 END"
        " WHERE id >= %(first)s AND id < %(first)s + %(count)s",
        {"first": tops, "count": count},
    )
    owner = f"{tops} + n / {PEOPLE}"
    people = copy(
        env,
        "res_partner",
        one.id,
        number,
        name="'Contact ' || n",
        parent_id=owner,
        commercial_partner_id=owner,
        email="'c' || n || '@effect.example.com'",
        email_normalized="'c' || n || '@effect.example.com'",
    )
    users = copy(
        env,
        "res_users",
        user.id,
        number,
        login="'c' || n || '@effect.example.com'",
        partner_id=f"{people} + n",
    )
    for table, column, other in (
        ("res_groups_users_rel", "uid", "gid"),
        ("res_company_users_rel", "user_id", "cid"),
    ):
        env.cr.execute(
            f"INSERT INTO {table} ({column}, {other}) SELECT {users} + n, r.{other}"
            f" FROM {table} r, generate_series(0, {number - 1}) n"
            f" WHERE r.{column} = {user.id}"
        )
    return people


def add_records(env, number, people, contacts):
    project = env.ref("customer_portal.project_cases")
    model = env["project.task"].with_context(mail_create_nosubscribe=True)
    task = model.create({"name": "first", "project_id": project.id})
    env.flush_all()
    owner = f"{people} + (n * 7919) %% {contacts}".replace("%%", "%")
    tasks = copy(
        env,
        "project_task",
        task.id,
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
    copy(env, "ir_attachment", file.id, count, res_id=f"{tasks} + n * 10")


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


def get_changes(row):
    """Return what is tried, by what it is called."""
    module = row.module_id
    closer = "[('project_id.privacy_visibility', '!=', False), ('priority', '=', '1')]"
    return {
        "own to organization": lambda: row.write(
            {"records_visibility": "organization"}
        ),
        "own to subsidiaries": lambda: row.write(
            {"records_visibility": "subsidiaries"}
        ),
        "own to everyone": lambda: (
            module.write({"allow_everyone": True}),
            row.write({"records_visibility": "everyone"}),
        ),
        "a narrower filter": lambda: module.write({"domain": closer}),
        "the way to the contact": lambda: module.write({"organization_field": False}),
        "no documents": lambda: row.write({"show_documents": False}),
        "hidden": lambda: row.write({"visible": False}),
    }


def get_server_memory(env):
    """Return the memory of the database's process that is its own, in MB."""
    env.cr.execute("SELECT pg_backend_pid()")
    [pid] = env.cr.fetchone()
    try:
        return psutil.Process(pid).memory_full_info().uss / 2**20
    except psutil.Error:
        return 0.0


def measure(env, title, change):
    """Return what a review takes; the memory is that of Odoo and of the database."""
    process = psutil.Process()
    effects = env["customer.portal.effect"]
    memory = process.memory_info().rss / 2**20 + get_server_memory(env)
    queries, start = env.cr.sql_log_count, time.perf_counter()
    effect = effects._try(change)
    effects._make_review(effect, title)
    env.flush_all()
    seconds = time.perf_counter() - start
    queries = env.cr.sql_log_count - queries
    grown = process.memory_info().rss / 2**20 + get_server_memory(env) - memory
    found = effect.modules
    return {
        "title": title,
        "seconds": seconds,
        "queries": queries,
        "mb": grown,
        "gained": sum(one.gained.records for one in found),
        "lost": sum(one.lost.records for one in found),
    }


row = fill(env)  # noqa: F821
rows = [measure(env, *item) for item in get_changes(row).items()]  # noqa: F821
print("RESULT" + json.dumps(rows))  # noqa: T201
