from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..base.batches import get_forgotten_domain, remove_batch

# So long at least is remembered who has read what.
KEPT = timedelta(days=2)


class CustomerPortalFaqReading(models.Model):
    """When a contact last read a FAQ, or was spared a case by it.

    Each contact counts once a day, so nobody can make a FAQ popular alone.
    """

    _name = "customer.portal.faq.reading"
    _description = "FAQ View"
    _rec_name = "faq_id"

    faq_id = fields.Many2one(
        "customer.portal.faq", "FAQ", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, ondelete="cascade"
    )
    counter = fields.Char(required=True, help="The field of the FAQ that counts it.")
    date = fields.Date(required=True, index=True)

    _partner_uniq = models.Constraint(
        "UNIQUE (partner_id, faq_id, counter)",
        "Each contact is counted once per FAQ and day.",
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
        """Forget former days; in no time zone is it still the day before yesterday.

        What has spared a case is reported, and forgotten with the touchpoints.
        """
        limit = fields.Date.today() - KEPT
        old = Domain("date", "<", limit) & Domain("counter", "!=", "solved_count")
        return remove_batch(self, old | get_forgotten_domain(self, at_least=KEPT))


class CustomerPortalFaqVote(models.Model):
    """Whether a FAQ helped a contact, who can vote again to change their mind."""

    _name = "customer.portal.faq.vote"
    _description = "FAQ Vote"
    _order = "id DESC"
    _rec_name = "faq_id"

    faq_id = fields.Many2one(
        "customer.portal.faq", "FAQ", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, ondelete="cascade"
    )
    helpful = fields.Boolean()

    # It also finds the votes of a contact.
    _partner_uniq = models.Constraint(
        "UNIQUE (partner_id, faq_id)", "A contact can vote only once on each FAQ."
    )

    @api.model
    def _count(self, faqs, partner):
        """Count the votes on FAQs, in one query with a contact's own vote.

        :return: numbers of those whom a FAQ helped and of all, and the contact's vote
            or None, by id of the FAQ; nothing for FAQs without votes
        :rtype: dict[int, tuple]
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT faq_id, COUNT(*) FILTER (WHERE helpful), COUNT(*),
                       BOOL_OR(COALESCE(helpful, FALSE)) FILTER (WHERE partner_id = %s)
                  FROM customer_portal_faq_vote WHERE faq_id = ANY(%s)
              GROUP BY faq_id
                """,
                partner.id,
                faqs.ids,
            )
        )
        return {faq_id: counts for faq_id, *counts in rows}

    @api.model
    def _vote(self, faq, partner, helpful):
        """Keep one vote per contact, even if they click twice at the same time."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO customer_portal_faq_vote
                    (faq_id, partner_id, helpful, create_uid, write_uid,
                     create_date, write_date)
                VALUES (%(faq)s, %(partner)s, %(helpful)s, %(uid)s, %(uid)s,
                        now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
                ON CONFLICT (faq_id, partner_id) DO UPDATE
                    SET helpful = EXCLUDED.helpful,
                        write_uid = EXCLUDED.write_uid,
                        write_date = EXCLUDED.write_date
                """,
                faq=faq.id,
                partner=partner.id,
                helpful=bool(helpful),
                uid=self.env.uid,
            )
        )
        self.invalidate_model()
        faq.invalidate_recordset(["vote_count", "helpful_count"])
