from functools import partial, wraps

from odoo.tools import ormcache
from odoo.tools.lru import LRU

from .odoo_cache import get_generation, get_latest_generation

# Where a transaction keeps its own answers, once it may not share them.
OWN = "customer_portal_own"
# Answers of one transaction; a cron job may ask about each customer.
OWN_SIZE = 1024


def snapshot_cache(*key):
    """Keep what a method of a model reads of the configuration, as ``ormcache`` does.

    Odoo clears its cache once a change is committed. In a server with threads a request
    that began before may then put back what it read, and it stays there: measured under
    load, five of six changes of a permission had no effect. So answers are kept with
    the number of changes (Odoo's signaling) that their transaction saw, and hold only
    until there is another change. A transaction that saw too little, such as one on a
    replica that is behind, or that changed something itself, has answers of its own.

    :param str key: expressions of the method's arguments, as ``ormcache`` takes them
    """

    def decorate(method):
        @wraps(method)
        def read(model, *args, **kwargs):
            return get_generation(model.env), method(model, *args, **kwargs)

        cache = ormcache(*key)
        read = cache(read)

        @wraps(method)
        def lookup(model, *args, **kwargs):
            if OWN not in model.env.cr.cache:
                generation, value = read(model, *args, **kwargs)
                if generation >= get_latest_generation(model.env):
                    return value
                seen = get_generation(model.env)
                if seen >= get_latest_generation(model.env):
                    value = method(model, *args, **kwargs)
                    cache.add_value(model, *args, cache_value=(seen, value), **kwargs)
                    return value
                stop_sharing(model.env)
            own = get_own(model.env)
            own_key = cache.key(model, *args, **kwargs)
            if own_key not in own:
                own[own_key] = method(model, *args, **kwargs)
            return own[own_key]

        return lookup

    return decorate


def stop_sharing(env):
    """Have the transaction keep its own answers until it ends; none at first."""
    cr = env.cr
    if OWN not in cr.cache:
        cr.postcommit.add(partial(cr.cache.pop, OWN, None))
        cr.postrollback.add(partial(cr.cache.pop, OWN, None))
    cr.cache[OWN] = None, LRU(OWN_SIZE)


def get_own(env):
    """Return the transaction's own answers; none once somebody cleared Odoo's cache.

    :rtype: odoo.tools.lru.LRU
    """
    mark = env["customer.portal.cache.mixin"]._get_cache_mark()
    known, own = env.cr.cache[OWN]
    if known is not mark:
        own.clear()
        env.cr.cache[OWN] = mark, own
    return own
