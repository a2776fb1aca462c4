import logging
from datetime import timedelta
from functools import partial

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain

from ..base.clashes import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from .entitlement_claims import INVOICES, ORDERS
from .res_partner import BY_HAND

_logger = logging.getLogger(__name__)

# Where a transaction keeps which orders and invoices it has changed.
NOTED = "customer_portal_source"
# How long the daily work looks for changes that it may have missed, in days.
LOOK_BACK = 2
MOST_DOCUMENTS = 1000
LINES = {ORDERS: "order_line", INVOICES: "invoice_line_ids"}


class CustomerPortalSource(models.AbstractModel):
    """What decides on support periods is followed: at once, and once a day.

    Orders and invoices are the business of others. So they are looked at when all else
    is done, shortly before the commit; in the same transaction, or a server that dies
    would leave one without the other. What goes wrong is undone, logged, and tried
    again by the daily work, and keeps nobody from selling.
    """

    _name = "customer.portal.source"
    _description = "Customer Portal Source of Support Periods"

    # === AT ONCE === #

    @api.model
    def _note(self, documents):
        """Note what has changed; nothing is read yet."""
        precommit = self.env.cr.precommit
        if NOTED not in precommit.data:
            root = self.with_user(SUPERUSER_ID)
            precommit.data[NOTED] = set()
            precommit.add(partial(root._follow_noted))
        name = documents._name
        ids = filter(None, documents._ids)  # Not what a form only shows.
        precommit.data[NOTED].update((name, res_id) for res_id in ids)

    @api.model
    def _follow_noted(self):
        noted = self.env.cr.precommit.data.pop(NOTED, ())
        for name in LINES:
            ids = [res_id for model_name, res_id in noted if model_name == name]
            if ids and self._is_used():
                self._try(self.env[name].browse(ids).exists())

    @api.model
    def _is_used(self):
        """Say whether an order or an invoice can make a difference to anybody."""
        products = self.env["customer.portal.support.product"]
        partners = self.env["res.partner"]
        return bool(products._get_months()) or partners._is_overdue_followed()

    @api.model
    def _try(self, documents):
        """Follow some documents, or leave everything as it is and say so in the log.

        What others have left to write is written before, so that their errors are not
        taken for ours.
        """
        self.env.flush_all()
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            self._follow(documents)
            self.env.flush_all()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # Odoo repeats the whole of it.
        except Exception:
            _logger.exception("%s: support periods not followed", documents)
            self.env.clear()
            savepoint.close(rollback=True)
            return
        savepoint.close(rollback=False)

    @api.model
    def _follow(self, documents):
        """Let support periods follow from orders or invoices."""
        entitlements = self.env["customer.portal.entitlement"]
        for concerned in entitlements._get_concerned(documents):
            organizations = entitlements._book(concerned)
            if organizations:
                organizations._find_following_contacts()._follow_support_sources()
                self._tell(concerned, organizations)
        if documents._name == INVOICES:
            self.env["res.partner"]._follow_overdue_invoices(documents)

    @api.model
    def _tell(self, documents, organizations):
        """Note on an order or invoice whose periods it has changed, and whose not."""
        domain = [
            ("commercial_partner_id", "in", organizations.ids),
            ("portal_user", "=", True),
        ]
        contacts = self.env["res.partner"].search(domain)
        by_hand = contacts.filtered(lambda one: one.support_source == BY_HAND)
        for document in documents if contacts else ():
            document._message_log(
                body=self.env._(
                    "Support periods have been updated. Portal users who follow what "
                    "was bought: %(following)s. Set by hand and unchanged: %(others)s.",
                    following=len(contacts - by_hand),
                    others=len(by_hand),
                )
            )

    # === ONCE A DAY === #

    @api.model
    def _cron_follow(self):
        """Catch up on documents, then on contacts: contracts begin and end by dates."""
        if self._is_used():
            for name in LINES:
                if name in self.env:
                    self._catch_up(name)
        period = self.env["customer.portal.period"]
        period._run(self._get_due_domain(), self._follow_contacts)
        self.env["res.partner"]._run_overdue()

    @api.model
    def _catch_up(self, name):
        """Look again at what was changed lately, and has to do with support."""
        months = self.env["customer.portal.support.product"]._get_months()
        since = fields.Datetime.now() - timedelta(days=LOOK_BACK)
        path = f"{LINES[name]}.product_id.product_tmpl_id"
        domain = Domain("write_date", ">=", since) & Domain(path, "in", [*months])
        documents = self.env[name].sudo().with_context(active_test=False)
        for document in documents.search(domain, limit=MOST_DOCUMENTS, order="id DESC"):
            try:
                self._try(document.with_user(SUPERUSER_ID))
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()  # Whoever changes it just now follows it, too.
            if not self.env["ir.cron"]._commit_progress(1):
                return

    @api.model
    def _get_due_domain(self):
        """Return the contacts that follow a source, or can begin to."""
        partners = self.env["res.partner"]
        return (
            Domain("portal_user", "=", True)
            & Domain("support_source", "!=", BY_HAND)
            & (Domain("support_source", "!=", False) | partners._get_sourced_domain())
        )

    @api.model
    def _follow_contacts(self, contacts):
        contacts.with_user(SUPERUSER_ID)._follow_support_sources()
