"""What Odoo makes of views, routes and bundles, kept from one test for the next one.

Odoo forgets it after each test. To make it anew takes longer than most tests do, and
few of them change any of it.
"""

KEPT = ("templates", "assets", "routing")
# Stands in a cache as long as nobody has emptied it.
MARK = (__name__,)

# What is in the caches by their names, for the database as it is without any test.
known = {}


def _get_caches(registry):
    return registry._Registry__caches


def _fill(registry, names):
    for name in names:
        cache = _get_caches(registry)[name]
        cache.update(known.get(name, ()))
        cache[MARK] = True


def _keep(registry, names):
    """Take what a test has added, unless it changed what was there."""
    for name in names:
        cache = _get_caches(registry)[name]
        if MARK in cache:
            known[name] = dict(cache.items())


class KeptCaches:
    """A test case that keeps caches, unless its class or the test has emptied them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        _fill(cls.registry, KEPT)

    def setUp(self):
        caches = _get_caches(self.registry)
        names = [name for name in KEPT if MARK in caches[name]]
        # Cleanups begin with the last one: what the test has added is taken, Odoo
        # empties the caches, and all is put back.
        self.addCleanup(_fill, self.registry, names)
        super().setUp()
        self.addCleanup(_keep, self.registry, names)
