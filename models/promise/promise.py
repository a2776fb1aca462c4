import ast
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...const import TICKETS
from ...utils import get_zone
from ..base.snapshot_cache import snapshot_cache
from .working_time import WorkingTime

# What is promised, in the order in which it comes.
KINDS = ("answer", "solution")
# OCA's own promises for tickets, by the addon `helpdesk_mgmt_sla`.
OCA_PROMISES = "helpdesk.sla"


class Line(NamedTuple):
    """What is promised, as plain values that can be cached."""

    id: int
    profile_id: int
    priority: str | bool
    hours: dict  # kind -> hours of working time; a kind that is missing has no promise

    def fits(self, profile_id, priority):
        return self.profile_id in (False, profile_id) and self.priority in (
            False,
            priority,
        )


NO_LINE = Line(0, False, False, {})


class CaseFacts(NamedTuple):
    """What tells the state of a case, as the module of cases says."""

    model_name: str
    domain: Domain
    closed: Domain
    partner_field: str
    state_field: str | None
    waiting: object  # the state of cases that wait for their customer
    priority_field: str | None
    matched: frozenset  # fields of a case that decide what is promised
    clocked: frozenset  # fields that let its time stand still or go on

    def get_state(self, case):
        value = case[self.state_field] if self.state_field else False
        return value.id if isinstance(value, models.BaseModel) else value

    def is_waiting(self, case):
        return bool(self.waiting) and self.get_state(case) == self.waiting


