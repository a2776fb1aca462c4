from contextlib import contextmanager
from copy import copy

from odoo import api, models

from ..base.snapshot_cache import stop_sharing

# What waits for the end of the transaction, such as emails and notices of browsers.
HOOKS = ("precommit", "postcommit", "postrollback")


class CustomerPortalEffect(models.AbstractModel):
    """A change that is undone, with all that follows from it."""

    _inherit = "customer.portal.effect"

    @api.model
    @contextmanager
    def _undone(self):
        """Undo all that is done within: rows, caches, and what waits for the commit.

        The gate's answers are the transaction's own meanwhile, so no other request sees
        any of them. What Odoo keeps in this process is read anew after it; the others
        have seen nothing, so they are not told.
        """
        cr, registry = self.env.cr, self.env.registry
        cr.flush()
        kept = {name: self._get_hooks(name) for name in HOOKS}
        told = set(registry.cache_invalidated)
        stop_sharing(self.env)
        savepoint = cr.savepoint()
        try:
            yield
            self.env.flush_all()
        finally:
            self.env.clear()
            savepoint.close(rollback=True)
            for name, (functions, data) in kept.items():
                self._set_hooks(name, functions, data)
            registry.clear_cache("default", *registry.cache_invalidated)
            registry.cache_invalidated.intersection_update(told)
            stop_sharing(self.env)

    @api.model
    def _get_hooks(self, name):
        hooks = getattr(self.env.cr, name)
        data = {key: copy(value) for key, value in hooks.data.items()}
        return list(hooks._funcs), data

    @api.model
    def _set_hooks(self, name, functions, data):
        hooks = getattr(self.env.cr, name)
        hooks.clear()
        for function in functions:
            hooks.add(function)
        hooks.data.update(data)
