def migrate(cr, version):
    """Mark the addresses that customers have typed into contacts so far.

    Those of contacts with an access of their own are left as they are.
    """
    cr.execute(
        """
        UPDATE res_partner
           SET portal_email_unproven = TRUE
          FROM res_users
         WHERE res_users.id = res_partner.create_uid
           AND res_users.share
           AND res_partner.email IS NOT NULL
           AND res_partner.portal_user IS NOT TRUE
        """
    )
