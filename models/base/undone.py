from contextlib import contextmanager
from copy import copy

from . import odoo_cache
from .cache import FOUND, HIDES, ORGANIZATIONS, SEES_ALL
from .snapshot_cache import stop_sharing

# Where a transaction keeps that what is done just now is only tried.
TRIED = "customer_portal_tried"


@contextmanager
def undone(env):
    """Undo all that is done within: rows, caches, and what waits for the commit.

    The gate's answers are the transaction's own meanwhile, so no other request sees any
    of them. What Odoo keeps in this process is read anew after it; the others have seen
    nothing, so they are not told, and nobody is emailed.

    :param env: of the transaction
    """
    cr = env.cr
    cr.flush()
    waiting = [
        (hook, hook._funcs.copy(), {key: copy(one) for key, one in hook.data.items()})
        for hook in (cr.precommit, cr.postcommit, cr.postrollback)
    ]
    told = odoo_cache.get_told(env)
    stop_sharing(env)
    savepoint, is_within = cr.savepoint(), is_tried(env)
    cr.cache[TRIED] = True
    try:
        yield
        env.flush_all()
    finally:
        env.clear()
        savepoint.close(rollback=True)
        for hook, functions, data in waiting:
            hook.clear()
            hook._funcs.extend(functions)
            hook.data.update(data)
        odoo_cache.clear_untold(env, told)
        for key in (HIDES, SEES_ALL, ORGANIZATIONS):
            cr.cache.pop(key, None)
        cr.cache.get(FOUND, {}).clear()
        cr.cache[TRIED] = is_within
        stop_sharing(env)


def is_tried(env):
    """Say whether what is done now will be undone: long work for later is in vain."""
    return env.cr.cache.get(TRIED, False)
