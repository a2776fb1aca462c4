from odoo import api


def migrate(cr, version):
    """Note on the cases there are who wrote last, and since when they wait."""
    env = api.Environment(cr, api.SUPERUSER_ID, {})
    env["project.task"]._note_old_messages()
