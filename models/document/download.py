from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# So long is remembered what a session has downloaded.
KEPT = timedelta(days=30)


class CustomerPortalDocumentDownload(models.Model):
    """That a file was downloaded in a session: it counts once in each.

    In the database, as requests that are served at once do not see what the others
    write into their session.
    """

    _name = "customer.portal.document.download"
    _description = "Document Download"
    _rec_name = "attachment_id"

    attachment_id = fields.Many2one(
        "ir.attachment", required=True, index=True, ondelete="cascade"
    )
    session = fields.Char(required=True, help="Tells sessions apart, opens none.")
    date = fields.Date(required=True, index=True)

    _session_uniq = models.Constraint(
        "UNIQUE (session, attachment_id)", "It counts once in a session."
    )

    @api.model
    def _is_first(self, attachment, session):
        """Say whether a file is downloaded for the first time in a session.

        In one step, so that of two clicks at once one counts.
        """
        query = SQL(
            """
            INSERT INTO customer_portal_document_download (attachment_id, session, date)
                 VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
            """,
            attachment.id,
            session,
            fields.Date.today(),
        )
        self.env.cr.execute(query, log_exceptions=False)
        return bool(self.env.cr.rowcount)

    @api.autovacuum
    def _gc_downloads(self):
        limit = fields.Date.today() - KEPT
        self.search([("date", "<", limit)], limit=100_000).unlink()
