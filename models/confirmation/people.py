from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CustomerPortalConfirmation(models.Model):
    """Who has access, and what reviews know of it: for many at once, in SQL."""

    _inherit = "customer.portal.confirmation"

    @api.model
    def _get_today(self):
        return self.env.company._get_portal_today()

    @api.model
    def _get_access_sql(self, alias):
        """Return the condition that a contact has access, or will have it.

        :param str alias: of the table of contacts
        """
        return SQL(
            "(%(t)s.portal_user AND %(t)s.active AND"
            " (%(t)s.support_end_date IS NULL OR %(t)s.support_end_date >= %(day)s))",
            t=SQL.identifier(alias),
            day=self._get_today(),
        )

    def _get_access_domain(self):
        """Return the same as a domain, of the organizations of these reviews."""
        return self._get_access_domain_of(self.organization_id)

    @api.model
    def _get_access_domain_of(self, organizations):
        return (
            Domain("commercial_partner_id", "in", organizations.ids)
            & Domain("portal_user", "=", True)
            & (
                Domain("support_end_date", "=", False)
                | Domain("support_end_date", ">=", self._get_today())
            )
        )

    @api.model
    def _get_profile_sql(self):
        """Return the profile of a contact as the gate takes it: the default if none."""
        profiles = self.env["customer.portal.profile"].sudo()
        return SQL(
            "COALESCE(contact.portal_profile_id, %s)",
            profiles._get_default().id or None,
        )

    def _hold(self):
        """Keep others from these reviews until the transaction ends.

        Who comes second waits, then begins anew, as Odoo repeats what meets another
        transaction: nobody decides by what was true before.

        :return: those that still wait for answers
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "UPDATE customer_portal_confirmation SET write_date = %s"
                " WHERE id = ANY(%s) AND state = 'open' RETURNING id",
                fields.Datetime.now(),
                self.ids,
            )
        )
        self.invalidate_recordset()
        return self.browse(sorted(row[0] for row in rows))

    def _follow_people(self):
        """Follow who has got access, and who has lost it, since these reviews began."""
        self.env.flush_all()
        for query in (
            self._get_joined_sql(),
            self._get_gone_sql(),
            self._get_back_sql(),
        ):
            self.env.cr.execute(query)
        self.env["customer.portal.confirmation.line"].invalidate_model()
        self.invalidate_recordset()

    @api.model
    def _find_changed(self):
        """Return the open reviews whose people have changed, or have all an answer.

        :return: their ids
        :rtype: list[int]
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT review.id
                  FROM customer_portal_confirmation review
                 WHERE review.state = 'open' AND (
                       EXISTS (
                       SELECT FROM res_partner contact
                        WHERE contact.commercial_partner_id = review.organization_id
                          AND %(access)s
                          AND NOT EXISTS (
                              SELECT FROM customer_portal_confirmation_line line
                               WHERE line.confirmation_id = review.id
                                 AND line.partner_id = contact.id))
                    OR EXISTS (
                       SELECT FROM customer_portal_confirmation_line line
                        WHERE line.confirmation_id = review.id
                          AND (line.decision IS NULL AND NOT %(has_access)s
                               OR line.decision = 'gone' AND %(has_access)s))
                    OR NOT EXISTS (
                       SELECT FROM customer_portal_confirmation_line line
                        WHERE line.confirmation_id = review.id
                          AND line.decision IS NULL))
              ORDER BY review.id
                """,
                access=self._get_access_sql("contact"),
                has_access=self._get_has_access_sql(),
            )
        )
        return [row[0] for row in rows]

    def _get_joined_sql(self):
        return SQL(
            """
            INSERT INTO customer_portal_confirmation_line
                   (confirmation_id, partner_id, partner_name, partner_email,
                    profile_id, profile_name, is_late,
                    create_uid, create_date, write_uid, write_date)
            SELECT review.id, contact.id,
                   COALESCE(NULLIF(contact.name, ''), contact.email, '?'),
                   contact.email, profile.id, profile.name->>'en_US',
                   review.date < %(today)s,
                   %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM customer_portal_confirmation review
              JOIN res_partner contact
                ON contact.commercial_partner_id = review.organization_id
               AND %(access)s
         LEFT JOIN customer_portal_profile profile ON profile.id = %(profile)s
             WHERE review.id = ANY(%(ids)s) AND review.state = 'open'
               AND NOT EXISTS (
                   SELECT FROM customer_portal_confirmation_line line
                    WHERE line.confirmation_id = review.id
                      AND line.partner_id = contact.id)
       ON CONFLICT DO NOTHING
            """,
            today=self._get_today(),
            uid=self.env.uid,
            now=fields.Datetime.now(),
            access=self._get_access_sql("contact"),
            profile=self._get_profile_sql(),
            ids=self.ids,
        )

    def _get_gone_sql(self):
        return SQL(
            """
            UPDATE customer_portal_confirmation_line line
               SET decision = 'gone', decided_on = %(now)s
              FROM customer_portal_confirmation review
             WHERE review.id = line.confirmation_id AND review.state = 'open'
               AND review.id = ANY(%(ids)s) AND line.decision IS NULL
               AND NOT %(has_access)s
            """,
            now=fields.Datetime.now(),
            ids=self.ids,
            has_access=self._get_has_access_sql(),
        )

    def _get_back_sql(self):
        return SQL(
            """
            UPDATE customer_portal_confirmation_line line
               SET decision = NULL, decided_on = NULL, is_late = TRUE
              FROM customer_portal_confirmation review
             WHERE review.id = line.confirmation_id AND review.state = 'open'
               AND review.id = ANY(%(ids)s) AND line.decision = 'gone'
               AND %(has_access)s
            """,
            ids=self.ids,
            has_access=self._get_has_access_sql(),
        )

    def _get_has_access_sql(self):
        """Return whether the contact of a line still has access in the organization."""
        return SQL(
            """EXISTS (
               SELECT FROM res_partner contact
                WHERE contact.id = line.partner_id
                  AND contact.commercial_partner_id = review.organization_id
                  AND %s)""",
            self._get_access_sql("contact"),
        )

    def _finish_answered(self):
        """End the reviews in which nothing waits any more."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE customer_portal_confirmation review
                   SET date_done = %(now)s, write_date = %(now)s,
                       state = CASE WHEN EXISTS (
                           SELECT FROM customer_portal_confirmation_line line
                            WHERE line.confirmation_id = review.id
                              AND line.decision IN ('keep', 'profile', 'end'))
                       THEN 'done' ELSE 'void' END
                 WHERE review.id = ANY(%(ids)s) AND review.state = 'open'
                   AND NOT EXISTS (
                       SELECT FROM customer_portal_confirmation_line line
                        WHERE line.confirmation_id = review.id
                          AND line.decision IS NULL)
                """,
                now=fields.Datetime.now(),
                ids=self.ids,
            )
        )
        self.invalidate_recordset()
