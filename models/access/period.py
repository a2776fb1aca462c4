import logging

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..base.clashes import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

BATCH = 1000
# What is read of contacts whose periods end, of their 150 columns.
FNAMES = (
    *("portal_user", "support_start_date", "support_end_date", "support_end_handled"),
    *("portal_profile_id", "email", "email_normalized", "commercial_partner_id"),
    "signup_type",
)


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

    # === BUSINESS METHODS === #

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
    def _end_periods(self, partners):
        partners._get_portal_users_sudo()._void_portal_access()
        partners.fetch(FNAMES)  # Odoo has forgotten them if it has deleted something.
        partners._void_portal_links()
        partners._log_portal_access("expired")
        self._remember(partners)

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
                mine = domain & Domain("id", "in", locked.ids)
                self._do(Partner.search_fetch(mine, FNAMES, order="id"), work)
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
