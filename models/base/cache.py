from functools import partial
from types import MappingProxyType

from odoo import api, models
from odoo.tools import ormcache

from . import odoo_cache
from .snapshot_cache import stop_sharing

# Key of the transaction's cache: by user, whether fields of contacts are hidden.
HIDES = "customer_portal_hides"
# Key of the same: users from whom nothing of contacts is hidden.
SEES_ALL = "customer_portal_sees_all"
NOBODY = frozenset()  # what stands there at first
# Where a transaction keeps what is looked up once for a page, while it is made.
FOUND = "customer_portal_found"
NOT_KNOWN = MappingProxyType({})  # what stands there at first
# Where a transaction keeps which contacts belong together.
ORGANIZATIONS = "customer_portal_families"


def get_organizations(cr):
    """Return what a transaction has found about which contacts belong together.

    Cursors keep their cache when a transaction ends, and Odoo repeats a request with
    the same one: who has left an organization meanwhile must be seen to have left.

    :rtype: dict
    """
    if ORGANIZATIONS not in cr.cache:
        cr.cache[ORGANIZATIONS] = {}
        for hook in (cr.postcommit, cr.postrollback):
            hook.add(partial(cr.cache.pop, ORGANIZATIONS, None))
    return cr.cache[ORGANIZATIONS]


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
        and keep it. What they go on reading, ``snapshot_cache`` keeps apart.
        """
        odoo_cache.clear(self.env)
        odoo_cache.clear_after_commit(self.env)
        stop_sharing(self.env)
        self.env.cr.cache.pop(HIDES, None)
        self.env.cr.cache.pop(SEES_ALL, None)
        self.env.cr.cache.pop(ORGANIZATIONS, None)
        self.env.cr.cache.get(FOUND, {}).clear()

    @api.model
    @ormcache()
    def _get_cache_mark(self):
        """Return an object that is another one once Odoo's cache was cleared."""
        return object()
