from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

STATES = [
    ("open", "Open"),
    ("paused", "On Hold"),
    ("kept", "Kept"),
    ("missed", "Missed"),
]
# What each kept and each missed promise adds to the rate.
RATES = {"kept": 1.0, "missed": 0.0}


class StateField(fields.Selection):
    """What became of a promise by now: it changes as time goes by, without a write."""

    def to_sql(self, model, alias):
        return model._get_state_sql(alias)


class RateField(fields.Float):
    """1 for a kept promise and 0 for a missed one, so that the average is a rate."""

    def to_sql(self, model, alias):
        return SQL(
            "(CASE %s WHEN 'kept' THEN 1.0 WHEN 'missed' THEN 0.0 END)",
            model._field_to_sql(alias, "state"),
        )


class TakenField(fields.Float):
    """Nothing until it is done, so that averages leave it out."""

    def to_sql(self, model, alias):
        return SQL(
            "(CASE WHEN %s IS NOT NULL THEN %s END)",
            model._field_to_sql(alias, "reached"),
            SQL.identifier(alias, self.name),
        )


class CustomerPortalDeadline(models.Model):
    """What became of promises: the same in lists, reports and on pages."""

    _inherit = "customer.portal.deadline"

    state = StateField(
        STATES, "Result", compute="_compute_state", search="_search_state"
    )
    kept_rate = RateField("Kept", compute="_compute_state", aggregator="avg")
    hours_taken = TakenField(
        aggregator="avg",
        help="Working hours until it was done, without the time spent waiting for the "
        "customer.",
    )

    @api.depends("due", "reached", "paused_on")
    def _compute_state(self):
        now = fields.Datetime.now()
        for deadline in self:
            state = deadline._get_state(now)
            deadline.state = state
            deadline.kept_rate = RATES.get(state, 0.0)

    def _get_state(self, now):
        """Return what became of the promise; without a due time it was paused in time.

        :rtype: str
        """
        if self.reached:
            return "missed" if self.due and self.reached > self.due else "kept"
        if self.due and self.due < now:
            return "missed"
        return "paused" if self.paused_on else "open"

    @api.model
    def _get_state_sql(self, alias):
        """Return the same as SQL."""
        return SQL(
            "(CASE WHEN %(reached)s > %(due)s THEN 'missed'"
            " WHEN %(reached)s IS NOT NULL THEN 'kept'"
            " WHEN %(due)s < %(now)s THEN 'missed'"
            " WHEN %(paused)s IS NOT NULL THEN 'paused'"
            " ELSE 'open' END)",
            reached=self._field_to_sql(alias, "reached"),
            due=self._field_to_sql(alias, "due"),
            paused=self._field_to_sql(alias, "paused_on"),
            now=fields.Datetime.now(),
        )

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        states = tuple(one for one in value if one) or ("",)
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN %s", model._field_to_sql(alias, "state", query), states
            ),
            predicate=lambda record: record.state in states,
        )
