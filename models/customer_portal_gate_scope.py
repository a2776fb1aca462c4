from odoo import api, models

from ..const import PARAM_DEFAULT_SCOPE


class CustomerPortalGateScope(models.AbstractModel):
    """Mine or All."""

    _name = "customer.portal.gate.scope"
    _description = "Customer Portal Gate: Scope"

    @api.private
    def has_scopes(self, user, module):
        right = self._get_rights(user).get(module)
        return bool(right) and bool(right.partner_field) and right.level != "own"

    @api.private
    def default_scope(self, user, module):
        if not self.has_scopes(user, module):
            return "all"
        param = self.env["ir.config_parameter"].sudo().get_param(PARAM_DEFAULT_SCOPE)
        return "all" if param == "all" else "mine"
