"""For You comes first on the home pages there are, but for the one like Odoo's own."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    profiles = env["customer.portal.profile"].with_context(active_test=False)
    profiles.search([])._put_for_you_first()
