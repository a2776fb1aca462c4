from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_datetime

from ...const import GROUP_AGENT, TICKETS
from .facts import make_facts_sql

FIELDS = (
    *("portal_desk_author_id", "portal_desk_waiting_since"),
    *("portal_desk_unread", "portal_desk_customer"),
)
READ_FACTS = """
    SELECT facts.id, facts.message_id, facts.author_id, facts.is_customer,
           facts.waiting_since
      FROM facts
"""
FIND_UNREAD = """
    SELECT facts.id
      FROM facts
     WHERE facts.is_customer
       AND NOT EXISTS (
           SELECT 1
             FROM customer_portal_reading reading
            WHERE reading.user_id = %(user)s
              AND reading.model_name = %(name)s
              AND reading.res_id = facts.id
              AND reading.message_id >= facts.message_id
       )
"""
FIND_WAITING = "SELECT facts.waiting_since FROM facts"


class WaitingSince(fields.Datetime):
    """Read from the messages, so that lists are sorted by it without a column."""

    def to_sql(self, model, alias):
        model._check_field_access(self, "read")
        if model._name != TICKETS:
            return SQL("NULL::timestamp")
        record_id = SQL.identifier(alias, "id")
        since = make_facts_sql(model, SQL("(%s)", record_id), FIND_WAITING)
        open_sql = model._get_portal_open_query().subselect()
        return SQL("(CASE WHEN %s IN %s THEN (%s) END)", record_id, open_sql, since)


