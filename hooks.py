from odoo.tools import SQL


def post_init_hook(env):
    """Adopt the portal users there are: open-ended, and they notice nothing.

    By SQL, as there may be hundreds of thousands, and nothing may follow from it: no
    mail, no touchpoint, no new login. Demo data have ticked some contacts by now.
    """
    portal = env.ref("base.group_portal")
    users = env["res.users"]._search(
        [("active", "=", True), ("all_group_ids", "in", portal.ids)]
    )
    env.cr.execute(
        SQL(
            """
              WITH adopted AS (
                UPDATE res_partner
                   SET portal_user = TRUE,
                       portal_profile_id = %(profile_id)s
                 WHERE id IN %(partners)s AND portal_user IS NOT TRUE
             RETURNING id)
            INSERT INTO customer_portal_mail (partner_id, kind, state, date)
            SELECT id, 'login', 'own', NOW() AT TIME ZONE 'UTC' FROM adopted
            """,
            profile_id=env["customer.portal.profile"]._get_default().id,
            partners=users.subselect("res_users.partner_id"),
        )
    )
    env.invalidate_all()
    env["project.task"]._number_old_cases()
    env["project.task"]._keep_old_organizations()


def uninstall_hook(env):
    """Keep closed what is closed: without the addon no date keeps anybody out.

    Users whose period is open go on as before.
    """
    portal = env.ref("base.group_portal")
    users = env["res.users"].search(
        [
            ("all_group_ids", "in", portal.ids),
            ("partner_id.portal_state", "!=", "active"),
        ]
    )
    users._close_portal_users()
