from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import PREFETCH
from .entitlement import SOURCE as PRODUCT
from .entitlement_claims import INVOICES, ORDERS
from .span import NEVER, join_periods

BY_HAND = "manual"
DATES = ("support_start_date", "support_end_date")
PERIOD_FIELDS = frozenset((*DATES, "portal_user"))

# Context key and value by which a source writes a period. An RPC caller can send the
# key, but never the object.
SOURCED = "customer_portal_source"
SOURCED_VALUE = object()


class SupportChange(NamedTuple):
    """What is written on a contact that follows a source, by the fields' names.

    ``support_before`` are the two dates that stood there before, False if none.
    """

    support_start_date: object
    support_end_date: object
    support_source: str | bool
    support_before: tuple | bool


class ResPartner(models.Model):
    """What decides on the support period of a contact.

    Each source says of contacts which period they have; what it says is written into
    the two dates that the door reads. A date that an agent sets wins, until they let
    the contact follow its source again.
    """

    _inherit = "res.partner"

    support_source = fields.Selection(
        [(BY_HAND, "By Hand"), (PRODUCT, "Support Product")],
        "Period Set By",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="By Hand: nothing changes the dates but you. Otherwise they follow what "
        "the organization has bought or signed. Leave empty to have Settings propose "
        "them until there is something to follow.",
        prefetch=PREFETCH,
    )
    support_before = fields.Json(
        "Period Before",
        copy=False,
        readonly=True,
        groups="base.group_system",
        prefetch=PREFETCH,
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Note which dates were set by hand, and let the others follow a source."""
        partners = super().create(vals_list)
        if self._is_followed_already() or all(map(PERIOD_FIELDS.isdisjoint, vals_list)):
            return partners
        ticked = [vals for vals in vals_list if vals.get("portal_user")]
        chosen = partners._choose_support_periods() if ticked else {}
        by_hand = self.browse().union(
            *(
                one._filter_by_hand(vals, chosen)
                for one, vals in zip(partners, vals_list, strict=True)
            )
        )
        by_hand._set_by_hand()
        if chosen:
            (partners - by_hand)._follow_new()
        return partners

    def write(self, vals):
        """Note which dates were set by hand, and let the others follow a source.

        Who moves to another organization follows what that one has bought.
        """
        if self._is_followed_already() or PERIOD_FIELDS.isdisjoint(vals):
            result = super().write(vals)
            if "parent_id" in vals and not self._is_followed_already():
                self._follow_support_sources()
            return result
        new, chosen = self.browse(), {}
        if vals.get("portal_user"):
            new = self.filtered(lambda partner: not partner.sudo().portal_user)
            chosen = self._choose_support_periods()
        by_hand = self._filter_by_hand(vals, chosen)
        by_hand._set_by_hand()
        result = super().write(vals)
        if chosen or new._had_source():
            # Customers also give access again to colleagues whose period is over.
            given = self if self.env.user.share else new
            (given - by_hand)._follow_new()
        return result

    def _is_followed_already(self):
        """Say whether the caller takes care of what follows."""
        return self._is_settled() or self.env.context.get(SOURCED) is SOURCED_VALUE

    def _set_by_hand(self):
        """Let what an agent writes win over all sources.

        Before it is written, so that it becomes one change of the row.
        """
        if others := self.sudo().filtered(lambda one: one.support_source != BY_HAND):
            self.check_access("write")
            self._check_field_access(self._fields[DATES[-1]], "write")
            sourced = others.with_context(**{SOURCED: SOURCED_VALUE})
            sourced.write({"support_source": BY_HAND})

    def _filter_by_hand(self, vals, chosen):
        """Return those of these contacts whose dates some values set by hand.

        Forms save what they have shown, also if nobody has touched it: what we have
        proposed ourselves to those who give access is not set by hand. Nor is what a
        customer gives to a colleague, if it ends with the organization's own.

        :param dict chosen: :class:`SupportPeriod` that decides, by contact
        """
        if set(DATES).isdisjoint(vals):
            return self.browse()
        if not vals.get("portal_user"):
            return self
        given = tuple(fields.Date.to_date(vals.get(name)) or False for name in DATES)
        return self.filtered(
            lambda one: (
                given not in one._get_proposals(chosen.get(one))
                and not one._is_passed_on(chosen.get(one))
            )
        )

    def _is_passed_on(self, period):
        """Say whether a customer gives a colleague a period that no agent has set.

        What they have from Settings or a source, the colleague has from there, too. But
        nothing is followed that has ended, or goes beyond the customer's own period.
        """
        own = self.env.user.sudo().partner_id
        if not self.env.user.share or own.support_source == BY_HAND:
            return False
        today = self.sudo().company_id._get_portal_today()
        return not period or today <= period.last <= (own.support_end_date or NEVER)

    def _get_proposals(self, period):
        today = self.sudo().company_id._get_portal_today()
        proposals = []
        if not self.env.user.share:
            proposals.append((today, self._get_proposed_end(today)))
        if period:
            starts = (period.start, today)
            proposals += [(start, period.end) for start in starts]
        return proposals

    # === WHAT SOURCES SAY === #

    def _get_support_periods(self):
        """Return what each source says of the periods of these contacts.

        For a module to bring another source, it must override this method, and add its
        periods to those of ``super``. It is asked with all rights, for many contacts at
        once. A source that knows nothing of a contact says nothing.

        :return: lists of :class:`SupportPeriod` by contact
        :rtype: collections.defaultdict
        """
        periods = defaultdict(list)
        if self.env["customer.portal.support.product"]._get_months():
            rows = self.env["customer.portal.entitlement"]
            for contact, period in rows._get_periods(self).items():
                periods[contact].append(period)
        return periods

    def _add_support_periods(self, periods, found):
        """Add what a source has found of organizations, joined where it meets.

        :param dict periods: lists of :class:`SupportPeriod` by contact
        :param found: organization, company and :class:`SupportPeriod`; what belongs to
            another company than the contact does not count for them
        :type found: list[tuple]
        """
        by_organization = defaultdict(list)
        for organization, company, period in found:
            by_organization[organization].append((company, period))
        for contact in self:
            company = contact.company_id
            own = [
                period
                for other, period in by_organization[contact.commercial_partner_id]
                if not company or other == company
            ]
            if joined := join_periods(own, company._get_portal_today()):
                periods[contact].append(joined)

    @api.model
    def _get_support_templates(self):
        """Return the ids of the products that bring support now.

        :rtype: list[int]
        """
        months = self.env["customer.portal.support.product"]._get_months()
        return [res_id for res_id, number in months.items() if number]

    @api.model
    def _get_sourced_domain(self):
        """Return contacts of which a source can say something. To be extended.

        The daily work asks for these.
        """
        rows_sudo = self.env["customer.portal.entitlement"].sudo()
        bought = rows_sudo._read_group([("months", ">", 0)], ["partner_id"])
        ids = [organization.id for [organization] in bought]
        return Domain("commercial_partner_id", "in", ids)

    def _get_support_period(self):
        """Return the period that decides: of several sources, the one that ends last.

        :rtype: SupportPeriod | None
        """
        self.ensure_one()
        return self._choose_support_periods().get(self)

    def _choose_support_periods(self):
        chosen = {}
        for contact, periods in self.sudo()._get_support_periods().items():
            chosen[contact.with_env(self.env)] = max(periods, key=lambda one: one.last)
        return chosen

    # === FOLLOWING === #

    def _find_following_contacts(self):
        """Return the portal users of these organizations whose dates nobody has set."""
        return self.sudo().search(
            [
                ("commercial_partner_id", "in", self.ids),
                ("portal_user", "=", True),
                ("support_source", "!=", BY_HAND),
            ]
        )

    def _follow_support_sources(self, is_new=False):
        """Write the periods that sources say of these portal users.

        It gives access to nobody, and does not touch dates that are set by hand.

        :param bool is_new: the access was given just now, so there is none before it
        """
        contacts_sudo = self.sudo()
        chosen = contacts_sudo._choose_support_periods()
        alike = defaultdict(contacts_sudo.browse)
        for contact in contacts_sudo.filtered("portal_user"):
            change = contact._find_support_change(chosen.get(contact), is_new)
            if change:
                alike[change] |= contact
        for change, contacts in alike.items():
            contacts._write_sourced(change._asdict())

    def _follow_new(self):
        """Let those who have got access just now follow a source, if there is one.

        Also who followed it before: else the daily work alone would say what holds.
        """
        self._follow_support_sources(is_new=True)

    def _find_support_change(self, period, is_new):
        """Return what to write on a contact, None if it stands there already.

        :param period: that decides, if any
        :rtype: SupportChange | None
        """
        if self.support_source == BY_HAND:
            return None
        now = self._get_support_change()
        if not period:
            return self._leave_source(now, is_new) if now.support_source else None
        before = now.support_before
        if not now.support_source and not is_new:
            before = now.support_start_date, now.support_end_date
        change = SupportChange(period.start, period.end, period.source, before)
        return change if change != now else None

    def _get_support_change(self):
        before = self.support_before
        return SupportChange(
            self.support_start_date,
            self.support_end_date,
            self.support_source,
            before and tuple(fields.Date.to_date(day) or False for day in before),
        )

    @api.model
    def _is_source_there(self, source):
        """Say whether the app is installed that a source reads. To be extended.

        :param str source: a value of ``support_source``
        """
        if source == PRODUCT:
            return ORDERS in self.env or INVOICES in self.env
        return True

    def _had_source(self):
        """Say whether any of these followed a source when they had access before.

        Of agents: customers give access again to nobody whose source says nothing.
        """
        is_agent = not self.env.user.share
        return is_agent and any(self.sudo().mapped("support_source"))

    def _leave_source(self, now, is_new=False):
        """Give up a source that says nothing any longer.

        What was canceled is taken back. But an app that was uninstalled has canceled
        nothing: the dates stay, as agents would otherwise find everyone kept out. Nor
        is taken back what Settings propose to an agent who gives access again.

        :param bool is_new: the access was given just now
        """
        is_proposed = is_new and now[:2] in self._get_proposals(None)
        if self._is_source_there(now.support_source) and not is_proposed:
            return self._take_support_back(now)
        return now._replace(support_source=False, support_before=False)

    def _take_support_back(self, now):
        """Return to what was before; a door that is closed stays so.

        Where nothing was before, the last day is over.
        """
        today = self.company_id._get_portal_today()
        yesterday = fields.Date.subtract(today, days=1)
        start, end = now.support_start_date, now.support_end_date
        if not (end and end < today):
            start, end = now.support_before or (start, yesterday)
        if start and end and start > end:
            start = end
        return SupportChange(start, end, False, False)

    def _write_sourced(self, values):
        """Write a period in the name of a source; all that follows from dates does."""
        before = values["support_before"]
        values["support_before"] = before and [
            day and fields.Date.to_string(day) for day in before
        ]
        self.with_context(**{SOURCED: SOURCED_VALUE}).sudo().write(values)

    # === GIVING ACCESS === #

    def _propose_portal_access(self, given):
        """Propose what a source says, before the period of Settings.

        Of who has dates by hand, nothing is proposed.
        """
        values = super()._propose_portal_access(given)
        is_open = set(DATES).isdisjoint(given) and self.support_source != BY_HAND
        saved = self._origin
        period = saved._get_support_period() if is_open and saved else None
        if not period:
            return values
        return {
            **values,
            "support_start_date": period.start,
            "support_end_date": period.end,
            "support_source": period.source,
        }
