import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ...const import PARAM_NOTICE_DAYS

_logger = logging.getLogger(__name__)

BATCH = 1000


class CustomerPortalPeriod(models.AbstractModel):
    """Daily work on support periods that end.

    None of it keeps anybody out: the door does that by today's date. Each contact
    remembers the end date that a job has dealt with, so a run that was missed is
    caught up, one too many does nothing, and a new end date counts anew.
    """

    _name = "customer.portal.period"
    _description = "Customer Portal Support Period"

    # === SCHEDULED ACTIONS === #

    @api.model
    def _cron_end_periods(self):
        """Void sessions, keys and links of everyone whose period is over.

        With grace, once that is over, too.
        """
        self._forget_ends_in_grace()
        domain = self.env["res.company"]._get_portal_day_domain(
            self.env["res.partner"]._get_expired_domain
        )
        self._run(domain & self._get_unhandled_domain(), self._end_periods)

    @api.model
    def _cron_announce_ends(self):
        """Tell everyone whose period ends within the days of Settings (0 = nobody)."""
        days = self._get_notice_days()
        if days and self._get_notice_template():
            domain = self.env["res.company"]._get_portal_day_domain(
                lambda today: self._get_ending_domain(today, days)
            )
            self._run(domain & self._get_unannounced_domain(), self._announce_ends)

    # === BUSINESS METHODS === #

    @api.model
    def _get_notice_days(self):
        return self.env["ir.config_parameter"]._get_portal_number(PARAM_NOTICE_DAYS)

    @api.model
    def _get_ending_domain(self, today, days):
        return (
            Domain("portal_user", "=", True)
            & Domain("support_end_date", ">=", today)
            & Domain("support_end_date", "<=", fields.Date.add(today, days=days))
        )

    @api.model
    def _get_unhandled_domain(self):
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IS DISTINCT FROM %s",
                SQL.identifier(alias, "support_end_handled"),
                SQL.identifier(alias, "support_end_date"),
            )
        )

    @api.model
    def _forget_ends_in_grace(self):
        """Let an end count anew for whom a profile's days of grace let in again."""
        domain = self.env["res.company"]._get_portal_day_domain(
            self.env["res.partner"]._get_grace_domain
        )
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        handled = domain & Domain("support_end_handled", "!=", False)
        partners.search(handled)._write_without_sync({"support_end_handled": False})

    @api.model
    def _get_unannounced_domain(self):
        """Leave out whoever was told of this very end, or for a reason was not."""
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                """NOT EXISTS (
                    SELECT FROM customer_portal_mail AS told
                     WHERE told.partner_id = %s
                       AND told.kind = 'notice'
                       AND told.end_date = %s)""",
                SQL.identifier(alias, "id"),
                SQL.identifier(alias, "support_end_date"),
            )
        )

    @api.model
    def _end_periods(self, partners):
        partners._get_portal_users_sudo()._void_portal_access()
        partners.filtered("signup_type").signup_cancel()
        partners._log_portal_access("expired")
        self._remember(partners)

    @api.model
    def _get_notice_template(self):
        return self.env.ref(
            "customer_portal.mail_template_support_end", raise_if_not_found=False
        )

    @api.model
    def _announce_ends(self, partners):
        """Queue the notices; whoever gets none is not asked about again."""
        rows = self.env["customer.portal.mail"]
        reasons = self._get_unannounced(partners)
        for end_date, alike in partners.grouped("support_end_date").items():
            told = alike.filtered(lambda partner: partner not in reasons)
            rows._follow("notice", self._queue_notices(told), told, end_date=end_date)
            untold = {partner: reasons[partner] for partner in alike - told}
            rows._note("notice", "not_sent", untold, end_date=end_date)
        rows._trigger_mail_run()

    @api.model
    def _get_unannounced(self, partners):
        """Return who gets no notice, and why.

        :rtype: dict
        """
        opt_out = self.env["customer.portal.opt.out"]
        stopped = partners.filtered("portal_notices_stopped")
        return {
            **dict.fromkeys(
                stopped, self.env._("The contact has unsubscribed from these notices.")
            ),
            **dict.fromkeys(opt_out._filter(partners), opt_out._get_reason()),
        }

    @api.model
    def _queue_notices(self, partners):
        letter = self.env["customer.portal.letter"]
        mails = letter._queue(self._get_notice_template().sudo(), partners.sudo())
        letter._add_unsubscription(mails, partners)
        self.env["customer.portal.link"]._replace_base_url_in_mails(mails, partners)
        return mails

    @api.model
    def _run(self, domain, work):
        """Do some work once for each end date, in batches that many workers share.

        :param domain: contacts whose end date is due, and not done
        :param work: callable on the contacts of one batch
        """
        IrCron = self.env["ir.cron"]
        Partner = self.env["res.partner"].sudo().with_context(active_test=False)
        IrCron._commit_progress(remaining=Partner.search_count(domain))
        last_id = 0
        while batch := Partner.search(
            domain & Domain("id", ">", last_id), limit=BATCH, order="id"
        ):
            try:
                locked = batch.try_lock_for_update(allow_referencing=True)
                self._do(locked.filtered_domain(domain), work)
                self.env.flush_all()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()  # Somebody was faster: see what is left.
                continue
            last_id = batch[-1].id
            if not IrCron._commit_progress(len(batch)):
                return
            self.env.invalidate_all()

    @api.model
    def _do(self, partners, work):
        """Do the work for a batch, or if it fails for each contact by itself.

        A contact that fails is reported, stops nobody and is tried again next time.
        """
        try:
            with self.env.cr.savepoint():
                work(partners)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            if len(partners) == 1:
                _logger.exception("Contact %s: %s failed", partners.id, work.__name__)
                return
            _logger.warning("A batch failed, its contacts follow one by one")
            for partner in partners:
                self._do(partner, work)

    @api.model
    def _remember(self, partners):
        """Note the end dates as done: by SQL, as there may be one for each contact."""
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET support_end_handled = support_end_date"
                " WHERE id = ANY(%s)",
                partners.ids,
            )
        )
        partners.invalidate_recordset(["support_end_handled"])
