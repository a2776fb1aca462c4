"""Indexes go that no query needs: another one of the table begins with the same.

Odoo makes indexes of its fields, but never drops one.
"""

from odoo.tools import SQL

UNUSED = [
    "confirmation__organization_id",
    "confirmation_ask__confirmation_id",
    "dismissal__partner_id",
    "document__folder_id",
    "entitlement__model_id",
    "mail__kind",
    "module_field__module_id",
    "permission__profile_id",
    "permission_field__permission_id",
    "support_product__model_id",
    "view__partner_id",
    "widget__profile_id",
]


def migrate(cr, _version):
    for name in UNUSED:
        index = SQL.identifier(f"customer_portal_{name}_index")
        cr.execute(SQL("DROP INDEX IF EXISTS %s", index))
