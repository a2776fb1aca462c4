from odoo import fields, models

from .res_partner_overdue import HELD, RELEASED


class CustomerPortalTouchpoint(models.Model):
    _inherit = "customer.portal.touchpoint"

    kind = fields.Selection(
        selection_add=[(HELD, "Access On Hold"), (RELEASED, "Hold Ended")],
        ondelete={HELD: "cascade", RELEASED: "cascade"},
    )
