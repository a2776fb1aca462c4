from odoo import api, models

from ...const import CASE_MODELS


class MailThread(models.AbstractModel):
    """Promises follow what happens to cases, of whichever model these are."""

    _inherit = "mail.thread"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if self._name in CASE_MODELS:
            self.env["customer.portal.deadline"]._follow(records, fresh=True)
        return records

    def write(self, vals):
        result = super().write(vals)
        if self._name in CASE_MODELS:
            self._follow_promises(vals.keys())
        return result

    def _follow_promises(self, names):
        """Bring promises up to date after some fields were written."""
        promises = self.env["customer.portal.promise"]
        facts = promises._get_followed(self._name)
        if facts and names & (facts.matched | facts.clocked):
            matches = bool(names & facts.matched)
            self.env["customer.portal.deadline"]._follow(self, matches=matches)

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if self._name in CASE_MODELS:
            self.env["customer.portal.deadline"]._note_answer(self, message)
        return result
