"""Customers for `make scale`: a program for Odoo's shell. `env` comes from there.

`scale` puts lines before it that say how many: ORGANIZATIONS, COLLEAGUES, CASES.
"""

import base64
import json
from datetime import timedelta

from odoo import fields

env = env  # noqa: F821, PLW0127
PASSWORD = "correct horse battery"
WORDS = ["printer", "invoice", "login", "delivery", "screen", "update", "noise", "key"]
ACTIONS = [
    "visible",
    "can_create",
    "can_edit",
    "can_close",
    "can_export",
    "show_comments",
    "can_comment",
    "show_documents",
    "can_upload",
    "show_updates",
]
ACCOUNT = {
    "phone": "+32 2 111",
    "street": "1 Main Street",
    "city": "Namur",
    "zip": "5000",
    "country_id": env.ref("base.be").id,
}


def permit(profile):
    """Allow all that a customer does under load."""
    rows = {row.module_id.code: row for row in profile.permission_ids}
    cases = dict.fromkeys(ACTIONS, True)
    rows["cases"].write({**cases, "records_visibility": "organization"})
    rows["documents"].write({"visible": True, "can_upload": True})
    rows["faqs"].write({"visible": True, "show_comments": True, "can_comment": True})
    rows["contacts"].write({"visible": True, "can_edit": True})
    lines = rows["contacts"].field_ids.filtered(lambda line: line.field_id.in_edit)
    lines.access = "write"


def make_customer(name, **values):
    """Return the user of a customer."""
    email = f"{name}@scale.example"
    vals = {"name": name.title(), "email": email, "portal_user": True, **ACCOUNT}
    partner = env["res.partner"].create({**vals, **values})
    partner.user_ids.password = PASSWORD
    return partner.user_ids


def make_cases(user):
    """Have a customer make cases, the first of them with a comment and a file."""
    forms = env["customer.portal.form"].with_user(user)
    ids = [
        forms.create_record("cases", {"name": f"{WORDS[n % len(WORDS)]} {n}"})
        for n in range(CASES)  # noqa: F821
    ]
    threads = env["customer.portal.thread"].with_user(user)
    for number in range(5):
        threads.post_comment("cases", ids[0], f"Comment {number}", [])
    return ids


def make_document(name, **values):
    """Return a document that customers may download."""
    data = base64.b64encode(b"scale " * 20_000)
    vals = {"name": name, "file_name": f"{name}.txt", "datas": data, **values}
    return env["customer.portal.document"].create(vals)


def make_key(user):
    """Return an API key of a customer, for programs of theirs."""
    keys = env(user=user)["res.users.apikeys"].sudo()
    end = fields.Datetime.now() + timedelta(days=1)
    return keys._generate("rpc", "scale", end)


def make_tasks(users):
    """Have a project of Odoo's own that portal users follow, for `/my/tasks`."""
    project = env["project.project"].create(
        {"name": "Stock", "privacy_visibility": "portal"}
    )
    partners = users.partner_id
    project.message_subscribe(partners.ids)
    tasks = env["project.task"].with_context(mail_create_nosubscribe=True)
    names = [f"Task {number}" for number in range(100)]
    tasks = tasks.create([{"name": n, "project_id": project.id} for n in names])
    tasks.message_subscribe(partners.ids)


profile = env["customer.portal.profile"].create({"name": "Everything"})
permit(profile)
customers, keys = {}, {}
for number in range(ORGANIZATIONS):  # noqa: F821
    company = env["res.partner"].create({"name": f"O{number}", "is_company": True})
    for place in range(COLLEAGUES):  # noqa: F821
        name = f"c{number}-{place}"
        values = {"parent_id": company.id, "portal_profile_id": profile.id}
        user = make_customer(name, **values)
        customers[user.login] = make_cases(user)
        keys[user.login] = make_key(user)
stock = env["res.users"]
for number in range(4):
    stock += make_customer(f"stock{number}")
make_tasks(stock)
faq = env["customer.portal.faq"].create({"question": "How?", "is_published": True})
document = make_document("Plan", audience="everyone", is_published=True)
agent = {
    "name": "Ada Agent",
    "login": "agent@scale.example",
    "email": "agent@scale.example",
    "notification_type": "email",
    "group_ids": [(4, env.ref("customer_portal.group_customer_portal_user").id)],
}
users = env["res.users"].with_context(no_reset_password=True)
env.company.portal_assignee_id = users.create(agent)
env.ref("base.user_admin").password = PASSWORD
env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
row = profile.permission_ids.filtered(lambda row: row.module_id.code == "cases")
env.cr.commit()
result = {
    "customers": customers,
    "stock": stock.mapped("login"),
    "faq": faq.id,
    "file": document.attachment_id.id,
    "profile": profile.id,
    "row": row.id,
    "password": PASSWORD,
    "keys": keys,
}
print("RESULT" + json.dumps(result))  # noqa: T201
