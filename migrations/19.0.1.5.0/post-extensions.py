from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Make requests of the activities that customers' requests were so far.

    One a contact, the latest; nobody is notified once more.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    kind = env["res.partner"]._get_extension_kind()
    if not kind:
        return
    activities = env["mail.activity"].search(
        [("res_model", "=", "res.partner"), ("activity_type_id", "=", kind.id)],
        order="id",
    )
    last = {activity.res_id: activity for activity in activities}
    requests = env["customer.portal.extension"]
    asking = env["res.partner"].with_context(active_test=False)
    asking = asking.browse(last).exists().filtered("portal_user")
    known = requests.search([("partner_id", "in", asking.ids)]).partner_id
    requests.create(
        [
            {
                "partner_id": partner.id,
                "user_id": last[partner.id].user_id.id,
                "date": last[partner.id].create_date,
                "end_date": partner.support_end_date,
            }
            for partner in asking - known
        ]
    )
