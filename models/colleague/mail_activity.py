from odoo import fields, models


class MailActivity(models.Model):
    """An activity that asks for approval: it can be decided where it is seen."""

    _inherit = "mail.activity"

    portal_request_ids = fields.One2many(
        "customer.portal.colleague.request",
        "activity_id",
        "Changes to Approve",
        readonly=True,
        groups="customer_portal.group_customer_portal_user",
    )

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
