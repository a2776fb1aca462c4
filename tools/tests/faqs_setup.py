"""Customers with FAQs: a program for Odoo's shell. `env` comes from there.

Farah sees FAQs and opens cases; Pia may do so, too, on a phone.
"""

PASSWORD = "correct horse battery"
env = env  # noqa: F821, PLW0127

profile = env["customer.portal.profile"].create({"name": "With FAQs"})
rows = profile.permission_ids
rows.filtered(lambda row: row.module_id.code == "faqs").write(
    {"visible": True, "show_comments": True, "can_comment": True}
)
rows.filtered(lambda row: row.module_id.code == "cases").write(
    {"visible": True, "can_create": True}
)
for name in ("farah", "pia"):
    partner = env["res.partner"].create(
        {
            "name": name.title(),
            "email": f"{name}@example.com",
            "portal_user": True,
            "portal_profile_id": profile.id,
        }
    )
    partner.user_ids.password = PASSWORD

category = env["customer.portal.faq.category"].create({"name": "Billing"})
env["customer.portal.faq"].create(
    [
        {
            "question": "How do I print an invoice?",
            "answer": "<p>Open it and press <b>Print</b>.</p>",
            "category_id": category.id,
            "is_published": True,
            "attachment_ids": [
                (0, 0, {"name": "invoice.txt", "raw": b"How to read an invoice"})
            ],
        },
        {
            "question": "Where is my parcel?",
            "answer": "<p>The order has the number of the parcel.</p>",
            "is_published": True,
        },
        {"question": "Not for anybody", "answer": "<p>Yet</p>"},
    ]
)
