from odoo import fields, models
from odoo.exceptions import UserError

DECISIONS = [
    ("keep", "Keep Access"),
    ("profile", "Change Profile"),
    ("end", "End Access"),
    ("gone", "Access Ended Meanwhile"),
    ("missed", "Not Confirmed"),
    ("closed", "Not Confirmed: Access Ended"),
]
# What people answer; the others are found out.
ANSWERS = ("keep", "profile", "end")


class CustomerPortalConfirmationLine(models.Model):
    """What was answered about one contact in an access review: who, what and when."""

    _name = "customer.portal.confirmation.line"
    _inherit = "customer.portal.confirmation.kept"
    _description = "Customer Portal Access Review: Answer"
    _order = "confirmation_id DESC, partner_name, id"
    _rec_name = "partner_name"

    confirmation_id = fields.Many2one(
        "customer.portal.confirmation",
        "Access Review",
        readonly=True,
        required=True,
        index=True,
        ondelete="restrict",
    )
    organization_name = fields.Char(
        "Organization", related="confirmation_id.organization_name"
    )
    date = fields.Date("Review Started On", related="confirmation_id.date")
    state = fields.Selection(string="Review Status", related="confirmation_id.state")
    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    partner_name = fields.Char("Name", readonly=True, required=True)
    partner_email = fields.Char("Email", readonly=True)
    profile_id = fields.Many2one(
        "customer.portal.profile", readonly=True, ondelete="set null"
    )
    profile_name = fields.Char(readonly=True, help="The profile when it was answered.")
    is_late = fields.Boolean(
        "Got Access Later",
        readonly=True,
        help="The contact got access after the review had started. If nobody confirms "
        "them, their access does not end.",
    )
    decision = fields.Selection(DECISIONS, "Answer", readonly=True, index=True)
    new_profile_id = fields.Many2one(
        "customer.portal.profile", readonly=True, ondelete="set null"
    )
    new_profile_name = fields.Char(readonly=True)
    decided_by_id = fields.Many2one(
        "res.users", "Answered By", readonly=True, ondelete="set null"
    )
    decided_by_name = fields.Char("Answered By (Name)", readonly=True)
    decided_on = fields.Datetime("Answered On", readonly=True)
    note = fields.Char(readonly=True)

    # A contact waits once. Those that were answered may meet when contacts are merged.
    _waiting_uniq = models.UniqueIndex(
        "(confirmation_id, partner_id) WHERE decision IS NULL"
    )

    def write(self, vals):
        """Keep what was answered, also from the server's own mistakes."""
        self._check_server()
        if any(line.decision in ANSWERS for line in self):
            raise UserError(self.env._("This has been answered already."))
        return super().write(vals)
