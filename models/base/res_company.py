from collections import defaultdict
from datetime import datetime

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...utils import get_zone
from .snapshot_cache import snapshot_cache


class ResCompany(models.Model):
    """Which day it is for the customers of a company."""

    _inherit = "res.company"

    def write(self, vals):
        if "partner_id" in vals:
            # _get_portal_tz
            self.env["customer.portal.cache.mixin"]._clear_gate_cache()
        return super().write(vals)

    @api.model
    def _forget_portal_tz(self, partners):
        """Ask anew for the time zone of companies if it changes with their contact."""
        if self.sudo().search_count([("partner_id", "in", partners.ids)], limit=1):
            self.env["customer.portal.cache.mixin"]._clear_gate_cache()

    def _get_portal_today(self):
        """Return the day it is for customers of this company.

        :return: today in the time zone of the company, of the main company where
            the company has none (or self is empty), else UTC
        :rtype: datetime.date
        """
        return datetime.now(get_zone(self._get_portal_tz())).date()

    @snapshot_cache("self.id")
    def _get_portal_tz(self):
        """Cached because the door asks at each request of a portal user."""
        main_company = self.env.ref("base.main_company", raise_if_not_found=False)
        companies_sudo = (self | (main_company or self.browse())).sudo()
        return get_zone(*companies_sudo.partner_id.mapped("tz")).zone

    @api.model
    def _get_portal_day_domain(self, make_domain):
        """Build a domain on contacts that depends on the day it is for each.

        :param make_domain: callable that makes the domain of one day from a
            ``datetime.date``
        :return: the domain of all days that it is now somewhere; mostly one
        :rtype: odoo.fields.Domain
        """
        company_ids_by_day = self._get_portal_days()
        if len(company_ids_by_day) == 1:
            return make_domain(*company_ids_by_day)
        return Domain.OR(
            Domain("company_id", "in", company_ids) & make_domain(day)
            for day, company_ids in company_ids_by_day.items()
        )

    @api.model
    def _get_portal_today_sql(self, alias):
        """Return the day it is for each contact of a query.

        :param str alias: of the contacts
        :rtype: odoo.tools.SQL
        """
        column = SQL.identifier(alias, "company_id")
        usual = self.browse()._get_portal_today()
        cases = [
            SQL("WHEN %s = ANY(%s) THEN %s::date", column, company_ids, day)
            for day, company_ids in self._get_portal_days().items()
            if day != usual
        ]
        if not cases:
            return SQL("%s::date", usual)
        return SQL("CASE %s ELSE %s::date END", SQL(" ").join(cases), usual)

    @api.model
    def _get_portal_days(self):
        """Return the days that it is now somewhere, with the companies where it is.

        :return: ids by day; False for contacts that belong to no company
        :rtype: dict[datetime.date, list]
        """
        company_ids_by_day = defaultdict(list)
        every = self.sudo().with_context(active_test=False)
        companies = every.search([])  # pylint: disable=no-search-all
        for company in [self.browse(), *companies]:
            company_ids_by_day[company._get_portal_today()].append(company.id)
        return company_ids_by_day
