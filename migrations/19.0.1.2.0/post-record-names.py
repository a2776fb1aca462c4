"""Modules that come with the addon say what one of their records is called."""

from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    modules = env["customer.portal.module"].with_context(active_test=False)
    for module in modules.search([("record_name", "=", False)]):
        module.record_name = module._get_presets()[:1].record_name