class PortalMixin(models.AbstractModel):
    """The desk of agents where cases are tickets of a helpdesk addon.

    That may be installed or not, so its tickets get no columns: what the desk shows is
    read from the messages of the tickets in a list, with one query. Of other models
    there is nothing to show.
    """

    _inherit = "portal.mixin"

    portal_desk_author_id = fields.Many2one(
        "res.partner",
        "Wrote Last",
        compute="_compute_portal_desk",
        groups=GROUP_AGENT,
    )
    portal_desk_waiting_since = WaitingSince(
        "Waiting for Us Since",
        compute="_compute_portal_desk",
        search="_search_portal_desk_waiting_since",
        groups=GROUP_AGENT,
        help="Since when the customer has waited for us. Empty while the ticket is "
        "closed, or waiting for the customer.",
    )
    portal_desk_unread = fields.Boolean(
        "Unread Ticket",
        compute="_compute_portal_desk",
        search="_search_portal_desk_unread",
        groups=GROUP_AGENT,
        help="The customer wrote last, and you have not opened the ticket since.",
    )
    portal_desk_customer = fields.Char(
        "Customer's Access", compute="_compute_portal_desk_customer", groups=GROUP_AGENT
    )

    # === COMPUTE METHODS === #

    @api.depends_context("uid")
    def _compute_portal_desk(self):
        facts = self._read_portal_facts() if self._name == TICKETS else {}
        waiting = self._get_portal_open_ids() if facts else ()
        read = self.env["customer.portal.reading"]._get_last_ids(self._origin)
        for record in self:
            res_id = record._origin.id
            last_id, author_id, asked, since = facts.get(
                res_id, (0, False, False, False)
            )
            waits = res_id in waiting
            record.portal_desk_author_id = author_id
            record.portal_desk_waiting_since = waits and since
            is_new = asked and read.get(res_id, -1) < last_id
            record.portal_desk_unread = waits and is_new

    @api.depends_context("uid", "lang", "tz")
    def _compute_portal_desk_customer(self):
        """Say what the card of a customer says, in one line."""
        for record in self:
            is_ticket = self._name == TICKETS and record.partner_id
            parts = record._get_portal_desk_texts() if is_ticket else ()
            record.portal_desk_customer = " · ".join(parts)

    def _get_portal_desk_texts(self):
        """Return what agents want to know of a customer: access, login, other cases.

        :rtype: list[str]
        """
        partner = self.partner_id
        states = dict(partner._fields["portal_state"]._description_selection(self.env))
        texts = [states.get(partner.portal_state) or ""]
        if partner.portal_state != "none":
            if partner.support_end_date:
                end = format_date(self.env, partner.support_end_date)
                texts.append(self.env._("until %s", end))
            texts.append(partner.portal_profile_id.name or "")
            login = partner.portal_last_login
            texts.append(
                self.env._("last login %s", format_datetime(self.env, login))
                if login
                else self.env._("never logged in")
            )
        count = self.search_count(self._get_portal_desk_siblings())
        texts.append(self.env._("other open cases: %s", count))
        return [text for text in texts if text]

    # === SEARCH === #

    def _search_portal_desk_waiting_since(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS or self._name != TICKETS:
            return NotImplemented
        self._check_field_access(self._fields["portal_desk_waiting_since"], "read")
        waits = Domain("id", "in", self._get_portal_open_query())
        if operator == "in":
            return ~waits if set(value) == {False} else NotImplemented
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        name = "portal_desk_waiting_since"
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s %s %s",
                model._field_to_sql(alias, name, query),
                SQL(operator),
                value,
            )
        )

    def _search_portal_desk_unread(self, operator, value):
        if operator != "in" or self._name != TICKETS:
            return NotImplemented
        self._check_field_access(self._fields["portal_desk_unread"], "read")
        self.env.flush_all()
        facts = make_facts_sql(self, self._get_portal_open_query().subselect(), "")
        rest = SQL(FIND_UNREAD, user=self.env.uid, name=self._name)
        unread = Domain("id", "in", SQL("(%s %s)", facts, rest))
        return Domain.OR(unread if one else ~unread for one in set(map(bool, value)))

    # === BUSINESS METHODS === #

    @api.model
    def _get_portal_open_query(self):
        """Return the tickets that are cases and wait for us, with all rights."""
        cases = self.env["customer.portal.module"]
        domain = cases._get_open_case_domain(self._name)
        return self.sudo().with_context(active_test=False)._search(domain)

    def _get_portal_open_ids(self):
        cases = self.env["customer.portal.module"]
        domain = cases._get_open_case_domain(self._name)
        return self._origin.sudo().filtered_domain(domain)._ids

    def _read_portal_facts(self):
        """Return who wrote last on tickets, by their id.

        :return: id of the message, id of its author, whether they are a customer, and
            since when the customer waits
        :rtype: dict[int, tuple]
        """
        ids = self._origin.ids
        if not ids:
            return {}
        self.env.flush_all()
        query = make_facts_sql(self, SQL("%s", tuple(ids)), READ_FACTS)
        return {row[0]: row[1:] for row in self.env.execute_query(query)}

    def _get_portal_desk_siblings(self):
        """Return what else the organization waits for."""
        organization = self.partner_id.sudo().commercial_partner_id
        modules = self.env["customer.portal.module"]
        closed = modules._get_cases()._get_closed_domain()
        return (
            modules._get_case_domain(self._name)
            & ~closed
            & Domain("partner_id", "child_of", organization.ids)
            & Domain("id", "not in", self._origin.ids)
        )

    # === BUSINESS METHODS === #

    def _keep_portal_read(self):
        if self._name != TICKETS:
            return super()._keep_portal_read()
        for res_id, (
            last_id,
            _author,
            asked,
            _since,
        ) in self._read_portal_facts().items():
            if asked:
                record = self.browse(res_id)
                self.env["customer.portal.reading"]._keep(record, last_id)
        self.invalidate_recordset(["portal_desk_unread"])
        return None

    def _find_portal_next(self):
        if self._name != TICKETS:
            return super()._find_portal_next()
        waiting = Domain("id", "in", self._get_portal_open_query())
        waiting &= Domain("id", "not in", self.ids)
        for user_id in (self.env.uid, False):
            domain = waiting & Domain("user_id", "=", user_id)
            order = "portal_desk_waiting_since, id"
            if found := self.search(domain, order=order, limit=1):
                return found
        return self.browse()
