from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import CASE_MODELS
from .deadline_state import STATES

# Field of a case -> which promise it is of, and what it shows of it.
PROMISE_FIELDS = {
    "portal_answer_due": ("answer", "due"),
    "portal_answer_date": ("answer", "reached"),
    "portal_answer_state": ("answer", "state"),
    "portal_solution_due": ("solution", "due"),
    "portal_solution_date": ("solution", "reached"),
    "portal_solution_state": ("solution", "state"),
}
NEXT_DUE = "portal_due"
URGENCY = "portal_urgency"
ALL_FIELDS = frozenset((NEXT_DUE, URGENCY, *PROMISE_FIELDS))
# Customers are told what a module publishes, by the gate, and no more by RPC.
EMPLOYEES = "base.group_user"
COMPUTE = "_compute_portal_promises"


class PromiseField:
    """A field that stands in the promises, not in a column of the case.

    So models of other addons get no column, and lists are sorted, filtered and grouped
    by it all the same. Each value is found by the index of the promises.
    """

    def to_sql(self, model, alias):
        model._check_field_access(self, "read")
        deadlines_sudo = model.env["customer.portal.deadline"].sudo()
        own = f"{alias}__{self.name}"
        return SQL(
            "(SELECT %s FROM %s AS %s WHERE %s = %s AND %s = %s AND %s)",
            model._get_promise_sql(self.name, own),
            SQL.identifier(deadlines_sudo._table),
            SQL.identifier(own),
            SQL.identifier(own, "model_name"),
            model._name,
            SQL.identifier(own, "res_id"),
            SQL.identifier(alias, "id"),
            model._get_promise_condition(self.name, own),
        )


class PromiseTime(PromiseField, fields.Datetime):
    pass


class PromiseState(PromiseField, fields.Selection):
    pass


class PortalMixin(models.AbstractModel):
    """What was promised for a case, and what became of it.

    Of any model that can hold the cases: tickets of a helpdesk may be installed or not.
    """

    _inherit = "portal.mixin"

    portal_due = PromiseTime(
        "Promised By",
        compute=COMPUTE,
        groups=EMPLOYEES,
        search="_search_portal_due",
        help="When the next thing promised to the customer is due. Empty while the "
        "case waits for the customer.",
    )
    portal_urgency = fields.Selection(
        [("overdue", "Overdue"), ("today", "Due Today"), ("later", "Due Later")],
        "Urgency",
        compute=COMPUTE,
        groups=EMPLOYEES,
        help="Whether something promised to the customer is overdue.",
    )
    portal_answer_due = PromiseTime(
        "First Answer Due",
        compute=COMPUTE,
        groups=EMPLOYEES,
        search="_search_portal_answer_due",
    )
    portal_answer_date = PromiseTime(
        "First Answer",
        compute=COMPUTE,
        groups=EMPLOYEES,
        search="_search_portal_answer_date",
    )
    portal_answer_state = PromiseState(
        STATES,
        "First Answer Promise",
        compute=COMPUTE,
        groups=EMPLOYEES,
        search="_search_portal_answer_state",
    )
    portal_solution_due = PromiseTime(
        "Solution Due",
        compute=COMPUTE,
        groups=EMPLOYEES,
        search="_search_portal_solution_due",
    )
    portal_solution_date = PromiseTime(
        "Solution",
        compute=COMPUTE,
        groups=EMPLOYEES,
        search="_search_portal_solution_date",
    )
    portal_solution_state = PromiseState(
        STATES,
        "Solution Promise",
        compute=COMPUTE,
        groups=EMPLOYEES,
        search="_search_portal_solution_state",
    )

    # === COMPUTE METHODS === #

    @api.depends_context("tz", "uid")
    def _compute_portal_promises(self):
        deadlines = self.env["customer.portal.deadline"].sudo()
        if self._name in CASE_MODELS:
            deadlines = deadlines._find(self._origin)
        by_id = deadlines.grouped("res_id")
        for record in self:
            own = by_id.get(record._origin.id, deadlines.browse())
            by_kind = {deadline.kind: deadline for deadline in own}
            for name, (kind, shown) in PROMISE_FIELDS.items():
                record[name] = kind in by_kind and by_kind[kind][shown]
            record[NEXT_DUE] = own._get_next_due()
            record[URGENCY] = self._get_urgency(record[NEXT_DUE])

    @api.model
    def _get_urgency(self, due):
        """Say how soon something is due, by the day of the user."""
        if not due:
            return False
        now = fields.Datetime.now()
        if due < now:
            return "overdue"
        days = [
            fields.Datetime.context_timestamp(self, one).date() for one in (due, now)
        ]
        return "today" if days[0] == days[1] else "later"

    # === SEARCH === #

    def _search_portal_due(self, operator, value):
        return self._search_promise(NEXT_DUE, operator, value)

    def _search_portal_answer_due(self, operator, value):
        return self._search_promise("portal_answer_due", operator, value)

    def _search_portal_answer_date(self, operator, value):
        return self._search_promise("portal_answer_date", operator, value)

    def _search_portal_answer_state(self, operator, value):
        return self._search_promise("portal_answer_state", operator, value)

    def _search_portal_solution_due(self, operator, value):
        return self._search_promise("portal_solution_due", operator, value)

    def _search_portal_solution_date(self, operator, value):
        return self._search_promise("portal_solution_date", operator, value)

    def _search_portal_solution_state(self, operator, value):
        return self._search_promise("portal_solution_state", operator, value)

    @api.model
    def _search_promise(self, name, operator, value):
        """Find records by a value in their promises; nothing means there is none.

        From the promises, of which few are open, to the records, of which there are
        many.
        """
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        self._check_field_access(self._fields[name], "read")
        if operator != "in":
            return self._make_promise_domain(name, operator, value)
        values = [one for one in value if one]
        domain = self._make_promise_domain(name, "in", values)
        if len(values) < len(value):
            domain |= ~self._make_promise_domain(name, "!=", False)
        return domain

    @api.model
    def _make_promise_domain(self, name, operator, value):
        """Return the records of whose promises something is true."""
        deadlines_sudo = self.env["customer.portal.deadline"].sudo()
        kind, shown = PROMISE_FIELDS.get(name, (None, "due"))
        domain = Domain("model_name", "=", self._name)
        if kind:
            domain &= Domain("kind", "=", kind) & Domain(shown, operator, value)
        else:
            domain &= deadlines_sudo._get_running_domain()
            domain &= deadlines_sudo._get_next_domain(operator, value)
        query = deadlines_sudo._search(domain)
        ids = query.subselect(SQL.identifier(query.table, "res_id"))
        return Domain("id", "in", ids)

    @api.model
    def _get_promise_sql(self, name, alias):
        """Return what a field shows of the promises of a record."""
        deadlines_sudo = self.env["customer.portal.deadline"].sudo()
        if name == NEXT_DUE:
            return SQL("MIN(%s)", deadlines_sudo._field_to_sql(alias, "due"))
        return deadlines_sudo._field_to_sql(alias, PROMISE_FIELDS[name][1])

    @api.model
    def _get_promise_condition(self, name, alias):
        """Return which of the promises of a record a field is of."""
        deadlines_sudo = self.env["customer.portal.deadline"].sudo()
        if name == NEXT_DUE:
            return deadlines_sudo._get_running_sql(alias)
        kind = deadlines_sudo._field_to_sql(alias, "kind")
        return SQL("%s = %s", kind, PROMISE_FIELDS[name][0])
