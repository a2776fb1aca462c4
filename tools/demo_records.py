"""Records of the demo customers in other apps: a program for Odoo's shell.

Not in the addon's demo data, as the addon depends on none of these apps. Run again it
adds nothing. `env` comes from the shell.
"""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

TODAY = fields.Date.today()


def partner(name):
    """Return a customer of the addon's demo data."""
    return env.ref(f"customer_portal.res_partner_{name}")  # noqa: F821


def model(name):
    """Return a model to create records of, in silence."""
    return env[name].with_context(tracking_disable=True)  # noqa: F821


def add_all():
    """Add what customers see; each but Paul, whose time is over, has some of it."""
    products = add_products()
    for number, name in enumerate(["jennifer", "samuel", "omar", "giulia", "nora"]):
        customer = partner(name)
        add_orders(customer, products, number)
        add_invoices(customer, products, number)
        add_opportunity(customer, number)
    add_purchases(partner("castello"), products)
    add_tasks()
    add_cases()


def add_products():
    """Add the goods and services that are sold and bought."""
    prices = {"Desk, oak": 480, "Office chair": 260, "Assembly on site": 95}
    return model("product.product").create(
        [
            {
                "name": name,
                "list_price": price,
                "default_code": f"CP-{position:02}",
                "type": "service" if "site" in name else "consu",
                "description_sale": f"{name}, with three years of warranty.",
                "taxes_id": [Command.clear()],
                "supplier_taxes_id": [Command.clear()],
            }
            for position, (name, price) in enumerate(prices.items(), 1)
        ]
    )


def add_orders(customer, products, number):
    """Add a quotation and two orders of a customer."""
    orders = model("sale.order").create(
        [
            {
                "partner_id": customer.id,
                "date_order": TODAY - timedelta(days=20 * age + number),
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": 1 + age}
                    )
                    for product in products[: 1 + age]
                ],
            }
            for age in range(3)
        ]
    )
    orders[:1].action_quotation_sent()
    orders[1:].action_confirm()


def add_invoices(customer, products, number):
    """Add an invoice that is due and one that is overdue."""
    invoices = model("account.move").create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "invoice_date": TODAY - timedelta(days=45 * age + number),
                "invoice_date_due": TODAY + timedelta(days=30 - 45 * age),
                "invoice_line_ids": [
                    Command.create({"product_id": product.id, "quantity": 1 + age})
                    for product in products
                ],
            }
            for age in range(2)
        ]
    )
    invoices.action_post()


def add_purchases(vendor, products):
    """Add a purchase from an organization that sells too."""
    orders = model("purchase.order").create(
        [
            {
                "partner_id": vendor.child_ids[0].id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": products[0].id,
                            "product_qty": 10 * (1 + age),
                            "price_unit": 300,
                        }
                    )
                ],
            }
            for age in range(2)
        ]
    )
    orders[0].button_confirm()


def add_opportunity(customer, number):
    """Add what sales hope for."""
    model("crm.lead").create(
        {
            "name": f"Furniture for the new office of {customer.name}",
            "type": "opportunity",
            "partner_id": customer.id,
            "expected_revenue": 4000 + 1500 * number,
        }
    )


def add_tasks():
    """Add a project that its customers follow, with tasks in two stages."""
    stages = [
        Command.create({"name": name, "fold": fold})
        for name, fold in {"To do": False, "Done": True}.items()
    ]
    project = model("project.project").create(
        {
            "name": "Moving Baker Way",
            "partner_id": partner("jennifer").id,
            "privacy_visibility": "portal",
            "type_ids": stages,
        }
    )
    titles = {
        "Measure the rooms": ("jennifer", 1),
        "Choose the chairs": ("samuel", 0),
        "Deliver to the harbor": ("omar", 0),
    }
    tasks = model("project.task").create(
        [
            {
                "name": title,
                "project_id": project.id,
                "partner_id": partner(name).id,
                "stage_id": project.type_ids[stage].id,
                "user_ids": env.ref("base.user_demo").ids,  # noqa: F821
                "date_deadline": TODAY + timedelta(days=14),
            }
            for title, (name, stage) in titles.items()
        ]
    )
    project.message_subscribe([partner("jennifer").id])
    for task in tasks:
        task.message_subscribe(task.partner_id.ids)


def add_cases():
    """Add cases in each stage, answered by the agent who gets new ones."""
    agent = env.ref("base.user_demo")  # noqa: F821
    env.company.portal_assignee_id = agent  # noqa: F821
    cases = [
        ("jennifer", "The drawer of my desk is stuck", "new", "problem", "2"),
        ("jennifer", "Can the chairs be had in green?", "waiting", "question", "0"),
        ("jennifer", "Assembly took longer than planned", "closed", "problem", "1"),
        ("jennifer", "A wheel of a chair is loose", "closed", "problem", "2"),
        ("jennifer", "Please send the drawings again", "closed", "question", "0"),
        ("samuel", "The key of the cabinet is missing", "closed", "problem", "3"),
        ("samuel", "A lamp for the meeting room", "new", "wish", "0"),
        ("omar", "The invoice has the wrong address", "in_progress", "problem", "3"),
        ("giulia", "When will the desks arrive?", "waiting", "question", "1"),
    ]

    def ours(name):
        return env.ref(f"customer_portal.{name}").id  # noqa: F821

    # The oldest first, as numbers are given.
    for age, (name, title, stage, category, priority) in reversed([*enumerate(cases)]):
        case = model("project.task").create(
            {
                "name": title,
                "project_id": ours("project_cases"),
                "partner_id": partner(name).id,
                "description": "<p>Please let me know what to do.</p>",
                "stage_id": ours(f"stage_{stage}"),
                "portal_category_id": ours(f"category_{category}"),
                "priority": priority,
                "user_ids": agent.ids,
            }
        )
        case.message_subscribe(case.partner_id.ids)
        case.flush_recordset()
        env.cr.execute(  # noqa: F821
            "UPDATE project_task SET create_date = create_date - %s WHERE id = %s",
            [timedelta(days=3 * age + 1, hours=5 * age), case.id],
        )
        if stage != "new":
            # In the queue, as no mail server runs yet.
            answering = case.with_user(agent).with_context(mail_notify_force_send=False)
            answering.message_post(
                body="Thank you for asking. I am looking into it.",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )


if not model("sale.order").search_count([("partner_id", "=", partner("nora").id)]):
    add_all()
    env.cr.commit()  # noqa: F821
