"""Tickets that are cases are indexed by their contact in the order of the list."""

from odoo import SUPERUSER_ID, api
from odoo.tools import sql


def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    cases = env["customer.portal.module"]._get_cases()
    cases._index_contact()
    table = "helpdesk_ticket"
    if cases.model_name == "helpdesk.ticket" and cases.partner_field == "partner_id":
        # The contact alone was indexed before.
        sql.drop_index(cr, sql.make_index_name(table, "partner_id"), table)
