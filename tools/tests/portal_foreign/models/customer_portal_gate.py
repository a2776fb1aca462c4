from datetime import datetime

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError


class CustomerPortalGate(models.AbstractModel):
    _inherit = "customer.portal.gate"

    # === THE ACTION, AND THE SECTION ON THE RECORD'S PAGE === #

    @api.private
    def confirm_visit(self, user, res_id):
        visit = self._find_for(user, "visits", res_id, "confirm")
        if not visit:
            raise AccessError(self.env._("This is not permitted."))
        visit.state = "confirmed"

    @api.private
    def get_preparation(self, user, module, res_id):
        if module != "visits":
            return None
        visit = self._find_for(user, module, res_id, "see")
        return visit and visit.preparation

    # === THE TYPE OF FIELD === #

    @api.model
    def _get_converter(self, field):
        if field.type == "time_of_day":
            return self.env["ir.qweb.field.float_time"]
        return super()._get_converter(field)

    @api.model
    def _get_shown_text(self, user, right, record, name):
        if record._fields[name].type == "time_of_day":
            return self._render_value(record, name)
        return super()._get_shown_text(user, right, record, name)

    @api.model
    def _parse_text(self, user, right, name, text):
        if self.env[right.model_name]._fields[name].type != "time_of_day":
            return super()._parse_text(user, right, name, text)
        try:
            time = datetime.strptime(text or "00:00", "%H:%M")
        except ValueError as error:
            raise ValidationError(self.env._("Please enter a time.")) from error
        return time.hour + time.minute / 60

    @api.model
    def _is_fit(self, kind, value):
        return super()._is_fit("float" if kind == "time_of_day" else kind, value)
