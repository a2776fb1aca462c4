from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL


class CustomerPortalFaqReading(models.Model):
    """When a contact last read a FAQ, or was spared a case by it.

    Each contact counts once a day, so nobody can make a FAQ popular alone.
    """

    _name = "customer.portal.faq.reading"
    _description = "FAQ Reading"
    _rec_name = "faq_id"

    faq_id = fields.Many2one(
        "customer.portal.faq", "FAQ", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, ondelete="cascade"
    )
    counter = fields.Char(required=True, help="Field of the FAQ that counts it.")
    date = fields.Date(required=True, index=True)

    _partner_uniq = models.Constraint(
        "UNIQUE (partner_id, faq_id, counter)", "A contact has one last day."
    )

    @api.model
    def _is_first(self, faq, partner, counter, today):
        """Say whether a contact does something for the first time of a day.

        In one step, so that of two clicks at once one counts.
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO customer_portal_faq_reading
                    (faq_id, partner_id, counter, date)
                VALUES (%(faq)s, %(partner)s, %(counter)s, %(today)s)
                ON CONFLICT (partner_id, faq_id, counter) DO UPDATE
                    SET date = EXCLUDED.date
                  WHERE customer_portal_faq_reading.date < EXCLUDED.date
                """,
                faq=faq.id,
                partner=partner.id,
                counter=counter,
                today=today,
            )
        )
        return bool(self.env.cr.rowcount)

    @api.autovacuum
    def _gc_readings(self):
        """Forget former days; in no time zone is it still the day before yesterday."""
        limit = fields.Date.today() - timedelta(days=2)
        self.search([("date", "<", limit)], limit=100_000).unlink()
