from odoo import models
from odoo.exceptions import AccessError

from .answer import MOST_ANSWERS, Answer


class CustomerPortalConfirmation(models.Model):
    """What agents do in Odoo. Each checks for itself that it is an agent who calls."""

    _inherit = "customer.portal.confirmation"

    def _check_agent(self):
        if not self._is_reviewer_agent():
            raise AccessError(self._get_unknown_text())
        self.check_access("read")

    def action_keep_others(self):
        """Confirm all who are left."""
        self.ensure_one()
        self._check_agent()
        waiting = self.line_ids.filtered(
            lambda line: not line.decision and line.partner_id
        )
        for start in range(0, len(waiting), MOST_ANSWERS):
            batch = waiting[start : start + MOST_ANSWERS]
            self._answer({line.partner_id.id: Answer("keep") for line in batch})
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_view_answers(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.customer_portal_confirmation_line_action"
        )
        return {**action, "domain": [("confirmation_id", "=", self.id)], "context": {}}


class CustomerPortalConfirmationLine(models.Model):
    _inherit = "customer.portal.confirmation.line"

    def action_keep(self):
        return self._answer_as_agent(Answer("keep"))

    def action_end(self):
        return self._answer_as_agent(Answer("end"))

    def action_change_profile(self):
        """Ask which profile it is to be."""
        self.ensure_one()
        self.confirmation_id._check_agent()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change Profile"),
            "res_model": "customer.portal.confirmation.profile",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_id": self.id},
        }

    def _answer_as_agent(self, answer):
        """Answer about one contact.

        :raise UserError: if it is refused, that says why
        """
        self.ensure_one()
        review = self.confirmation_id
        review._check_agent()
        refusals = review._answer({self.partner_id.id: answer})
        for text in refusals.values():
            raise AccessError(text)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
