"""What became of login details and notices moves from contacts to rows of its own."""

from odoo.tools import SQL
from odoo.tools.sql import column_exists

FORMER_COLUMNS = (
    "portal_credentials_state",
    "portal_credentials_date",
    "portal_credentials_detail",
    "portal_credentials_mail_id",
    "support_end_announced",
)


def migrate(cr, version):
    """Copy what stands on the contacts, then drop the columns."""
    if not all(column_exists(cr, "res_partner", name) for name in FORMER_COLUMNS):
        return
    cr.execute(
        """
        INSERT INTO customer_portal_mail
               (partner_id, kind, state, date, detail, mail_id, message_id)
        SELECT partner.id, 'login', partner.portal_credentials_state,
               COALESCE(partner.portal_credentials_date, NOW() AT TIME ZONE 'UTC'),
               partner.portal_credentials_detail, mail.id, message.message_id
          FROM res_partner AS partner
          LEFT JOIN mail_mail AS mail ON mail.id = partner.portal_credentials_mail_id
          LEFT JOIN mail_message AS message ON message.id = mail.mail_message_id
         WHERE partner.portal_credentials_state IS NOT NULL
        """
    )
    cr.execute(
        """
        INSERT INTO customer_portal_mail (partner_id, kind, state, date, end_date)
        SELECT id, 'notice', 'sent', NOW() AT TIME ZONE 'UTC', support_end_announced
          FROM res_partner
         WHERE support_end_announced IS NOT NULL
        """
    )
    for name in FORMER_COLUMNS:
        cr.execute(SQL("ALTER TABLE res_partner DROP COLUMN %s", SQL.identifier(name)))
