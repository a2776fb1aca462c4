"""Customers of an Odoo without the addon: a program for Odoo's shell, which has `env`.

They follow a project of Odoo's own, for `/my/tasks`.
"""

import json

from tools.bench_requests import grant

env = env  # noqa: F821, PLW0127
NUMBER, TASKS = 4, 100

contacts = env["res.partner"].create(
    [
        {"name": f"Stock {number}", "email": f"stock{number}@scale.example"}
        for number in range(NUMBER)
    ]
)
grant(contacts)
project = env["project.project"].create(
    {"name": "Stock", "privacy_visibility": "portal"}
)
project.message_subscribe(contacts.ids)
tasks = env["project.task"].with_context(mail_create_nosubscribe=True)
names = [f"Task {number}" for number in range(TASKS)]
tasks = tasks.create([{"name": name, "project_id": project.id} for name in names])
tasks.message_subscribe(contacts.ids)
env.cr.commit()
print("RESULT" + json.dumps(contacts.mapped("email")))  # noqa: T201
