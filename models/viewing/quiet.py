"""What pages note when they are read, and do not while an agent sees as customer.

The database refuses it anyway; this lets the page be shown.
"""

from odoo import api, models

# What templates are given that lets whoever has it act as the customer.
TOKENS = frozenset(("access_token", "token"))


class PortalMixin(models.AbstractModel):
    _inherit = "portal.mixin"

    def _portal_ensure_token(self):
        """Give and make no token: links do without."""
        if self.env["customer.portal.viewing"]._get_current():
            return ""
        return super()._portal_ensure_token()

    def _fetch_query(self, query, fields):
        """Read no tokens: who has copied one acts as the customer after they have left.

        Pages put them into links, forms and conversations, whatever rights the agent
        has to the document itself.
        """
        found = super()._fetch_query(query, fields)
        token = self._fields["access_token"]
        is_read = token in fields
        if found and is_read and self.env["customer.portal.viewing"]._get_current():
            token._update_cache(found, None)
        return found


class CustomerPortalThread(models.AbstractModel):
    _inherit = "customer.portal.thread"

    @api.model
    def _is_own_visit(self):
        is_seen = self.env["customer.portal.viewing"]._get_current()
        return not is_seen and super()._is_own_visit()


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    @api.model
    def _render_template(self, template, values=None):
        """Give pages no tokens that are made for them, as the form of payment's is."""
        if self.env["customer.portal.viewing"]._get_current():
            given = values or {}
            values = {**given, **dict.fromkeys(TOKENS & given.keys())}
        return super()._render_template(template, values)
