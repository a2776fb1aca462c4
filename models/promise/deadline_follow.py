from odoo import api, fields, models
from odoo.fields import Domain

from ..case.mail_thread_gateway import AUTOMATIC
from ..record.thread import COMMENT_TYPES
from .portal_mixin import ALL_FIELDS, NEXT_DUE
from .promise import NO_LINE
from .working_time import WorkingTimes


class CustomerPortalDeadline(models.Model):
    """Promises begin, stand still, go on and end with their cases."""

    _inherit = "customer.portal.deadline"

    # === CASES CHANGE === #

    @api.model
    def _follow(self, records, fresh=False, matches=True):
        """Bring the promises of cases up to date.

        :param records: of one model, some of which may be cases
        :param bool fresh: whether they have just been created
        :param bool matches: whether something else may be promised by now
        """
        facts = self.env["customer.portal.promise"]._get_followed(records._name)
        if not facts or not records:
            return
        cases = records.sudo().filtered_domain(facts.domain)
        known = self.sudo().browse() if fresh else self._find(records)
        times, by_id = WorkingTimes(), known.grouped("res_id")
        gone, missing = known.filtered(lambda one: one.res_id not in cases.ids), []
        for case in cases:
            made = by_id.get(case.id, known.browse())
            line = self._match_case(facts, case) if matches else None
            if matches:
                gone |= made._find_withdrawn(facts, case, line)
                missing += self._get_missing(facts, case, line, made)
            for deadline in made - gone:
                deadline._move(facts, case, line, times)
        gone.filtered(lambda one: not one.reached).unlink()
        self._begin(missing, fresh)._plan(times)
        self._refresh(records)

    def _find_withdrawn(self, facts, case, line):
        """Return what is promised no longer: for another customer or priority alone.

        A promise that was archived since holds where it was made.
        """
        return self.filtered(
            lambda one: one.kind not in line.hours and one._is_changed(facts, case)
        )

    def _move(self, facts, case, line, times):
        """Write what is new about a promise, if anything is.

        :param line: what is promised by now; None if nothing else can be
        """
        if self.kind == "answer" and self.reached:
            return
        values = self._get_clock_values(facts, case)
        if line and not self.reached and self._is_changed(facts, case):
            values.update(self._get_line_values(facts, case, line, self.kind))
        if values:
            self.write(values)
            self._end(times) if self.reached else self._plan(times)

    def _is_changed(self, facts, case):
        """Say whether a case has another customer or priority than was promised to."""
        return self.partner_id != self._get_customer(facts, case) or (
            self.priority != self._get_priority(facts, case)
        )

    def _get_clock_values(self, facts, case):
        """Return what changes as a case begins or ends to wait, closes or reopens.

        :rtype: dict
        """
        now = fields.Datetime.now()
        is_closed = bool(case.filtered_domain(facts.closed))
        is_paused = is_closed or facts.is_waiting(case)
        values = {}
        if is_paused and not self.paused_on:
            values["paused_on"] = now
        elif self.paused_on and not is_paused:
            pause = [fields.Datetime.to_string(one) for one in (self.paused_on, now)]
            values.update(paused_on=False, pauses=[*(self.pauses or ()), pause])
        if self.kind == "solution" and is_closed != bool(self.reached):
            values["reached"] = is_closed and now
        return values

    # === PROMISES BEGIN === #

    @api.model
    def _get_missing(self, facts, case, line, made):
        """Return the values of promises that hold for a case and are not made yet.

        Of a case that was there before they count from now on.
        """
        kinds = [kind for kind in line.hours if kind not in made.mapped("kind")]
        if not kinds or case.filtered_domain(facts.closed):
            return []
        now = fields.Datetime.now()
        return [
            {
                "model_name": case._name,
                "res_id": case.id,
                "kind": kind,
                "start": now,
                "paused_on": facts.is_waiting(case) and now,
                **self._get_line_values(facts, case, line, kind),
            }
            for kind in kinds
        ]

    @api.model
    def _begin(self, rows, fresh):
        """Make promises, but none of a first answer that was given before."""
        asked = [row["res_id"] for row in rows if row["kind"] == "answer"]
        if asked and not fresh:
            answered = self._find_answered(rows[0]["model_name"], asked)
            rows = [
                row
                for row in rows
                if row["kind"] != "answer" or row["res_id"] not in answered
            ]
        return self.sudo().create(rows)

    @api.model
    def _get_line_values(self, facts, case, line, kind):
        """Return what is promised for a case, to keep it: promises may change."""
        promise = self.env["customer.portal.promise"].sudo().browse(line.id)
        partner = self._get_customer(facts, case)
        company = "company_id" in case._fields and case.company_id
        calendar = promise._get_calendar(company or self.env.company.sudo())
        return {
            "promise_id": line.id,
            "partner_id": partner.id,
            "profile_id": self._get_profile(partner).id,
            "priority": self._get_priority(facts, case),
            "hours": line.hours[kind],
            "calendar_id": calendar.id,
            "tz": promise._get_tz(calendar, partner),
        }

    @api.model
    def _match_case(self, facts, case):
        """Return the promise for a case, which may promise nothing.

        :rtype: Line
        """
        profile = self._get_profile(self._get_customer(facts, case))
        priority = self._get_priority(facts, case)
        promises = self.env["customer.portal.promise"]
        return promises._match(profile.id, priority) or NO_LINE

    @api.model
    def _get_customer(self, facts, case):
        return case.mapped(facts.partner_field)[:1]

    @api.model
    def _get_priority(self, facts, case):
        """Return the priority; none of what promises can't name, such as a number."""
        value = facts.priority_field and case[facts.priority_field]
        return value if isinstance(value, str) else False

    @api.model
    def _get_profile(self, partner):
        """Return the profile of a customer: those without access have none."""
        profiles = self.env["customer.portal.profile"]
        if not partner.portal_user:
            return profiles
        return partner.portal_profile_id or profiles._get_default()

    # === ANSWERS === #

    @api.model
    def _note_answer(self, case, message):
        """Count the promise of a first answer as done, if a message is one."""
        promises = self.env["customer.portal.promise"]
        if not promises._get_followed(case._name) or not self._is_answer(case, message):
            return
        waiting = self._find(case).filtered(
            lambda one: one.kind == "answer" and not one.reached
        )
        for deadline in waiting:
            deadline.reached = min(message.date, fields.Datetime.now())
            deadline._end(WorkingTimes())
        self._refresh(case)

    @api.model
    def _is_answer(self, case, message):
        """Say whether an employee wrote a message for the customer to read.

        Neither Odoo itself, nor a program in their name, nor one who is the customer.
        """
        if self.env.context.get(AUTOMATIC):
            return False
        author = message.author_id.sudo()
        nobody = self.env.ref("base.partner_root")
        nobody |= self.env["customer.portal.agents"]._get_customer(case)
        is_public = not message.is_internal and not message.subtype_id.sudo().internal
        is_written = message.message_type in COMMENT_TYPES and is_public
        return is_written and bool(author - nobody) and not author.partner_share

    @api.model
    def _find_answered(self, model_name, ids):
        """Return which cases an employee has answered.

        :rtype: set[int]
        """
        messages_sudo = self.env["mail.message"].sudo()
        domain = (
            Domain("model", "=", model_name)
            & Domain("res_id", "in", ids)
            & Domain("message_type", "in", COMMENT_TYPES)
            & Domain("author_id.partner_share", "=", False)
            & messages_sudo._get_search_domain_share()
        )
        return {res_id for [res_id] in messages_sudo._read_group(domain, ["res_id"])}

    # === TIME === #

    def _plan(self, times):
        """Work out when the time is over, and when to remind of it."""
        for deadline in self:
            due = times.of(deadline).plan(
                deadline.hours,
                deadline.start,
                deadline.pauses or (),
                deadline.paused_on,
            )
            before = deadline.promise_id.reminder_hours
            deadline.due = due
            deadline.remind_on = due and fields.Datetime.subtract(due, hours=before)

    def _end(self, times):
        """Note how long it took, and take back the reminder."""
        self.activity_id.unlink()
        until = min(self.paused_on or self.reached, self.reached)
        taken = times.of(self).measure(self.start, until, self.pauses or ())
        self.hours_taken = taken

    def _replan(self):
        """Work out anew when the time is over of what is not done yet."""
        open_sudo = self.sudo().filtered(lambda deadline: not deadline.reached)
        open_sudo._plan(WorkingTimes())

    @api.model
    def _refresh(self, records):
        """Let the fields of records show what is new."""
        if NEXT_DUE in records._fields:
            records.invalidate_recordset(ALL_FIELDS, flush=False)
