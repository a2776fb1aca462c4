"""Agents read what is about the contacts that they may read, of each company.

Documents of a contact are the business of the contact's company, also where they are
for customers of all companies. Agents of a branch read reports about the contacts of
the company above it. Rules that somebody has changed stay.
"""

from odoo import SUPERUSER_ID, api

BEFORE = "[('company_id', 'in', company_ids + [False])]"
REPORT = "['|', ('company_id', 'parent_of', company_ids), ('company_id', '=', False)]"
AFTER = {
    "document": (
        "[('company_id', 'in', company_ids + [False]), '|', '|', "
        "('partner_id', '=', False), "
        "('partner_id.company_id', 'parent_of', company_ids), "
        "('partner_id.company_id', '=', False)]"
    ),
    "adoption": REPORT,
    "case_origin": REPORT,
    "download": REPORT,
    "faq_answer": REPORT,
}


def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, domain in AFTER.items():
        rule = env.ref(f"customer_portal.customer_portal_{name}_rule_company", False)
        if rule and rule.domain_force == BEFORE:
            rule.domain_force = domain
