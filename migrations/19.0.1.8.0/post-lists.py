"""Tickets that are cases are indexed by their contact in the order of the list."""

from odoo import SUPERUSER_ID, api
from odoo.tools import sql


def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    cases = env["customer.portal.module"]._get_cases()
    cases._index_contact()
    model = env.get("helpdesk.ticket")
    is_ours = model is not None and not model._fields["partner_id"].index
    if (
        is_ours
        and cases.model_name == model._name
        and cases.partner_field == "partner_id"
    ):
        # The contact alone was indexed before. Odoo's own index has the same name.
        sql.drop_index(
            cr, sql.make_index_name(model._table, "partner_id"), model._table
        )
