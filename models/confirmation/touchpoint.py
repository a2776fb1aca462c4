from odoo import fields, models

# What it is called that somebody has confirmed an access.
CONFIRMED = "confirmed"


class CustomerPortalTouchpoint(models.Model):
    _inherit = "customer.portal.touchpoint"

    kind = fields.Selection(
        selection_add=[(CONFIRMED, "Access Confirmed")],
        ondelete={CONFIRMED: "cascade"},
    )
