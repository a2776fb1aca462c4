import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import PARAM_REMINDER_DAYS
from ..base.clashes import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from .invitation import OPEN_STATES

_logger = logging.getLogger(__name__)

BATCH = 500
REMINDER = "customer_portal.mail_template_invitation_reminder"


class CustomerPortalInvitation(models.Model):
    """What becomes of invitations by themselves: used, ended, reminded of."""

    _inherit = "customer.portal.invitation"

    # === SCHEDULED ACTIONS === #

    @api.model
    def _cron_follow(self):
        """Do what is due, a batch a transaction.

        Two that run at once share the rows by locks, and what is killed in the middle
        has done a batch or not: a reminder is queued in the transaction that notes it.
        """
        works = self._get_works()
        counts = [self.sudo().search_count(domain) for domain, _work in works]
        self.env["ir.cron"]._commit_progress(remaining=sum(counts))
        for domain, work in works:
            if not self._run(domain, work):
                return

    @api.model
    def _get_works(self):
        """Return what there is to do: which invitations, and a callable on them."""
        works = [
            (self._get_used_domain(), self._accept_used),
            (self._get_over_domain(), self._expire),
        ]
        days = self.env["ir.config_parameter"]._get_portal_number(PARAM_REMINDER_DAYS)
        if days and self._get_reminder_template():
            works.append((self._get_remindable_domain(days), self._remind))
        return works

    @api.model
    def _run(self, domain, work):
        """Do some work in batches.

        :return: whether there is time for more
        :rtype: bool
        """
        last_id = 0
        while batch := self.sudo().search(
            domain & Domain("id", ">", last_id), limit=BATCH, order="id"
        ):
            count, last_id = len(batch), batch[-1].id
            try:
                locked = batch.try_lock_for_update(allow_referencing=True)
                self._do(locked.filtered_domain(domain), work)
                self.env.flush_all()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()  # Somebody was faster: the next run sees it.
            if not self.env["ir.cron"]._commit_progress(count):
                return False
            self.env.invalidate_all()
        return True

    @api.model
    def _do(self, invitations, work):
        """Do the work for a batch, or if that fails for each by itself."""
        try:
            with self.env.cr.savepoint():
                work(invitations)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            if len(invitations) == 1:
                _logger.exception("Invitation %s failed", invitations.id)
                return
            for invitation in invitations:
                self._do(invitation, work)

    # === WHAT THERE IS TO DO === #

    @api.model
    def _get_used_domain(self):
        logged_in = Domain("partner_id.user_ids.log_ids", "!=", False)
        return Domain("state", "in", OPEN_STATES) & logged_in

    @api.model
    def _accept_used(self, invitations):
        """Take a login for the answer: of who has another way in, no link is needed."""
        used = invitations.filtered(
            lambda one: (
                one.partner_id.portal_last_login
                and one.partner_id.portal_last_login > one.create_date
            )
        )
        self._note_accepted(used.partner_id)

    @api.model
    def _get_over_domain(self):
        now = fields.Datetime.now()
        return Domain("state", "in", OPEN_STATES) & Domain("valid_until", "<", now)

    @api.model
    def _expire(self, invitations):
        """Note the moment at which each link ended, which was before."""
        invitations.flush_recordset()
        self.env.cr.execute(
            SQL(
                """UPDATE customer_portal_invitation
                      SET state = 'expired', date = valid_until,
                          expired_date = valid_until
                    WHERE id = ANY(%s)""",
                invitations.ids,
            )
        )
        invitations.invalidate_recordset(["state", "date", "expired_date"])
        invitations._cancel_mails()

    @api.model
    def _get_remindable_domain(self, days):
        now = fields.Datetime.now()
        return (
            Domain("is_latest", "=", True)
            & Domain("state", "in", ("sent", "opened"))
            & Domain("reminded_date", "=", False)
            & Domain("sent_date", "<=", now - timedelta(days=days))
            & Domain("valid_until", ">", now)
            & Domain("partner_id.signup_type", "=", "signup")
        )

    @api.model
    def _get_reminder_template(self):
        return self.env.ref(REMINDER, raise_if_not_found=False)

    @api.model
    def _remind(self, invitations):
        """Queue the one reminder of each, with a fresh link.

        Who has opted out or has no access gets none; they are asked about again, as
        that can change while the link is good.
        """
        partners = invitations.partner_id
        partners -= partners._filter_opted_out()
        partners = partners.filtered(
            lambda one: one.portal_state in ("active", "scheduled")
        )
        if not partners:
            return
        template = self._get_reminder_template().sudo()
        credentials = self.env["customer.portal.credentials"]
        mails = credentials._queue_mails(template, partners.sudo())
        rows = self.env["customer.portal.mail"]._follow("reminder", mails, partners)
        self._note_reminded(invitations.grouped("partner_id"), rows)

    @api.model
    def _note_reminded(self, by_partner, rows):
        now = fields.Datetime.now()
        for row in rows:
            by_partner[row.partner_id].write(
                {
                    "reminded_date": now,
                    "valid_until": row.valid_until,
                    "reminder_row_id": row.id,
                }
            )
