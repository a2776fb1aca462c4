"""Saved views are shared with the organization in which their owner is now.

Where they were shared, nobody has written down. Who moves from now on leaves them
behind.
"""


def migrate(cr, _version):
    cr.execute(
        """
        UPDATE customer_portal_view view
           SET organization_id = partner.commercial_partner_id
          FROM res_partner partner
         WHERE partner.id = view.partner_id AND view.organization_id IS NULL
        """
    )
