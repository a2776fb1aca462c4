from odoo import api, models

# Key of the transaction's cache: by user, whether fields of contacts are hidden.
HIDES = "customer_portal_hides"


class CustomerPortalCacheMixin(models.AbstractModel):
    """Of what the gate's answers are made: a change holds from the next request on.

    The gate keeps what it has read in Odoo's cache; clearing it tells all workers, so
    only who may change something clears it.
    """

    _name = "customer.portal.cache.mixin"
    _description = "Customer Portal Cache"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self._clear_gate_cache()
        return records

    def write(self, vals):
        result = super().write(vals)
        self._clear_gate_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self._clear_gate_cache()
        return result

    def _clear_gate_cache(self):
        """Have everything read anew, by this transaction and by all others.

        Again after the commit: until then, other threads read what was there before,
        and keep it.
        """
        self.env.registry.clear_cache()
        self.env.cr.postcommit.add(self.env.registry.clear_cache)
        self.env.cr.cache.pop(HIDES, None)
