import logging
from datetime import datetime, time, timedelta, timezone
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import GROUP_MANAGER
from ...utils import get_zone
from ..base.clashes import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from ..mail.letter import AUTOMATIC_HEADERS
from .touchpoint import DENIED

_logger = logging.getLogger(__name__)

CRON = "customer_portal.ir_cron_weekly_report"
TEMPLATE = "customer_portal.mail_template_weekly_report"
WEEK = timedelta(days=7)
# Where each figure is looked into.
CASES_URL = "/odoo/portal-cases"
URLS = {
    "customer.portal.touchpoint": "/odoo/customer-touchpoints",
    "customer.portal.deadline": "/odoo/portal-kept-promises",
    "res.partner": "/odoo/portal-users",
}
# How far ahead the end of support is counted, in days.
SOON = 30


class Figure(NamedTuple):
    """What one line of the weekly report says."""

    label: str
    value: int
    before: int | None  # of the week before; None where that says nothing
    url: str


class CustomerPortalWeekly(models.AbstractModel):
    """What happened in the portal last week, by email to those who manage it.

    Each counts with their own rights: the report tells nobody what they may not read.
    """

    _name = "customer.portal.weekly"
    _description = "Customer Portal Weekly Report"

    # === SCHEDULED ACTIONS === #

    @api.model
    def _cron_send(self):
        """Send the report of last week to everyone who has not got it yet."""
        readers = self._find_readers()
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(readers))
        for reader in readers:
            self._send(reader)
            if not progress(1):
                return

    # === BUSINESS METHODS === #

    @api.model
    def _get_monday(self, reader):
        """Return the day on which this week began; the report is of the one before.

        Where the reader is: their Monday, and their midnight.
        """
        today = datetime.now(self._get_zone(reader)).date()
        return today - timedelta(days=today.weekday())

    @api.model
    def _get_zone(self, reader):
        return get_zone(reader.tz, reader.company_id._get_portal_tz())

    @api.model
    def _get_moment(self, reader, day):
        """Return when a day begins for a reader, as the database knows it."""
        start = self._get_zone(reader).localize(datetime.combine(day, time.min))
        return start.astimezone(timezone.utc).replace(tzinfo=None)

    @api.model
    def _find_readers(self):
        """Return who has not got the report of last week yet."""
        managers = self.env.ref(GROUP_MANAGER).sudo().all_user_ids
        return managers.filtered(
            lambda user: (
                user.active
                and user.email
                and (
                    not user.portal_report_date
                    or user.portal_report_date < self._get_monday(user)
                )
            )
        )

    @api.model
    def _send(self, reader):
        """Queue one report, once. One that fails is reported and stops no other."""
        template = self.env.ref(TEMPLATE, raise_if_not_found=False)
        try:
            with self.env.cr.savepoint():
                locked = reader.try_lock_for_update(allow_referencing=True)
                if not template or not self._find_readers() & locked:
                    return
                locked.portal_report_date = self._get_monday(locked)
                values = {"headers": repr(AUTOMATIC_HEADERS)}
                template.sudo().send_mail(locked.id, email_values=values)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("The weekly report for user %s can't be made", reader.id)

    # === WHAT IT SAYS === #

    @api.model
    def _get_start(self, reader):
        """Return the first day that the report is of."""
        return self._get_monday(reader) - WEEK

    @api.model
    def _get_report(self, reader, monday=None):
        """Return what the report says: no figures to those who don't get it.

        Odoo renders a template for anybody when it is saved.

        :param monday: the day on which the week was over
        :return: ``start`` and ``end``, the first and the last day, and ``figures``
        :rtype: dict
        """
        monday = monday or self._get_monday(reader)
        end = self._get_moment(reader, monday)
        own = self.with_user(reader).with_context(
            allowed_company_ids=reader.company_ids.ids, lang=self.env.lang
        )
        is_reader = reader.has_group(GROUP_MANAGER)
        counts = own._get_counts() if is_reader else ()
        figures = [figure for count in counts for figure in count(end)]
        day = timedelta(days=1)
        return {"start": monday - WEEK, "end": monday - day, "figures": figures}

    @api.model
    def _get_counts(self):
        """Return the methods that count something. To be extended.

        :return: callables that take the end of the week, and return ``Figure``s
        :rtype: list
        """
        return [
            self._count_touchpoints,
            self._count_cases,
            self._count_promises,
            self._count_ends,
        ]

    @api.model
    def _count_touchpoints(self, end):
        """Count what the portal has written down, each kind in a query a week."""
        people = "partner_id:count_distinct"
        kinds = (
            (self.env._("Customers who logged in"), "login", people),
            (self.env._("Contacts who got access"), "granted", people),
            (self.env._("Logins refused"), "refused", "__count"),
            (self.env._("Other attempts refused"), DENIED, "attempts:sum"),
        )
        touchpoints = self.env["customer.portal.touchpoint"]
        return [
            self._compare(label, touchpoints, end, "date", aggregate, kind=kind)
            for label, kind, aggregate in kinds
        ]

    @api.model
    def _count_cases(self, end):
        """Count new cases, if the reader may read any."""
        facts = self.env["customer.portal.promise"].sudo()._get_case_facts()
        if not self._may_read_cases(facts):
            return []
        cases, label = self.env[facts.model_name], self.env._("New cases")
        return [self._compare(label, cases, end, "create_date", domain=facts.domain)]

    @api.model
    def _may_read_cases(self, facts):
        return bool(facts) and self.env[facts.model_name].has_access("read")

    @api.model
    def _count_promises(self, end):
        """Count what was promised, for the time when it was done or due."""
        facts = self.env["customer.portal.promise"].sudo()._get_case_facts()
        if not self._may_read_cases(facts):
            return []
        deadlines = self.env["customer.portal.deadline"]
        kept, missed = self.env._("Promises kept"), self.env._("Promises missed")
        return [
            self._compare(kept, deadlines, end, "reached", state="kept"),
            self._compare(missed, deadlines, end, "due", state="missed"),
        ]

    @api.model
    def _count_ends(self, end):
        """Count whose access ends soon, from today on."""
        today = fields.Date.context_today(self)
        domain = (
            Domain("portal_user", "=", True)
            & Domain("support_end_date", ">=", today)
            & Domain("support_end_date", "<=", fields.Date.add(today, days=SOON))
        )
        label = self.env._("Contacts whose access ends within %s days", SOON)
        count = self.env["res.partner"].search_count(domain)
        return [Figure(label, count, None, URLS["res.partner"])]

    @api.model
    def _get_week_start(self, end):
        """Return when a week began for the reader, by when it ended.

        An hour more or less than seven days before, where clocks were changed.
        """
        reader = self.env.user
        day = end.replace(tzinfo=timezone.utc).astimezone(self._get_zone(reader)).date()
        return self._get_moment(reader, day - WEEK)

    @api.model
    def _compare(self, label, model, end, day, aggregate="__count", domain=(), **fixed):
        """Count records of the last week and of the one before.

        :param str day: the field with the time that decides
        :param fixed: values that the records have
        :rtype: Figure
        """
        known = Domain(domain or Domain.TRUE)
        for name, value in fixed.items():
            known &= Domain(name, "=", value)
        start = self._get_week_start(end)
        value, before = (
            model._read_group(
                known & Domain(day, ">=", since) & Domain(day, "<", until),
                [],
                [aggregate],
            )[0][0]
            for since, until in ((start, end), (self._get_week_start(start), start))
        )
        return Figure(label, value or 0, before or 0, URLS.get(model._name, CASES_URL))
