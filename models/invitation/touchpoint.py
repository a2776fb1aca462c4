from odoo import fields, models

# What a touchpoint of a registration with a code is called.
REGISTERED = "registered"


class CustomerPortalTouchpoint(models.Model):
    _inherit = "customer.portal.touchpoint"

    kind = fields.Selection(
        selection_add=[(REGISTERED, "Registered")],
        ondelete={REGISTERED: "cascade"},
    )
