from odoo import api, models
from odoo.fields import Domain


class ResourceCalendarLeaves(models.Model):
    """A holiday moves what is promised and not done yet."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._move_promises()
        return leaves

    def write(self, vals):
        calendars = self._get_promised_calendars()
        result = super().write(vals)
        (calendars | self._get_promised_calendars())._move_promises()
        return result

    def unlink(self):
        calendars = self._get_promised_calendars()
        result = super().unlink()
        calendars._move_promises()
        return result

    def _move_promises(self):
        self._get_promised_calendars()._move_promises()

    def _get_promised_calendars(self):
        """Return the calendars for which public holidays count, if any is promised by.

        :return: ``resource.calendar``
        """
        calendars = self.env["resource.calendar"]
        public = self.filtered(lambda leave: not leave.resource_id)
        if not public or not self.env["customer.portal.promise"]._is_used():
            return calendars
        if all(leave.calendar_id for leave in public):
            return public.calendar_id
        return calendars.sudo().with_context(active_test=False).search(Domain.TRUE)


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"attendance_ids", "tz", "two_weeks_calendar"}:
            self._move_promises()
        return result

    def _move_promises(self):
        """Work out anew what is promised by these working hours."""
        if self and self.env["customer.portal.promise"]._is_used():
            deadlines_sudo = self.env["customer.portal.deadline"].sudo()
            deadlines_sudo.search(
                [("calendar_id", "in", self.ids), ("reached", "=", False)]
            )._replan()
