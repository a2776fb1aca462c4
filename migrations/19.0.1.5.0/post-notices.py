from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Write down for which day notices so far were, and that nobody else awaits them.

    Else each contact would be notified once more, and managers and representatives get
    an overview of ends that were announced long ago.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(
        """
        UPDATE customer_portal_mail
           SET notice_days = %s,
               managers_informed = TRUE,
               representative_informed = TRUE
         WHERE kind = 'notice'
        """,
        [env["customer.portal.period"]._get_notice_days()],
    )
