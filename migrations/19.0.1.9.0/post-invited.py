"""What was decided about an invitation stands on the organization, not on who asked.

Managers read it on the page of who asked, also in an organization to which they moved.
"""


def migrate(cr, _version):
    cr.execute(
        """
        UPDATE customer_portal_touchpoint touchpoint
           SET partner_id = request.organization_id
          FROM customer_portal_colleague_request request
          JOIN res_users users ON users.id = request.user_id
         WHERE touchpoint.kind = 'colleague_decided'
           AND touchpoint.partner_id = users.partner_id
           AND request.kind = 'invite'
           AND request.partner_id IS NULL
           AND request.organization_id IS NOT NULL
           AND touchpoint.user_id = request.decided_by_id
           AND touchpoint.date BETWEEN request.decided_date - interval '1 minute'
                                   AND request.decided_date + interval '1 minute'
           AND position('<' || request.email || '>' IN touchpoint.detail) > 0
        """
    )
