"""Fill a database with millions of rows: a program for Odoo's shell.

`bench_large` puts a line `PLAN = {...}` before it. One row of each kind is made as
people make them; PostgreSQL copies it. Indexes are dropped before and made anew after:
that takes a fraction of the time.
"""

import json

from tools.bench_large_cases import add_cases, add_messages
from tools.bench_large_kept import add_documents, add_faqs, add_mails, add_touchpoints
from tools.bench_large_people import add_customers, add_organizations, add_people

TABLES = (
    *("res_partner", "res_users", "res_groups_users_rel", "res_company_users_rel"),
    *("res_users_log", "project_task", "project_task_user_rel", "mail_followers"),
    *("mail_message", "ir_attachment", "customer_portal_document"),
    *("customer_portal_touchpoint", "customer_portal_origin", "customer_portal_mail"),
    *("customer_portal_invitation", "customer_portal_deadline", "customer_portal_faq"),
    *("customer_portal_reading", "customer_portal_document_download"),
)
DROPPABLE = """
    SELECT shape.relname, pg_get_indexdef(shape.oid)
      FROM pg_index entry
      JOIN pg_class shape ON shape.oid = entry.indexrelid
      JOIN pg_class target ON target.oid = entry.indrelid
     WHERE target.relname IN %s
       AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = entry.indexrelid)
"""


def drop_indexes(env):
    """Drop the indexes of what is filled, and return how to make them anew."""
    env.cr.execute(DROPPABLE, [TABLES])
    indexes = env.cr.fetchall()
    for name, _definition in indexes:
        env.cr.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in indexes]


def fill(env):
    """Fill the database as the plan says."""
    plan = PLAN  # noqa: F821
    many, users = plan["organizations"], plan["users"]
    people_number = plan["contacts"] - many
    organizations = add_organizations(env, many)
    people = add_customers(env, organizations, many)
    env.cr.execute("SET session_replication_role = replica")  # Keys are right anyway.
    env.cr.execute("SET maintenance_work_mem = '400MB'")
    definitions = drop_indexes(env)
    guests, others = add_people(env, people_number, users, many, organizations)
    contacts, trees = (others, people_number - users), (organizations, many)
    cases = add_cases(env, plan["cases"], people, contacts, trees), plan["cases"]
    add_messages(env, plan["messages"], cases, contacts)
    add_touchpoints(env, plan["touchpoints"], (guests, users))
    add_mails(env, 3 * users, (guests, users))
    add_documents(env, plan["documents"], people, contacts, trees, cases)
    add_faqs(env, plan["contacts"] // 100)
    for definition in definitions:
        env.cr.execute(definition)
    env.cr.execute("RESET session_replication_role")
    start = env["ir.config_parameter"].sudo()
    start.set_param("customer_portal.touchpoint_days", "0")
    env.cr.commit()


def tidy(env):
    """Let PostgreSQL know what is there, as it does by itself at night."""
    env.cr.commit()
    connection = env.cr._cnx
    connection.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    connection.autocommit = False


fill(env)  # noqa: F821
tidy(env)  # noqa: F821
env.cr.execute("SELECT pg_database_size(current_database())")  # noqa: F821
print("RESULT" + json.dumps(env.cr.fetchone()))  # noqa: F821, T201
