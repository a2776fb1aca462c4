from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .res_config_settings import PARAM_ENDS
from .run import REMINDERS


class CustomerPortalConfirmation(models.Model):
    """Reviews that nobody has answered in time."""

    _inherit = "customer.portal.confirmation"

    @api.model
    def _find_overdue(self):
        return self._search_ids(self._get_overdue_domain())

    @api.model
    def _get_overdue_domain(self):
        today = self._get_today()
        return Domain("date_next", "<=", today) & Domain("reminders", ">=", REMINDERS)

    @api.model
    def _close(self, ids):
        """End reviews, and the access that nobody confirmed, if Settings say so."""
        reviews = self.sudo().browse(ids)._hold()
        reviews = reviews.filtered_domain(self._get_overdue_domain())
        reviews._follow_people()
        reviews._finish_answered()
        missed = reviews.filtered(lambda review: review.state == "open")
        waiting = missed.line_ids.filtered(lambda line: not line.decision)
        ended = missed._find_to_end() if self._ends_access() else waiting.browse()
        ended._end_unconfirmed()
        now = fields.Datetime.now()
        (waiting - ended).write({"decision": "missed", "decided_on": now})
        missed.write({"state": "missed", "date_done": now})
        self.env.flush_all()

    @api.model
    def _ends_access(self):
        params = self.env["ir.config_parameter"]
        return bool(params._get_portal_text(PARAM_ENDS))

    def _find_to_end(self):
        """Return the lines of contacts whose access ends as nobody confirmed them.

        Not of those whose profile is never reviewed, who came in the middle, or about
        whom no email has reached anybody. Nor of the last ones who could put it right:
        the managers of an organization, if none of them was confirmed.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id
                  FROM customer_portal_confirmation_line line
                  JOIN customer_portal_confirmation review
                    ON review.id = line.confirmation_id
                  JOIN res_partner contact ON contact.id = line.partner_id
                  JOIN customer_portal_profile profile ON profile.id = %(profile)s
                 WHERE review.id = ANY(%(ids)s)
                   AND line.decision IS NULL AND NOT line.is_late
                   AND profile.confirmation_months > 0
                   AND %(is_reached)s
                   AND (profile.manage_scope IS NULL OR %(has_manager)s)
                """,
                ids=self.ids,
                profile=self._get_profile_sql(),
                is_reached=self._get_reached_sql(),
                has_manager=self._get_confirmed_manager_sql(),
            )
        )
        lines = self.env["customer.portal.confirmation.line"].sudo()
        return lines.browse(row[0] for row in rows)

    def _get_reached_sql(self):
        """Return whether an email of the review has left; of some nothing is known."""
        return SQL(
            """EXISTS (
               SELECT FROM customer_portal_confirmation_ask ask
            LEFT JOIN customer_portal_mail mail ON mail.id = ask.mail_id
                WHERE ask.confirmation_id = review.id
                  AND COALESCE(mail.state, 'sent') = 'sent')"""
        )

    def _get_confirmed_manager_sql(self):
        """Return whether a manager of the organization was confirmed who can log in."""
        return SQL(
            """EXISTS (
               SELECT FROM customer_portal_confirmation_line kept
                 JOIN res_partner colleague ON colleague.id = kept.partner_id
                 JOIN customer_portal_profile managing
                   ON managing.id = colleague.portal_profile_id
                WHERE kept.confirmation_id = review.id
                  AND kept.decision IN ('keep', 'profile')
                  AND managing.active AND managing.manage_scope IS NOT NULL
                  AND %s)""",
            self._get_access_sql("colleague"),
        )


class CustomerPortalConfirmationLine(models.Model):
    _inherit = "customer.portal.confirmation.line"

    def _end_unconfirmed(self):
        """End the access of contacts whom nobody confirmed, and say so on each."""
        if not self:
            return
        partners = self.partner_id
        partners.write({"portal_user": False})
        text = self.env._(
            "Portal access ended: no one confirmed it in the access review."
        )
        partners._message_log_batch(bodies=dict.fromkeys(partners.ids, text))
        self.write({"decision": "closed", "decided_on": fields.Datetime.now()})
