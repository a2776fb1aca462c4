from odoo import api, fields, models

STATES = [
    ("open", "Waiting for Answers"),
    ("done", "Answered"),
    ("missed", "Not Answered in Time"),
    ("void", "No Longer Needed"),
]


class CustomerPortalConfirmation(models.Model):
    """An access review: who knows an organization says who still needs access.

    The word "review" stands for something else in the code, the review of a change.
    Names are written down: they outlive the contacts.
    """

    _name = "customer.portal.confirmation"
    _inherit = "customer.portal.confirmation.kept"
    _description = "Customer Portal Access Review"
    _order = "date DESC, id DESC"
    _rec_name = "organization_name"

    organization_id = fields.Many2one("res.partner", readonly=True, ondelete="set null")
    organization_name = fields.Char(readonly=True, required=True)
    representative_id = fields.Many2one(
        "res.users",
        "Account Representative",
        related="organization_id.user_id",
    )
    company_id = fields.Many2one("res.company", readonly=True, ondelete="set null")
    date = fields.Date("Started On", readonly=True, required=True)
    date_due = fields.Date("Answer By", readonly=True, required=True)
    date_done = fields.Datetime("Ended On", readonly=True)
    date_next = fields.Date("Next Step On", readonly=True, required=True)
    reminders = fields.Integer(
        readonly=True, default=0, help="How many reminders were sent, two at most."
    )
    state = fields.Selection(
        STATES, "Status", readonly=True, required=True, default="open", index=True
    )
    line_ids = fields.One2many(
        "customer.portal.confirmation.line", "confirmation_id", "Answers", readonly=True
    )
    ask_ids = fields.One2many(
        "customer.portal.confirmation.ask", "confirmation_id", "Emails", readonly=True
    )
    line_count = fields.Integer("Contacts", compute="_compute_counts")
    open_count = fields.Integer("Not Answered", compute="_compute_counts")

    # One at a time, whoever starts it: two scheduled actions at once, too.
    _open_uniq = models.UniqueIndex("(organization_id) WHERE state = 'open'")
    _last_idx = models.Index("(organization_id, date)")

    @api.depends("line_ids.decision")
    def _compute_counts(self):
        counts = self._count_decisions()
        for confirmation in self:
            confirmation.line_count = sum(
                count
                for (one, _decision), count in counts.items()
                if one == confirmation
            )
            confirmation.open_count = counts.get((confirmation, False), 0)

    def _count_decisions(self):
        """Count the lines of these reviews.

        :return: numbers by review and decision, False for what waits
        :rtype: dict
        """
        groups = self.env["customer.portal.confirmation.line"]._read_group(
            [("confirmation_id", "in", self.ids)],
            ["confirmation_id", "decision"],
            ["__count"],
        )
        return {(one, decision): count for one, decision, count in groups}
