from odoo import api, models

from .customer_portal_gate_contact import HIDES


class CustomerPortalGateSource(models.AbstractModel):
    """Of what the gate's answers are made: a change holds from the next request on.

    The gate keeps what it has read in Odoo's cache; clearing it tells all workers.
    """

    _name = "customer.portal.gate.source"
    _description = "Customer Portal Gate Source"

    @api.model_create_multi
    def create(self, vals_list):
        self._forget()
        return super().create(vals_list)

    def write(self, vals):
        self._forget()
        return super().write(vals)

    def unlink(self):
        self._forget()
        return super().unlink()

    def _forget(self):
        self.env.registry.clear_cache()
        self.env.cr.cache.pop(HIDES, None)
