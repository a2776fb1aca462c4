"""Customers with cases: a program for Odoo's shell. `env` comes from there.

Liam and Sofia share an organization and have cases; the others are on their own and
have none. An agent, who is the Default Assignee, works for all of them.
"""

from datetime import timedelta

from odoo.fields import Command

PASSWORD = "correct horse battery"
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
env = env  # noqa: F821, PLW0127

profile = env["customer.portal.profile"].create({"name": "With Cases"})
right = profile.permission_ids.filtered(lambda row: row.module_id.code == "cases")
right.write({**dict.fromkeys(ACTIONS, True), "records_visibility": "organization"})

right = profile.permission_ids.filtered(lambda row: row.module_id.code == "documents")
right.write({"visible": True, "can_upload": True})


def make_customer(name, **values):
    """Return the user of a customer."""
    partner = env["res.partner"].create(
        {
            "name": name.title(),
            "email": f"{name}@example.com",
            "portal_user": True,
            "portal_profile_id": profile.id,
            **values,
        }
    )
    partner.user_ids.password = PASSWORD
    return partner.user_ids


def make_case(user, title):
    """Have a customer create a case, and return its id."""
    return forms.with_user(user).create_record("cases", {"name": title})


env["res.lang"]._activate_lang("fr_FR")
template = env.ref("customer_portal.mail_template_case_received")
template.with_context(lang="fr_FR").subject = "Reçu : {{ object.name }}"

forms = env["customer.portal.form"]
company = env["res.partner"].create({"name": "Brown & Co", "is_company": True})
liam = make_customer("liam", parent_id=company.id)
sofia = make_customer("sofia", parent_id=company.id)
for user, title in (
    (liam, "Zebras cross the road"),
    (liam, "Apples are missing"),
    (sofia, "The window does not close"),
):
    make_case(user, title)
forms.with_user(liam).close_record("cases", make_case(liam, "Pears are missing"))

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)
env["customer.portal.document"].create(
    {
        "name": "Site plan",
        "file_name": "plan.png",
        "datas": PNG,
        "folder_id": env["customer.portal.document.folder"]
        .create({"name": "Plans"})
        .id,
        "audience": "organization",
        "partner_id": company.id,
    }
)

make_customer("emma", lang="fr_FR")
for name in ("olivia", "noah", "mia", "noemi"):
    make_customer(name)

agent = {
    "name": "Ada Agent",
    "login": "agent@example.com",
    "email": "agent@example.com",
    "password": PASSWORD,
    "notification_type": "email",
    "group_ids": [
        Command.link(env.ref("customer_portal.group_customer_portal_user").id)
    ],
}
users = env["res.users"].with_context(no_reset_password=True)
env.company.portal_assignee_id = users.create(agent)
agent.update(name="Uli Agent", login="uli@example.com", email="uli@example.com")
make_customer("dora", user_id=users.create(agent).id)

# Hanna's home page has all there is, Ivan's is still to be arranged. Her time ends
# soon, but not at a midnight between two tests.
homely = profile.copy(
    {
        "name": "Homely",
        "greeting": "time",
        "announcement": "<p>We move on <strong>Friday</strong>.</p>",
    }
)
homely.widget_ids.visible = True
homely.permission_ids.filtered(lambda row: row.module_id.code == "faqs").visible = True
hanna = make_customer(
    "hanna",
    portal_profile_id=homely.id,
    user_id=env.company.portal_assignee_id.id,
    support_end_date=env.company._get_portal_today() + timedelta(days=1),
)
for number in range(6):
    values = {"name": f"Case {number}", "priority": "3" if number > 3 else "0"}
    forms.with_user(hanna).create_record("cases", values)
for title, priority in (("A closed case", "0"), ("Another closed case", "3")):
    closed = make_case(hanna, title)
    env["project.task"].browse(closed).priority = priority
    forms.with_user(hanna).close_record("cases", closed)
    # What was closed in the second that it was made has taken no time.
    env.flush_all()
    env.cr.execute(
        "UPDATE project_task SET create_date = create_date - interval '3 hours'"
        " WHERE id = %s",
        [closed],
    )
env["customer.portal.document"].create(
    {
        "name": "Contract",
        "file_name": "contract.png",
        "datas": PNG,
        "audience": "contact",
        "partner_id": hanna.partner_id.id,
    }
)
waiting = env["project.task"].search([("name", "=", "Case 0")])
waiting.stage_id = env.ref("customer_portal.stage_waiting")
arranged = profile.copy({"name": "Arranged"})
arranged.widget_ids.filtered(lambda row: row.kind == "modules").visible = False
ivan = make_customer("ivan", portal_profile_id=arranged.id)
make_case(ivan, "Ivan's case")
forms.with_user(ivan).close_record("cases", make_case(ivan, "Ivan's closed case"))
