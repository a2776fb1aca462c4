from odoo import fields, models
from odoo.tools import SQL


class CustomerPortalDownload(models.Model):
    """Which documents were downloaded, by whose organization; once a session."""

    _name = "customer.portal.download"
    _description = "Downloads"
    _auto = False
    _order = "date DESC, id DESC"
    _rec_name = "document_id"

    document_id = fields.Many2one(
        "customer.portal.document",
        readonly=True,
        help="Empty for files of records, which are no shared documents.",
    )
    organization_id = fields.Many2one("res.partner", readonly=True)
    profile_id = fields.Many2one("customer.portal.profile", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT download.id, download.date, document.id AS document_id,
                   partner.commercial_partner_id AS organization_id,
                   partner.portal_profile_id AS profile_id,
                   COALESCE(document.company_id, partner.company_id) AS company_id
              FROM customer_portal_document_download download
         LEFT JOIN customer_portal_document document
                ON document.attachment_id = download.attachment_id
         LEFT JOIN res_partner partner ON partner.id = download.partner_id
            """
        )
