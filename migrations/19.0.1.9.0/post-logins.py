"""Portal users who have logged in are known: *Never Logged In* looks up the others."""


def migrate(cr, _version):
    cr.execute(
        """
        UPDATE res_partner one
           SET portal_has_logged_in = TRUE
          FROM (SELECT DISTINCT u.partner_id
                  FROM res_users u JOIN res_users_log log ON log.create_uid = u.id
                 WHERE u.share) login
         WHERE one.id = login.partner_id
           AND one.portal_user IS TRUE
           AND one.portal_has_logged_in IS NOT TRUE
        """
    )
