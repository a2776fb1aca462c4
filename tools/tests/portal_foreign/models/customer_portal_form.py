from datetime import datetime

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError


class CustomerPortalForm(models.AbstractModel):
    _inherit = "customer.portal.form"

    # === THE ACTION === #

    @api.private
    def confirm_visit(self, res_id):
        gate = self.env["customer.portal.gate"]
        visit = gate._find_for("visits", res_id, "confirm")
        if not visit:
            raise AccessError(self.env._("You are not allowed to do this."))
        visit.state = "confirmed"

    # === THE TYPE OF FIELD === #

    @api.model
    def _get_shown_text(self, right, record, name):
        if record._fields[name].type == "time_of_day":
            return self.env["customer.portal.record"]._render_value(record, name)
        return super()._get_shown_text(right, record, name)

    @api.model
    def _parse_text(self, right, name, text):
        if self.env[right.model_name]._fields[name].type != "time_of_day":
            return super()._parse_text(right, name, text)
        try:
            time = datetime.strptime(text or "00:00", "%H:%M")
        except ValueError as error:
            raise ValidationError(self.env._("Please enter a time.")) from error
        return time.hour + time.minute / 60
