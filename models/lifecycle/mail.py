from odoo import fields, models

# What the life of an access has emailed, beside the notices to the contact itself.
OVERVIEW, REQUEST, ANSWER, RECEIPT = (
    "ends_overview",
    "extension_request",
    "extension_answer",
    "receipt",
)


class CustomerPortalMail(models.Model):
    """Which notice of an end it was, and who else knows of that end."""

    _inherit = "customer.portal.mail"

    kind = fields.Selection(
        selection_add=[
            (OVERVIEW, "Support Ends Overview"),
            (REQUEST, "Extension Request"),
            (ANSWER, "Answer to an Extension Request"),
            (RECEIPT, "Ended Access"),
        ],
        ondelete=dict.fromkeys((OVERVIEW, REQUEST, ANSWER, RECEIPT), "cascade"),
    )
    notice_days = fields.Integer(
        "Days Before",
        aggregator=None,
        help="Which of the days in Settings the notice was for.",
    )
    managers_informed = fields.Boolean(
        help="The managers of the organization have an overview with this end."
    )
    representative_informed = fields.Boolean(
        help="The account representative has an overview with this end."
    )
