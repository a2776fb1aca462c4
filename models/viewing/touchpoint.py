from odoo import api, fields, models


class CustomerPortalTouchpoint(models.Model):
    _inherit = "customer.portal.touchpoint"

    kind = fields.Selection(
        selection_add=[("viewed", "Seen as Customer")],
        ondelete={"viewed": "cascade"},
    )

    @api.model
    def _log_in_new_transaction(self, kind, user, detail=False):
        """Log nothing of a customer that an agent does in their place."""
        if self.env["customer.portal.viewing"]._get_current():
            return None
        return super()._log_in_new_transaction(kind, user, detail=detail)

    @api.model
    def _log_refused(self, user, reason):
        if self.env["customer.portal.viewing"]._get_current():
            return None
        return super()._log_refused(user, reason)
