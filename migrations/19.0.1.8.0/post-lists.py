"""Tickets that are cases are indexed by their contact in the order of the list."""

from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["customer.portal.module"]._get_cases()._index_contact()