class CustomerPortalPromise(models.Model):
    """How soon agents answer and solve cases, by profile and priority.

    Of the promises that fit a case the most specific one holds, then the first.
    """

    _name = "customer.portal.promise"
    _inherit = "customer.portal.cache.mixin"
    _description = "Promised Times"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    profile_id = fields.Many2one(
        "customer.portal.profile",
        index="btree_not_null",
        ondelete="cascade",
        help="Leave empty for customers of all profiles.",
    )
    priority = fields.Selection(
        "_get_priorities", help="Leave empty for cases of any priority."
    )
    answer_hours = fields.Float(
        "First Answer Within",
        help="Working hours until an agent first answers the customer. 0 = not "
        "promised.",
    )
    solution_hours = fields.Float(
        "Solution Within",
        help="Working hours until the case is closed. Time spent waiting for the "
        "customer doesn't count. 0 = not promised.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Working Hours",
        ondelete="restrict",
        help="When time counts. Its public holidays are left out. Leave empty to use "
        "the working hours of the company.",
    )
    in_customer_zone = fields.Boolean(
        "Customer's Time Zone",
        help="Working hours apply in the customer's time zone, such as 9:00 where "
        "they are. If off, they apply in the time zone of the working hours.",
    )
    is_shown = fields.Boolean(
        "Show to Customers",
        help="Customers see on the page of their case when they can expect an answer "
        "and a solution.",
    )
    reminder_hours = fields.Float(
        "Remind Before",
        default=1,
        help="Hours before the time is up when the assignee gets an activity. 0 = at "
        "that time.",
    )

    _hours_limit = models.Constraint(
        "CHECK (answer_hours BETWEEN 0 AND 10000"
        " AND solution_hours BETWEEN 0 AND 10000"
        " AND reminder_hours BETWEEN 0 AND 10000)",
        "Enter between 0 and 10,000 hours.",
    )
    _hours_any = models.Constraint(
        "CHECK (answer_hours > 0 OR solution_hours > 0)",
        "Enter the hours for the first answer, the solution, or both.",
    )

    # === COMPUTE METHODS === #

    @api.model
    def _get_priorities(self):
        """Return the priorities of cases, in whichever model these are."""
        cases = self.env["customer.portal.module"]._get_cases()
        model = self.env.get(cases.model_name) if cases else None
        field = model is not None and model._fields.get(cases.priority_field or "")
        if not field or field.type != "selection":
            return []
        return field._description_selection(self.env)

    @api.depends("profile_id", "priority")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._get_priorities())
        for promise in self:
            profile = promise.profile_id.name or self.env._("All profiles")
            priority = labels.get(promise.priority) or self.env._("Any priority")
            promise.display_name = f"{profile}, {priority}"

    # === CONSTRAINTS === #

    @api.constrains("answer_hours", "solution_hours", "calendar_id")
    def _check_calendar(self):
        """Refuse working hours in which the promised time never comes."""
        self.flush_recordset()  # What is beyond the limits is told as such.
        now = fields.Datetime.now()
        for promise in self.filtered("calendar_id"):
            calendar = promise.calendar_id
            hours = max(promise.answer_hours, promise.solution_hours)
            if not WorkingTime(calendar, calendar.tz or "UTC").plan(hours, now):
                raise ValidationError(
                    self.env._(
                        "There are no %(hours)s working hours in “%(calendar)s” within "
                        "three years. Promise fewer hours or choose other working "
                        "hours.",
                        hours=f"{hours:g}",
                        calendar=calendar.name,
                    )
                )

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_made(self):
        """Keep what was promised, which the report counts."""
        deadlines_sudo = self.env["customer.portal.deadline"].sudo()
        if deadlines_sudo.search_count([("promise_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "These times were promised to customers already. Archive them "
                    "instead: then they no longer apply to new cases."
                )
            )

    # === WHAT HOLDS === #

    @api.model
    def _match(self, profile_id, priority):
        """Return the promise for a profile and a priority.

        :rtype: Line | None
        """
        fitting = [
            line for line in self._get_lines() if line.fits(profile_id, priority)
        ]
        return max(
            fitting,
            key=lambda line: bool(line.profile_id) + bool(line.priority),
            default=None,
        )

    @api.model
    @snapshot_cache()
    def _get_lines(self):
        """Return what is promised, in its order.

        :rtype: tuple[Line]
        """
        return tuple(
            Line(
                line.id,
                line.profile_id.id,
                line.priority,
                {
                    kind: line[f"{kind}_hours"]
                    for kind in KINDS
                    if line[f"{kind}_hours"] > 0
                },
            )
            for line in self.sudo().search(Domain.TRUE)
        )

    @api.model
    @snapshot_cache()
    def _is_used(self):
        """Say whether anything was ever promised: else cases need not be followed."""
        lines_sudo = self.sudo().with_context(active_test=False)
        return bool(lines_sudo.search_count(Domain.TRUE, limit=1))

    @api.model
    def _is_left_to_oca(self, model_name):
        """Say whether another addon makes the promises of cases.

        For a module to make them for other cases, it must override this.
        """
        return model_name == TICKETS and OCA_PROMISES in self.env

    # === CASES === #

    @api.model
    @snapshot_cache()
    def _get_case_facts(self):
        """Return what tells the state of cases; None while there are none.

        :rtype: CaseFacts | None
        """
        modules = self.env["customer.portal.module"]
        module = modules._get_cases().filtered("available")
        if not module or not module.partner_field:
            return None
        domain = Domain(ast.literal_eval(module.domain or "[]"))
        has_closed = bool(module.closed_domain)
        closed = has_closed and Domain(ast.literal_eval(module.closed_domain))
        return CaseFacts(
            module.model_name,
            domain,
            closed or Domain.FALSE,
            module.partner_field,
            module.state_field or None,
            module.waiting_value and module._get_state_value("waiting_value"),
            module.priority_field or None,
            self._get_first_names(domain, module.partner_field, module.priority_field),
            self._get_first_names(closed, module.state_field),
        )

    @api.model
    def _get_first_names(self, domain, *paths):
        """Return the fields with which paths begin, and those of a domain.

        :rtype: frozenset[str]
        """
        conditions = domain.iter_conditions() if domain else ()
        paths = [*paths, *(condition.field_expr for condition in conditions)]
        return frozenset(path.split(".")[0] for path in paths if path)

    @api.model
    def _get_followed(self, model_name):
        """Return what tells the state of records that are cases with promises.

        :return: None for all other records
        :rtype: CaseFacts | None
        """
        if not self._is_used() or self._is_left_to_oca(model_name):
            return None
        facts = self._get_case_facts()
        return facts if facts and facts.model_name == model_name else None

    def _get_calendar(self, company):
        return self.calendar_id or company.resource_calendar_id

    def _get_tz(self, calendar, partner):
        """Return the name of the time zone in which working hours apply."""
        own = self.in_customer_zone and partner.tz
        return get_zone(own, calendar.tz, self.env.user.tz).zone
