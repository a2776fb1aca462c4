from odoo import api


def migrate(cr, version):
    """Number the cases there are, and show customers the number.

    What an administrator has chosen as the number of cases stays.
    """
    env = api.Environment(cr, api.SUPERUSER_ID, {})
    env["project.task"]._number_old_cases()
    env["customer.portal.module"]._publish_case_number()
