from odoo import fields, models


class CustomerPortalTouchpoint(models.Model):
    _inherit = "customer.portal.touchpoint"

    kind = fields.Selection(
        selection_add=[
            ("colleague_asked", "Change for Colleague Requested"),
            ("colleague_decided", "Change for Colleague Decided"),
            ("colleague_resent", "Login Details Requested by Colleague"),
        ],
        ondelete={
            "colleague_asked": "cascade",
            "colleague_decided": "cascade",
            "colleague_resent": "cascade",
        },
    )
