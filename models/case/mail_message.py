from odoo import models


class MailMessage(models.Model):
    """A message that is deleted is no longer the last one of its case."""

    _inherit = "mail.message"

    def unlink(self):
        cases = self._get_portal_cases()
        result = super().unlink()
        for records in cases:
            records._filter_portal_cases()._refresh_portal_message()
        return result

    def _get_portal_cases(self):
        """Return the records that could be cases, for each of their models."""
        facts = self.env.registry["customer.portal.case.facts"]
        models_by_name = self.sudo().filtered("res_id").grouped("model")
        return [
            self.env[name].browse(messages.mapped("res_id")).exists()
            for name, messages in models_by_name.items()
            if name in self.env and isinstance(self.env[name], facts)
        ]
