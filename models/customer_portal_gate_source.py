from odoo import api, models

from .customer_portal_gate_contact import HIDES


class CustomerPortalGateSource(models.AbstractModel):
    """Of what the gate's answers are made: a change holds from the next request on.

    The gate keeps what it has read in Odoo's cache; clearing it tells all workers, so
    only who may change something clears it.
    """

    _name = "customer.portal.gate.source"
    _description = "Customer Portal Gate Source"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self._forget()
        return records

    def write(self, vals):
        result = super().write(vals)
        self._forget()
        return result

    def unlink(self):
        result = super().unlink()
        self._forget()
        return result

    def _forget(self):
        self.env.registry.clear_cache()
        self.env.cr.cache.pop(HIDES, None)
