from odoo import api, models
from odoo.fields import Domain

from .grace import IDENTITY, ReadingOnly


class CustomerPortalNarrowing(models.AbstractModel):
    """By RPC or by a page, of no model a record is written in a customer's name."""

    _inherit = "customer.portal.narrowing"

    @api.model
    def _narrow_for_portal(self, domain, model_name, mode):
        narrowed = super()._narrow_for_portal(domain, model_name, mode)
        is_kept = mode == "read" or model_name == IDENTITY
        if is_kept or not self._is_in_portal_grace():
            return narrowed
        self.env["customer.portal.gate"]._note("grace", False)
        return Domain.FALSE

    @api.model
    def _make_error(self, operation, records):
        """Say what is left to do, instead of who else might do it."""
        if operation != "read" and self._is_in_portal_grace():
            return ReadingOnly(self.env["customer.portal.grace"]._get_text())
        return super()._make_error(operation, records)

    @api.model
    def _is_in_portal_grace(self):
        return not self.env.su and self.env["customer.portal.grace"]._is_on()
