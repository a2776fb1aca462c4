"""Customers, an agent and a mail that are hostile: a program for Odoo's shell.

`env` comes from there, `HOSTILE` is what they write. It prints the pages on which it
is shown, to customers and to everybody who can open Odoo's own page of a task.
"""

from email.message import EmailMessage

from markupsafe import Markup

PASSWORD = "correct horse battery"
env, hostile = env, Markup(HOSTILE)  # noqa: F821, PLW0127

products = env["customer.portal.module"].create(
    {
        "code": "hostile_products",
        "name": "Hostile Products",
        "model_name": "product.template",
        "title_field": "name",
        "allow_everyone": True,
        "domain": "[('name', '=', 'A hostile product')]",
        "field_ids": [
            (0, 0, {"name": name, "in_detail": True})
            for name in ("name", "description")
        ],
    }
)
profile = env["customer.portal.profile"].create(
    {"name": "Hostile", "announcement": hostile, "greeting": "time"}
)
profile.widget_ids.visible = True
rows = {row.module_id.code: row for row in profile.permission_ids}
sections = ("show_comments", "can_comment", "show_documents", "can_upload")
rows["cases"].write(
    dict.fromkeys(["visible", "can_create", "can_edit", *sections], True)
)
rows["faqs"].write(dict.fromkeys(["visible", "show_comments", "can_comment"], True))
rows["tasks"].write(dict.fromkeys(["visible", "show_comments", "can_comment"], True))
rows["hostile_products"].write({"visible": True, "records_visibility": "everyone"})

partner = env["res.partner"].create(
    {
        "name": "Vera",
        "email": "vera@example.com",
        "portal_user": True,
        "portal_profile_id": profile.id,
    }
)
user = partner.user_ids
user.password = PASSWORD
agent = env.ref("base.user_admin")
agent.signature = hostile


def say(record, body, author, **values):
    """Write a public comment."""
    values = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment", **values}
    record.with_context(mail_notify_force_send=False).message_post(
        body=body, author_id=author.id, email_add_signature=True, **values
    )


def make_task(project, name):
    """Return a task of the customer on which everybody has written."""
    task = env["project.task"].create(
        {
            "name": name,
            "project_id": project.id,
            "partner_id": partner.id,
            "description": hostile,
        }
    )
    task.message_subscribe(partner.ids)
    say(task, hostile, partner)
    say(task, hostile, agent.partner_id)
    return task


def mail(recipient, subject, **headers):
    """Have Odoo fetch a mail."""
    message = EmailMessage()
    message["From"], message["To"] = "Vera <vera@example.com>", recipient
    message["Subject"], message["Message-Id"] = subject, f"<{subject}@example.com>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("plain")
    message.add_alternative(f"<html><body>{hostile}</body></html>", subtype="html")
    return message


case = make_task(env.ref("customer_portal.project_cases"), "A hostile case")
domain = env["mail.alias.domain"].create({"name": "hostile.example.com"})
case.project_id.write({"alias_name": "cases", "alias_domain_id": domain.id})
thread = env["mail.thread"]
known = case.message_ids[0].message_id
thread.message_process(
    "project.task",
    mail("cases@hostile.example.com", "reply", In_Reply_To=known).as_bytes(),
)
project = env["project.project"].create(
    {"name": "Hostile", "privacy_visibility": "portal", "partner_id": partner.id}
)
task = make_task(project, "A hostile task")
new_id = thread.message_process(
    "project.task",
    mail("cases@hostile.example.com", "A hostile mail").as_bytes(),
    custom_values={"project_id": case.project_id.id},
)
faq = env["customer.portal.faq"].create(
    {"question": "Hostile?", "answer": hostile, "is_published": True}
)
say(faq, hostile, partner)
say(faq, hostile, agent.partner_id)
product = env["product.template"].create(
    {"name": "A hostile product", "description": hostile}
)
pages = {
    "home": "/my",
    "case": f"/my/p/cases/{case.id}",
    "case by mail": f"/my/p/cases/{new_id}",
    "faqs": "/my/faq",
    "faq": f"/my/faq/{faq.id}",
    "product": f"/my/p/hostile_products/{product.id}",
    "task": f"/my/tasks/{task.id}",
    "task of the case": f"/my/tasks/{case.id}",
    "task by mail": f"/my/tasks/{new_id}",
}
print("PAGES", pages)  # noqa: T201
