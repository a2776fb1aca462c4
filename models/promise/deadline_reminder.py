import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ...utils import get_zone
from ..base.clashes import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

BATCH = 100
ACTIVITY_TYPE = "customer_portal.mail_activity_type_promise"


class CustomerPortalDeadline(models.Model):
    """Whoever works on a case is reminded before its promise is missed, once."""

    _inherit = "customer.portal.deadline"

    # === SCHEDULED ACTIONS === #

    @api.model
    def _cron_remind(self):
        """Remind of what is due soon; of what is over, too, if a run was missed."""
        progress = self.env["ir.cron"]._commit_progress
        due = self._get_remind_domain()
        progress(remaining=self.sudo().search_count(due))
        last_id = 0
        while batch := self.sudo().search(
            due & Domain("id", ">", last_id), limit=BATCH, order="id"
        ):
            last_id = batch[-1].id
            locked = batch.try_lock_for_update(allow_referencing=True)
            for deadline in locked.filtered_domain(due):
                deadline._remind()
            if not progress(len(batch)):
                return
            self.env.invalidate_all()

    # === BUSINESS METHODS === #

    @api.model
    def _get_remind_domain(self):
        """Return what is due soon, of the model that holds the cases now."""
        promises = self.env["customer.portal.promise"]
        facts = promises._get_case_facts()
        name = facts.model_name if facts else ""
        if not promises._get_followed(name):
            return Domain.FALSE
        return (
            Domain("model_name", "=", name)
            & self._get_running_domain()
            & Domain("reminded", "=", False)
            & Domain("remind_on", "<=", fields.Datetime.now())
        )

    def _remind(self):
        """Remind of one promise. One that fails is reported and stops no other."""
        try:
            with self.env.cr.savepoint():
                self._schedule_activity()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("Promise %s: nobody could be reminded", self.id)

    def _schedule_activity(self):
        """Give an activity to whoever works on the case, if it is still there."""
        self.reminded = True
        case, kind = self._get_case(), self.env.ref(ACTIVITY_TYPE, False)
        agent = case and self._find_agent(case)
        if not agent:
            return
        zone = get_zone(agent.tz, self.tz)
        case = case.with_context(lang=agent.lang)
        self.activity_id = case.activity_schedule(
            activity_type_id=kind and kind.id,
            user_id=agent.id,
            date_deadline=self._get_day(zone),
            summary=self.with_env(case.env)._get_reminder(zone),
        )

    def _get_day(self, zone):
        return fields.Datetime.context_timestamp(
            self.with_context(tz=zone.zone), self.due
        ).date()

    def _get_reminder(self, zone):
        """Return what the agent reads, in their language and time zone."""
        time = format_datetime(self.env, self.due, zone.zone, dt_format="short")
        if self.kind == "answer":
            return self.env._("First answer promised by %(time)s", time=time)
        return self.env._("Solution promised by %(time)s", time=time)

    @api.model
    def _find_agent(self, case):
        """Return whom to remind: one who works on the case, or hears of it.

        For a module to remind somebody else, it must override this.
        """
        agents = self.env["customer.portal.agents"]
        return agents._find(agents._get_customer(case), case)[:1].sudo()
