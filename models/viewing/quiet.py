"""What pages note when they are read, and do not while an agent sees as customer.

The database refuses it anyway; this lets the page be shown.
"""

from odoo import api, models


class PortalMixin(models.AbstractModel):
    _inherit = "portal.mixin"

    def _portal_ensure_token(self):
        """Make no token for a record that has none: its links do without."""
        if self.env["customer.portal.viewing"]._get_current():
            return self.access_token or ""
        return super()._portal_ensure_token()


class CustomerPortalThread(models.AbstractModel):
    _inherit = "customer.portal.thread"

    @api.model
    def _is_own_visit(self):
        is_seen = self.env["customer.portal.viewing"]._get_current()
        return not is_seen and super()._is_own_visit()
