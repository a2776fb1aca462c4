import logging

import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import PARAM_NOTICE_DAYS

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
        """Void sessions, keys and links of everyone whose period is over."""
        domain = self.env["res.company"]._get_portal_day_domain(
            self.env["res.partner"]._get_expired_domain
        )
        self._run(domain, "support_end_handled", self._end_periods)

    @api.model
    def _cron_announce_ends(self):
        """Tell everyone whose period ends within the days of Settings (0 = nobody)."""
        days = self._get_notice_days()
        if days and self._get_notice_template():
            domain = self.env["res.company"]._get_portal_day_domain(
                lambda today: self._get_ending_domain(today, days)
            )
            self._run(domain, "support_end_announced", self._announce_ends)

    # === BUSINESS METHODS === #

    @api.model
    def _get_notice_days(self):
        days = self.env["ir.config_parameter"].sudo().get_param(PARAM_NOTICE_DAYS, "")
        return int(days) if days.isdecimal() else 0

    @api.model
    def _get_ending_domain(self, today, days):
        return (
            Domain("portal_user", "=", True)
            & Domain("support_end_date", ">=", today)
            & Domain("support_end_date", "<=", fields.Date.add(today, days=days))
        )

    @api.model
    def _end_periods(self, partners):
        partners._get_portal_users_sudo()._void_portal_access()
        partners.filtered("signup_type").signup_cancel()
        partners._log_portal_access("expired")

    @api.model
    def _get_notice_template(self):
        return self.env.ref(
            "customer_portal.mail_template_support_end", raise_if_not_found=False
        )

    @api.model
    def _announce_ends(self, partners):
        opted_out = self.env["customer.portal.opt.out"]._filter(partners)
        told = (partners - opted_out).filtered(lambda p: not p.portal_notices_stopped)
        letter = self.env["customer.portal.letter"]
        mails = letter._queue(self._get_notice_template().sudo(), told.sudo())
        letter._add_unsubscription(mails, told)
        self.env["customer.portal.link"]._lead_mails(mails, told)

    @api.model
    def _run(self, domain, done_field, work):
        """Do some work once for each end date, in batches that many workers share.

        :param domain: contacts whose end date is due
        :param done_field: where a contact remembers the end date that is done
        :param work: callable on the contacts of one batch
        """
        IrCron = self.env["ir.cron"]
        Partner = self.env["res.partner"].sudo().with_context(active_test=False)
        domain &= Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IS DISTINCT FROM %s",
                SQL.identifier(alias, done_field),
                SQL.identifier(alias, "support_end_date"),
            )
        )
        IrCron._commit_progress(remaining=Partner.search_count(domain))
        last_id = 0
        while batch := Partner.search(
            domain & Domain("id", ">", last_id), limit=BATCH, order="id"
        ):
            try:
                locked = batch.try_lock_for_update(allow_referencing=True)
            except psycopg2.errors.SerializationFailure:
                self.env.cr.rollback()  # Another worker was faster: see what is left.
                continue
            last_id = batch[-1].id
            self._do(locked.filtered_domain(domain), done_field, work)
            if not IrCron._commit_progress(len(batch)):
                return
            self.env.invalidate_all()

    @api.model
    def _do(self, partners, done_field, work):
        """Do the work for a batch, or if it fails for each contact by itself.

        A contact that fails is reported, stops nobody and is tried again next time.
        """
        try:
            with self.env.cr.savepoint():
                work(partners)
                self._remember(partners, done_field)
        except Exception:
            if len(partners) == 1:
                _logger.exception("Contact %s: %s failed", partners.id, done_field)
                return
            _logger.warning("A batch failed, its contacts follow one by one")
            for partner in partners:
                self._do(partner, done_field, work)

    @api.model
    def _remember(self, partners, done_field):
        """Note the end dates as done: by SQL, as there may be one for each contact."""
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET %s = support_end_date WHERE id = ANY(%s)",
                SQL.identifier(done_field),
                partners.ids,
            )
        )
        partners.invalidate_recordset([done_field])
