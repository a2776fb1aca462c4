from odoo import api, fields, models
from odoo.tools import format_date, format_time

from ...utils import get_zone

# Within so many days a day of the week says which day is meant.
NEAR_DAYS = 6


class CustomerPortalRecord(models.AbstractModel):
    """When customers can expect what was promised to them, if they shall be told."""

    _inherit = "customer.portal.record"

    @api.private
    def get_promises(self, module, res_id):
        """Return what is told of the promises for a record, in their order.

        :return: dicts with ``state`` and ``text``; none for records that the user does
            not see
        :rtype: list[dict]
        """
        gate = self.env["customer.portal.gate"]
        right = gate._get_page_right(module)
        record = right and gate._get_visible_records(right, [res_id])
        told = self._find_told(record) if record else ()
        promises = [self._make_promise(deadline) for deadline in told]
        return [promise for promise in promises if promise["text"]]

    @api.model
    def _find_told(self, record):
        """Return the promises for a record that its customer is told of."""
        if not self.env["customer.portal.promise"]._get_followed(record._name):
            return self.env["customer.portal.deadline"]
        deadlines = self.env["customer.portal.deadline"]._find(record)
        told = deadlines.filtered("promise_id.is_shown")
        return told.sorted("kind")

    @api.model
    def _make_promise(self, deadline):
        """Return what a customer reads of a promise.

        A missed one stays a promise until it is done. What stands still as the case is
        closed goes without saying, and nothing is said of a time that never comes.
        """
        state = "done" if deadline.reached else deadline.state
        is_endless = state == "open" and not deadline.due
        if is_endless or (state == "paused" and self._is_closed_case(deadline)):
            state = None
        time = self._format_promised(deadline.reached or deadline.due)
        text = self._get_promise_texts().get((deadline.kind, state), "")
        return {"state": state, "text": text % {"time": time}}

    @api.model
    def _is_closed_case(self, deadline):
        facts = self.env["customer.portal.promise"]._get_case_facts()
        return not facts or bool(deadline._get_case().filtered_domain(facts.closed))

    @api.model
    def _get_promise_texts(self):
        """Return what customers read, by what was promised and what became of it.

        :rtype: dict[tuple, str]
        """
        return {
            ("answer", "open"): self.env._("We answer by %(time)s."),
            ("answer", "missed"): self.env._("Our answer was due on %(time)s."),
            ("answer", "paused"): self.env._("We answer once you have replied."),
            ("answer", "done"): self.env._("We first answered on %(time)s."),
            ("solution", "open"): self.env._("We solve this by %(time)s."),
            ("solution", "missed"): self.env._("Our solution was due on %(time)s."),
            ("solution", "paused"): self.env._(
                "We go on with the solution once you have replied."
            ),
            ("solution", "done"): self.env._("We solved this on %(time)s."),
        }

    @api.model
    def _format_promised(self, value):
        """Return a time as people say it: ``Tuesday 14:00``, or with the date.

        In the language and the time zone of the customer.
        """
        now = fields.Datetime.now()
        if not value or not 0 <= (value - now).days < NEAR_DAYS:
            return self._format_time(value)
        tz = get_zone(self.env.user.sudo().tz, self.env.context.get("tz")).zone
        day = fields.Datetime.context_timestamp(self.with_context(tz=tz), value)
        return " ".join(
            (
                format_date(self.env, day.date(), date_format="EEEE"),
                format_time(self.env, value, tz, time_format="short"),
            )
        )

    @api.model
    def _get_expected_answer(self, record):
        """Return when the customer can expect an answer, in a sentence.

        :return: None if nothing is promised, or they are not told
        :rtype: str | None
        """
        for deadline in self._find_told(record):
            if deadline.kind == "answer" and deadline.state == "open" and deadline.due:
                return self._make_promise(deadline)["text"]
        return super()._get_expected_answer(record)
