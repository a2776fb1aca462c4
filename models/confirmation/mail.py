from odoo import fields, models


class CustomerPortalMail(models.Model):
    _inherit = "customer.portal.mail"

    kind = fields.Selection(
        selection_add=[("confirmation", "Access Review")],
        ondelete={"confirmation": "cascade"},
    )
