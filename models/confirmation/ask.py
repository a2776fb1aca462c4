from odoo import fields, models

# Which email it was, by its number. The last one reports.
REPORT = 3
NUMBERS = [
    ("0", "Request"),
    ("1", "First Reminder"),
    ("2", "Second Reminder"),
    ("3", "Report"),
]


class CustomerPortalConfirmationAsk(models.Model):
    """Who was asked to answer an access review, or notified of its end, and when."""

    _name = "customer.portal.confirmation.ask"
    _inherit = "customer.portal.confirmation.kept"
    _description = "Customer Portal Access Review: Email"
    _order = "id DESC"
    _rec_name = "user_name"

    confirmation_id = fields.Many2one(
        "customer.portal.confirmation",
        "Access Review",
        readonly=True,
        required=True,
        index=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users", readonly=True, index=True, ondelete="set null"
    )
    user_name = fields.Char("Name", readonly=True, required=True)
    number = fields.Selection(NUMBERS, "Email", readonly=True, required=True)
    date = fields.Datetime("Sent On", readonly=True, required=True)
    mail_id = fields.Many2one(
        "customer.portal.mail",
        "Status of the Email",
        readonly=True,
        ondelete="set null",
    )
    mail_state = fields.Selection(string="Email Status", related="mail_id.state")

    # Once each, whoever sends it.
    _once_uniq = models.UniqueIndex("(confirmation_id, user_id, number)")
