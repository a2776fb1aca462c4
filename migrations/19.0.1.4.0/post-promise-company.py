"""Who sees a promise follows the company of its case, not of its contact."""

from odoo import SUPERUSER_ID, api

BEFORE = (
    "['|', ('partner_id.company_id', 'parent_of', company_ids),"
    " ('partner_id.company_id', '=', False)]"
)
AFTER = (
    "['|', ('company_id', 'in', company_ids), '&', ('company_id', '=', False),"
    " '|', ('partner_id.company_id', 'parent_of', company_ids),"
    " ('partner_id.company_id', '=', False)]"
)


def migrate(cr, version):
    """Change the rule where nobody has made another one of it."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    name = "customer_portal.customer_portal_deadline_rule_company"
    rule = env.ref(name, raise_if_not_found=False)
    if rule and rule.domain_force == BEFORE:
        rule.domain_force = AFTER
