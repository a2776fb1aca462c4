from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .ask import REPORT

REQUEST_TEMPLATE = "customer_portal.mail_template_confirmation"
REPORT_TEMPLATE = "customer_portal.mail_template_confirmation_missed"
# For how long a report that could not be made is tried again.
REPORT_DAYS = timedelta(days=30)
# How many organizations an email names; who looks after more finds them in the list.
NAMED = 20


class CustomerPortalConfirmation(models.Model):
    """Emails of access reviews: one for each reader, who may answer for many.

    Who has got which one is written down with it, in one transaction.
    """

    _inherit = "customer.portal.confirmation"

    @api.model
    def _send_requests(self):
        """Ask, and remind, those who have not been yet.

        Found anew each day: who takes over from a manager is asked at once.
        """
        reviews = self.sudo().search([("state", "=", "open")], order="id")
        numbers = {review.id: str(review.reminders) for review in reviews}
        self.env.flush_all()
        unasked = self._get_unasked(numbers, reviews._find_reviewers())
        return self._send_all(unasked, REQUEST_TEMPLATE)

    @api.model
    def _send_reports(self):
        """Report the reviews that nobody answered to those who look after them."""
        since = fields.Datetime.now() - REPORT_DAYS
        missed = self.sudo().search(
            [("state", "=", "missed"), ("date_done", ">=", since)], order="id"
        )
        numbers = dict.fromkeys(missed.ids, str(REPORT))
        unasked = self._get_unasked(numbers, missed._find_agents())
        return self._send_all(unasked, REPORT_TEMPLATE)

    @api.model
    def _get_unasked(self, numbers, reviewers):
        """Return to whom an email has not been sent yet.

        :param dict numbers: of the email, by the id of a review
        :param dict reviewers: ids of users, by the id of a review
        :return: numbers by the id of a review, by the id of a user
        :rtype: dict[int, dict[int, str]]
        """
        asks_sudo = self.env["customer.portal.confirmation.ask"].sudo()
        groups = asks_sudo._read_group(
            [("confirmation_id", "in", list(numbers)), ("user_id", "!=", False)],
            ["confirmation_id", "user_id", "number"],
        )
        asked = {(one.id, user.id, number) for one, user, number in groups}
        unasked = {}
        for review_id, user_ids in reviewers.items():
            for user_id in user_ids:
                number = numbers[review_id]
                if (review_id, user_id, number) not in asked:
                    unasked.setdefault(user_id, {})[review_id] = number
        return unasked

    @api.model
    def _send_all(self, unasked, xml_id):
        template = self.env.ref(xml_id, raise_if_not_found=False)
        if not template:
            return True

        def send(user_ids):
            for user_id in user_ids:
                self._send(template.sudo(), user_id, unasked[user_id])

        return self._run(sorted(unasked), send, 1)

    @api.model
    def _send(self, template_sudo, user_id, numbers):
        """Send one reader an email about all that is new to them, once."""
        user = self.env["res.users"].sudo().browse(user_id)
        asks = user.email and self._note_asked(user, numbers)
        if not asks:
            return
        template = template_sudo.with_context(portal_confirmation_ids=asks.ids)
        mails = self.env["customer.portal.credentials"]._queue_mails(template, user)
        if user.share:
            rows = self.env["customer.portal.mail"]
            asks.mail_id = rows._follow("confirmation", mails, user.partner_id)

    @api.model
    def _note_asked(self, user, numbers):
        """Write down that a user gets an email about some reviews.

        :return: what is new; another one may have been faster
        :rtype: customer.portal.confirmation.ask
        """
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO customer_portal_confirmation_ask
                       (confirmation_id, user_id, user_name, number, date,
                        create_uid, create_date, write_uid, write_date)
                SELECT new.id, %(user)s, %(name)s, new.number, %(now)s,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM UNNEST(%(ids)s::int[], %(numbers)s::varchar[]) new(id, number)
           ON CONFLICT DO NOTHING
             RETURNING id
                """,
                user=user.id,
                name=user.name or user.login,
                now=now,
                uid=self.env.uid,
                ids=list(numbers),
                numbers=list(numbers.values()),
            )
        )
        asks_sudo = self.env["customer.portal.confirmation.ask"].sudo()
        return asks_sudo.browse(row[0] for row in rows)
