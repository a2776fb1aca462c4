from odoo import api, fields, models

from ...const import GROUP_AGENT

ACTIVITY_TYPE = "customer_portal.mail_activity_type_colleague"


class MailActivity(models.Model):
    """An activity that asks for approval: it is decided where it is seen."""

    _inherit = "mail.activity"

    asks_portal_approval = fields.Boolean(compute="_compute_asks_portal_approval")

    @api.depends("activity_type_id")
    @api.depends_context("uid")
    def _compute_asks_portal_approval(self):
        kind = self.env.ref(ACTIVITY_TYPE, raise_if_not_found=False)
        is_agent = self.env.user.has_group(GROUP_AGENT)
        for activity in self:
            activity.asks_portal_approval = (
                is_agent and bool(kind) and activity.activity_type_id == kind
            )

    @api.model
    def _get_portal_card_fields(self):
        return [*super()._get_portal_card_fields(), "asks_portal_approval"]

    def action_approve_portal_changes(self):
        """Approve what the activity asks for; the requests check who may."""
        return self._get_open_portal_requests().action_approve()

    def action_refuse_portal_changes(self):
        return self._get_open_portal_requests().action_refuse()

    def _get_open_portal_requests(self):
        self.check_access("read")
        requests = self.env["customer.portal.colleague.request"]
        requests._check_decider()
        return requests.search(
            [("activity_id", "in", self.ids), ("state", "=", "open")]
        )
