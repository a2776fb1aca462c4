from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..base.batches import remove_batch

# So many searches of a customer that find nothing are kept in an hour.
MOST_PER_HOUR = 30


class CustomerPortalSearchCount(models.Model):
    """How often a customer found nothing within the hour, but not what they looked for.

    So that no customer can use up what is kept for all, or make a term look wanted.
    """

    _name = "customer.portal.search.count"
    _description = "Searches Without Result of a Customer"

    # No link: to check it, the database would wait for locks that the request holds.
    contact = fields.Integer("Contact ID", required=True)
    date = fields.Datetime(required=True)
    searches = fields.Integer(required=True)

    _contact_uniq = models.Constraint("UNIQUE (contact)", "There is one per customer.")

    @api.model
    def _get_counting(self, partner_id):
        """Return the statement that counts one more search of a customer.

        :return: it returns a row, unless there were too many
        :rtype: odoo.tools.SQL
        """
        return SQL(
            """
            INSERT INTO customer_portal_search_count AS known (contact, date, searches)
            VALUES (%(contact)s, %(now)s, 1)
            ON CONFLICT (contact) DO UPDATE
               SET date = CASE WHEN known.date > %(hour_ago)s
                               THEN known.date ELSE EXCLUDED.date END,
                   searches = 1 + CASE WHEN known.date > %(hour_ago)s
                                       THEN known.searches ELSE 0 END
             WHERE known.date <= %(hour_ago)s OR known.searches < %(most)s
            RETURNING searches
            """,
            contact=partner_id,
            now=fields.Datetime.now(),
            hour_ago=self._get_hour_ago(),
            most=MOST_PER_HOUR,
        )

    @api.model
    def _get_hour_ago(self):
        return fields.Datetime.subtract(fields.Datetime.now(), hours=1)

    @api.autovacuum
    def _gc_counts(self):
        """Forget what decides nothing any more."""
        return remove_batch(self, Domain("date", "<=", self._get_hour_ago()))
