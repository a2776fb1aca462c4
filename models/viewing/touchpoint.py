from odoo import fields, models


class CustomerPortalTouchpoint(models.Model):
    _inherit = "customer.portal.touchpoint"

    kind = fields.Selection(
        selection_add=[("viewed", "Seen as Customer")],
        ondelete={"viewed": "cascade"},
    )
