"""Records of the demo customers in other apps: a program for Odoo's shell.

Not in the addon's demo data, as the addon depends on none of these apps. Run again it
adds nothing. `env` comes from the shell.
"""

import base64
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tools.misc import file_open

TODAY = fields.Date.today()


def partner(name):
    """Return a customer of the addon's demo data."""
    return env.ref(f"customer_portal.res_partner_{name}")  # noqa: F821


def model(name):
    """Return a model to create records of, in silence."""
    return env[name].with_context(tracking_disable=True)  # noqa: F821


def picture(path):
    """Return a picture of the addon's demo data, as image fields take it."""
    with file_open(f"customer_portal/demo/{path}", "rb") as file:
        return base64.b64encode(file.read())


def add_all():
    """Add what customers see; each but Paul, whose time is over, has some of it."""
    introduce_company()
    products = add_products()
    for number, name in enumerate(["jennifer", "samuel", "omar", "giulia", "nora"]):
        customer = partner(name)
        add_orders(customer, products, number)
        add_invoices(customer, products, number)
        add_opportunity(customer, number)
    add_purchases(partner("castello"), products)
    add_tasks()
    add_cases()


def introduce_company():
    """Make the company one that sells what the customers buy."""
    env.company.write(  # noqa: F821
        {
            "name": "Oakline Office Furniture",
            "logo": picture("oakline.png"),
            "email": "support@oakline.example.com",
            "phone": "+1 415 555 0172",
            "website": "https://www.oakline.example.com",
            "street": "120 Carpenter Street",
            "city": "San Francisco",
            "zip": "94107",
        }
    )


def add_products():
    """Add the goods and services that are sold and bought."""
    products = {
        "Oak Desk": (480, "desk", "Solid oak, 160 x 80 cm. Three-year warranty."),
        "Office Chair": (260, "chair", "Adjustable in height. Three-year warranty."),
        "On-Site Assembly": (95, "assembly", "Our fitters come to your office."),
    }
    category = env.ref("product.product_category_office")  # noqa: F821
    return model("product.product").create(
        [
            {
                "name": name,
                "list_price": price,
                "categ_id": category.id,
                "default_code": f"OAK-{position:02}",
                "type": "service" if image == "assembly" else "consu",
                "image_1920": picture(f"products/{image}.png"),
                "description_sale": description,
                "taxes_id": [Command.clear()],
                "supplier_taxes_id": [Command.clear()],
            }
            for position, (name, (price, image, description)) in enumerate(
                products.items(), 1
            )
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
    dates = orders.mapped("date_order")
    orders[:1].action_quotation_sent()
    orders[1:].action_confirm()
    for order, date in zip(orders, dates, strict=True):
        order.date_order = date  # confirming them made it today


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


# Who asks -> what, in which stage, of which category, how urgent, the question and what
# the agent answers; the latest first.
CASES = [
    (
        *("jennifer", "The top drawer of my desk is stuck"),
        *("new", "problem", "2"),
        "The top drawer opens halfway, then it jams. The desk came last Monday.",
        "",
    ),
    (
        *("samuel", "Lamps for our meeting room"),
        *("new", "wish", "0"),
        "Could you add a lamp to your range that matches the oak desks?",
        "",
    ),
    (
        *("jennifer", "Do you have the chairs in green?"),
        *("waiting", "question", "0"),
        "We would like six more chairs, in green if possible.",
        "Yes, in moss and in olive green. Which of the two would you like?",
    ),
    (
        *("giulia", "When will our desks arrive?"),
        *("waiting", "question", "1"),
        "We ordered four desks two weeks ago. Is there a delivery date?",
        "They leave our warehouse on Thursday. Is someone there on Friday morning?",
    ),
    (
        *("omar", "The invoice has the wrong address"),
        *("in_progress", "problem", "3"),
        "Please send the invoice again, with the address of our harbor office.",
        "Sorry about that. Our accounting team is correcting it today.",
    ),
    (
        *("jennifer", "Assembly took longer than planned"),
        *("closed", "problem", "1"),
        "Your fitters needed two days instead of one.",
        "We are sorry. We have taken the second day off your invoice.",
    ),
    (
        *("jennifer", "A chair has a loose caster"),
        *("closed", "problem", "2"),
        "One caster comes off when the chair is moved.",
        "A new set of casters is on its way. They click in without tools.",
    ),
    (
        *("samuel", "The key to the cabinet is missing"),
        *("closed", "problem", "3"),
        "There was no key in the box.",
        "We sent two keys by courier. Thank you for your patience.",
    ),
    (
        *("jennifer", "Please resend the floor plan"),
        *("closed", "question", "0"),
        "I cannot find the drawing of the second floor.",
        "Here it is. You also find it under Documents now.",
    ),
]


def add_cases():
    """Add cases in each stage, answered by the agent who gets new ones."""
    agent = env.ref("base.user_demo")  # noqa: F821
    env.company.portal_assignee_id = agent  # noqa: F821
    # The oldest first, as numbers are given.
    for age, case in reversed([*enumerate(CASES)]):
        add_case(agent, age, *case)


def add_case(agent, age, name, title, stage, category, priority, question, answer):
    """Add a case that was made some days ago, and what the agent has answered."""

    def ours(name):
        return env.ref(f"customer_portal.{name}").id  # noqa: F821

    case = model("project.task").create(
        {
            "name": title,
            "project_id": ours("project_cases"),
            "partner_id": partner(name).id,
            "description": f"<p>{question}</p>",
            "stage_id": ours(f"stage_{stage}"),
            "portal_category_id": ours(f"category_{category}"),
            "priority": priority,
            "user_ids": agent.ids,
        }
    )
    case.message_subscribe(case.partner_id.ids)
    case.flush_recordset()
    created = timedelta(days=3 * age + 1, hours=5 * age)
    answered = created - timedelta(hours=4 + 3 * age)
    env.cr.execute(  # noqa: F821
        "UPDATE project_task SET create_date = create_date - %s,"
        " portal_last_message_date = portal_last_message_date - %s,"
        " portal_waiting_since = portal_waiting_since - %s,"
        " date_end = date_end - %s WHERE id = %s",
        [created, created, created, answered, case.id],
    )
    case.invalidate_recordset()
    if answer:
        # In the queue, as no mail server runs yet.
        answering = case.with_user(agent).with_context(mail_notify_force_send=False)
        answering.message_post(
            body=answer,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            date=case.env.cr.now() - answered,
        )


# Who -> the day of this month on which their support ends, and the profile if it is not
# the default one. All are on their own, as a calendar has room for a name.
ENDING = {
    "Amelia Stone": (5, ""),
    "Ruben Vogel": (11, ""),
    "Priya Nair": (18, "read_only"),
    "Mateo Silva": (25, ""),
}


def add_ending():
    """Add customers whose support ends this month: the calendar shows them."""
    for name, (day, profile) in ENDING.items():
        add_customer(name, TODAY.replace(day=day), profile)


def add_customer(name, end, profile):
    """Add a customer whose year of support ends on a day."""
    values = {
        "name": name,
        "email": "{}@{}.example.com".format(*name.lower().split()),
        "portal_user": True,
        "support_start_date": end - timedelta(days=365),
        "support_end_date": end,
    }
    if profile:
        found = env.ref(f"customer_portal.customer_portal_profile_{profile}")  # noqa: F821
        values["portal_profile_id"] = found.id
    model("res.partner").create(values)


if not model("sale.order").search_count([("partner_id", "=", partner("nora").id)]):
    add_all()
if not model("res.partner").search_count([("name", "in", list(ENDING))]):
    add_ending()
env.cr.commit()  # noqa: F821
