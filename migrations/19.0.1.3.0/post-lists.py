from odoo import api


def migrate(cr, version):
    """Show in the lists of cases when each was changed last.

    Where a profile shows cases at all; and let managers of organizations share views,
    as in new databases.
    """
    env = api.Environment(cr, api.SUPERUSER_ID, {})
    modules = env["customer.portal.module"]
    modules._publish_case_change()
    modules._get_cases().permission_ids.filtered(
        lambda row: row.visible and row.profile_id.preset == "organization"
    ).can_share_views = True
