"""Indexes go that no query needs: another one begins with the same, or none asks.

Odoo makes indexes of its fields, but never drops one.
"""

from odoo.tools import SQL

UNUSED = [
    "customer_portal_confirmation__organization_id",
    "customer_portal_dismissal__partner_id",
    "customer_portal_document__folder_id",
    "customer_portal_entitlement__model_id",
    "customer_portal_mail__kind",
    "customer_portal_support_product__model_id",
    "customer_portal_view__partner_id",
    "project_task__portal_change_date",
]


def migrate(cr, _version):
    for name in UNUSED:
        index = SQL.identifier(f"{name}_index")
        cr.execute(SQL("DROP INDEX IF EXISTS %s", index))
