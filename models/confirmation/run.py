import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..base.clashes import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from .res_config_settings import FEWEST_DAYS, MOST_DAYS, PARAM_DAYS, USUAL_DAYS

_logger = logging.getLogger(__name__)

BATCH = 500
# How many reminders come before a review ends.
REMINDERS = 2


class CustomerPortalConfirmation(models.Model):
    """Daily work on access reviews: each step once, whoever runs it and how often.

    What a step is about is found anew, held, and committed batch by batch. So a run
    that was killed goes on where it was, and of two at once one does it.
    """

    _inherit = "customer.portal.confirmation"

    # === SCHEDULED ACTIONS === #

    @api.model
    def _cron_run(self):
        """Start the reviews that are due, follow the others, and send their emails."""
        steps = (
            lambda: self._run(self._find_due(), self._start),
            lambda: self._run(self._find_changed(), self._follow),
            lambda: self._run(self._find_to_remind(), self._remind),
            lambda: self._run(self._find_overdue(), self._close),
            self._send_requests,
            self._send_reports,
        )
        all(step() for step in steps)  # as long as there is time

    @api.model
    def _run(self, ids, work, size=BATCH):
        """Do some work in batches.

        :return: whether there was time for all of it
        :rtype: bool
        """
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(ids))
        for start in range(0, len(ids), size):
            batch = ids[start : start + size]
            self._attempt(batch, work)
            if not progress(len(batch)):
                return False
            self.env.invalidate_all()
        return True

    @api.model
    def _attempt(self, ids, work):
        """Do some work for a batch, or if it fails for each by itself.

        What fails is reported, stops nothing else and is tried again the next time. So
        is what somebody else was faster with.
        """
        try:
            with self.env.cr.savepoint():
                work(ids)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()
        except Exception:
            if len(ids) == 1:
                _logger.exception("Access reviews: %s failed for %s", work, ids)
                return
            for one in ids:
                self._attempt([one], work)

    # === START === #

    @api.model
    def _get_days(self):
        """Return for how many days a review waits for answers."""
        params = self.env["ir.config_parameter"]
        days = params._get_portal_number(PARAM_DAYS) or USUAL_DAYS
        return min(max(days, FEWEST_DAYS), MOST_DAYS)

    @api.model
    def _get_step(self):
        """Return how many days are between two emails."""
        return self._get_days() // (REMINDERS + 1)

    @api.model
    def _find_due(self):
        """Return the organizations of which a contact is due: for the first time, or
        since the last review.

        :return: their ids
        :rtype: list[int]
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT contact.commercial_partner_id
                  FROM res_partner contact
                  JOIN customer_portal_profile profile ON profile.id = %(profile)s
             LEFT JOIN (
                       SELECT organization_id, MAX(date) AS date,
                              BOOL_OR(state = 'open') AS is_open
                         FROM customer_portal_confirmation
                     GROUP BY organization_id
                       ) last ON last.organization_id = contact.commercial_partner_id
                 WHERE %(access)s AND last.is_open IS NOT TRUE
                   AND %(due)s <= %(today)s
              GROUP BY contact.commercial_partner_id
              ORDER BY contact.commercial_partner_id
                """,
                profile=self._get_profile_sql(),
                access=self._get_access_sql("contact"),
                due=self._get_due_sql(),
                today=self._get_today(),
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _get_due_sql(self):
        """Return the day on which a contact is due; none where its profile has none.

        From the later one of the last review and the start of the support period.
        """
        return SQL(
            """(CASE WHEN profile.confirmation_months > 0 THEN
                COALESCE(GREATEST(last.date, contact.support_start_date), '-infinity')
                + make_interval(months => profile.confirmation_months) END)"""
        )

    @api.model
    def _start(self, organization_ids):
        """Start a review of each organization, with all who have access."""
        days, today = self._get_days(), self._get_today()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO customer_portal_confirmation
                       (organization_id, organization_name, company_id,
                        state, reminders, date, date_due, date_next,
                        create_uid, create_date, write_uid, write_date)
                SELECT organization.id,
                       COALESCE(NULLIF(organization.name, ''), organization.email, '?'),
                       organization.company_id, 'open', 0, %(today)s, %(due)s, %(next)s,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM res_partner organization
                 WHERE organization.id = ANY(%(ids)s)
           ON CONFLICT DO NOTHING
             RETURNING id
                """,
                today=today,
                due=fields.Date.add(today, days=days),
                next=fields.Date.add(today, days=self._get_step()),
                uid=self.env.uid,
                now=fields.Datetime.now(),
                ids=organization_ids,
            )
        )
        self.browse(row[0] for row in rows)._follow_people()

    # === FOLLOW AND REMIND === #

    @api.model
    def _search_ids(self, domain):
        reviews_sudo = self.sudo()
        domain = Domain("state", "=", "open") & Domain(domain)
        return reviews_sudo.search(domain, order="id").ids

    @api.model
    def _follow(self, ids):
        reviews = self.sudo().browse(ids)._hold()
        reviews._follow_people()
        reviews._finish_answered()

    @api.model
    def _get_remind_domain(self):
        today = self._get_today()
        return Domain("date_next", "<=", today) & Domain("reminders", "<", REMINDERS)

    @api.model
    def _find_to_remind(self):
        return self._search_ids(self._get_remind_domain())

    @api.model
    def _remind(self, ids):
        """Move reviews on to their next reminder; their end with it if this is late.

        So nothing ends before two reminders have come, each a while before the end.
        """
        reviews = self.sudo().browse(ids)._hold()
        days, step, today = self._get_days(), self._get_step(), self._get_today()
        due = reviews.filtered_domain(self._get_remind_domain())
        for reminders, alike in due.grouped("reminders").items():
            number = reminders + 1
            left = days - step * number
            end = fields.Date.add(today, days=left)
            last = number == REMINDERS
            alike.write(
                {
                    "reminders": number,
                    "date_due": end,
                    "date_next": end if last else fields.Date.add(today, days=step),
                }
            )
        self.env.flush_all()
