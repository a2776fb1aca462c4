from odoo import api, models

from .portal_mixin import ALL_FIELDS, COMPUTE


class CustomerPortalPublishing(models.AbstractModel):
    _inherit = "customer.portal.publishing"

    @api.model
    def _is_for_groups(self, field):
        """Let modules publish promises, which Odoo itself shows to employees only."""
        is_promise = field.name in ALL_FIELDS and field.compute == COMPUTE
        return super()._is_for_groups(field) and not is_promise
