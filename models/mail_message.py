from odoo import api, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _get_forbidden_access(self, operation: str) -> api.Self:
        """Refuse portal users to write to records that their profile does not show.

        Core lets followers post without asking whether they see the record. What they
        were notified of, by mail as well, stays readable for them.
        """
        forbidden = super()._get_forbidden_access(operation)
        if operation == "read" or not self.env.user._is_portal():
            return forbidden
        gate = self.env["customer.portal.gate"]
        for message in self - forbidden:
            if message.model not in self.env or not message.res_id:
                continue
            record = self.env[message.model].sudo().browse(message.res_id)
            if not gate.shown(self.env.user, record.exists()):
                forbidden += message
        return forbidden
