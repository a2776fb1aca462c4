from odoo import api, models

from .entitlement_claims import INVOICES, ORDERS

# A change of one of these can bring or take support.
WATCHED = {
    ORDERS: {"state", "order_line", "partner_id"},
    INVOICES: {
        *("state", "invoice_line_ids", "line_ids", "partner_id"),
        *("invoice_date_due", "payment_state"),
    },
}
# What Odoo computes, without writing it by a method.
COMPUTED = {
    ORDERS: {"amount_untaxed", "amount_tax", "amount_total"},
    INVOICES: {"payment_state"},
}


class PortalMixin(models.AbstractModel):
    """Orders and invoices are noted when they change, and looked at before the commit.

    Of apps that may be installed or not, so by a mixin of theirs. All others pay for a
    look at their name.
    """

    _inherit = "portal.mixin"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if self._name in WATCHED and any(vals.get("state") for vals in vals_list):
            self.env["customer.portal.source"]._note(records)
        return records

    def write(self, vals):
        result = super().write(vals)
        if not WATCHED.get(self._name, frozenset()).isdisjoint(vals):
            self.env["customer.portal.source"]._note(self)
        return result

    def _compute_field_value(self, field):
        result = super()._compute_field_value(field)
        if field.name in COMPUTED.get(self._name, ()):
            self.env["customer.portal.source"]._note(self)
        return result
