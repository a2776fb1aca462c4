from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import (
    NUMBER_LIMITS,
    PARAM_OVERDUE_DAYS,
    PARAM_OVERDUE_EFFECT,
    PARAM_SUPPORT_OPENS,
)
from .entitlement_claims import BY_ORDER, BY_PAYMENT, INVOICES, ORDERS
from .res_partner_overdue import CLOSE, GRACE


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    portal_support_opens = fields.Selection(
        [
            (BY_PAYMENT, "When the invoice is paid"),
            (BY_ORDER, "When the order is confirmed"),
        ],
        "Support Products Count",
        default=BY_PAYMENT,
        config_parameter=PARAM_SUPPORT_OPENS,
    )
    portal_overdue_days = fields.Integer(
        "Overdue Invoices (Days)", config_parameter=PARAM_OVERDUE_DAYS
    )
    portal_overdue_effect = fields.Selection(
        [(CLOSE, "Customers can't log in"), (GRACE, "Customers can only read")],
        "Overdue Invoices",
        default=CLOSE,
        config_parameter=PARAM_OVERDUE_EFFECT,
    )
    portal_has_orders = fields.Boolean()
    portal_has_invoices = fields.Boolean()

    @api.constrains("portal_overdue_days")
    def _check_portal_overdue_days(self):
        most = NUMBER_LIMITS[PARAM_OVERDUE_DAYS]
        if any(not 0 <= one.portal_overdue_days <= most for one in self):
            raise ValidationError(
                self.env._(
                    "%(field)s must be a number from 0 to %(most)s.",
                    field=self.env._("Overdue Invoices (Days)"),
                    most=most,
                )
            )

    @api.model
    def get_values(self):
        """Offer what the installed apps make possible; what nobody knows is the first.

        A text that somebody has written by hand counts as what it does.
        """
        entitlements = self.env["customer.portal.entitlement"]
        is_for_reading = self.env["res.partner"]._is_hold_for_reading()
        return {
            **super().get_values(),
            "portal_support_opens": entitlements._get_opening(),
            "portal_overdue_effect": GRACE if is_for_reading else CLOSE,
            "portal_has_orders": ORDERS in self.env,
            "portal_has_invoices": INVOICES in self.env,
        }
