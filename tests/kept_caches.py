"""What Odoo makes of views, routes, bundles, models and groups, kept for the next test.

Odoo forgets it after each test. To make it anew takes longer than most tests do, and
few of them change any of it. The code of an email's body is made for each email anew.
"""

from lxml import etree

from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name

from odoo.addons.base.models.ir_qweb import IrQweb

KEPT = ("templates", "assets", "routing", "groups", "stable")
# Whose answers are kept of the last one: what models know of themselves. Not what is
# configured, which classes for HTTP change, nor what is made when it is looked up.
STABLE = {"ir.model", "ir.model.access", "ir.model.fields", "res.lang"}
# Stands in a cache as long as nobody has emptied it.
MARK = (__name__,)

# What is in the caches by their names, for the database as it is without any test.
known = {}
# The code of templates that are no views, by all that it depends on.
generated = {}


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
            known[name] = {
                key: value for key, value in cache.items() if _is_kept(name, key)
            }


def _is_kept(name, key):
    return name != "stable" or key[0] in STABLE


def _generate_code(bodies, template, original=IrQweb._generate_code_uncached):
    """Return the code of a template that is no view from what is known, or add it.

    What Odoo itself keeps of views depends on these keys of the context alone, too.
    """
    if not isinstance(template, etree._Element):
        return original(bodies, template)
    keys = bodies._get_template_cache_keys()
    context = tuple(bodies.env.context.get(key) or False for key in keys)
    key = (etree.tostring(template), context)
    if key not in generated:
        generated[key] = original(bodies, template)
    return generated[key]


class KeptCaches:
    """A test case that keeps caches, unless its class or the test has emptied them."""

    @classmethod
    def setUpClass(cls):
        # Before, for what Odoo's own classes make; they set a parameter after it.
        _fill(Registry(get_db_name()), KEPT)
        super().setUpClass()
        cls.classPatch(IrQweb, "_generate_code_uncached", _generate_code)
        _fill(cls.registry, KEPT)

    def setUp(self):
        caches = _get_caches(self.registry)
        names = [name for name in KEPT if MARK in caches[name]]
        # Cleanups begin with the last one: what the test has added is taken, Odoo
        # empties the caches, and all is put back.
        self.addCleanup(_fill, self.registry, names)
        super().setUp()
        self.addCleanup(_keep, self.registry, names)
