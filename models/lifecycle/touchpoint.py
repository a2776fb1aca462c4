from odoo import fields, models

GRANTED, REFUSED = "extension_granted", "extension_refused"


class CustomerPortalTouchpoint(models.Model):
    """What was answered to a customer who asked for an extension."""

    _inherit = "customer.portal.touchpoint"

    kind = fields.Selection(
        selection_add=[
            (GRANTED, "Extension Granted"),
            (REFUSED, "Extension Refused"),
        ],
        ondelete={GRANTED: "cascade", REFUSED: "cascade"},
    )
