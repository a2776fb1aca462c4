"""Where the portal shows records: narrowed to those of other customers while it is
checked.

So a million records of their own hide no record of others: the pages themselves look
for it. It only ever narrows.
"""

from contextlib import contextmanager

from odoo import api, models
from odoo.fields import Domain

# Where a transaction keeps which records are looked for, by model.
LOOKED_FOR = "customer_portal_leak"


@contextmanager
def narrow(env, domains):
    """Have pages show some records alone.

    :param dict domains: by the name of the model
    """
    env.cr.cache[LOOKED_FOR] = domains
    try:
        yield
    finally:
        env.cr.cache.pop(LOOKED_FOR, None)


def get_looked_for(env, model_name):
    """Return which records of a model are looked for: all, if nobody checks."""
    domains = env.cr.cache.get(LOOKED_FOR)
    return domains.get(model_name, Domain.TRUE) if domains else Domain.TRUE


class CustomerPortalRecord(models.AbstractModel):
    _inherit = "customer.portal.record"

    @api.model
    def _get_query_domain(self, right, asked):
        domain = super()._get_query_domain(right, asked)
        return domain & get_looked_for(self.env, right.model_name)


class CustomerPortalChart(models.Model):
    _inherit = "customer.portal.chart"

    @api.model
    def _get_spec_domain(self, model, right, spec):
        domain = super()._get_spec_domain(model, right, spec)
        return domain & get_looked_for(self.env, right.model_name)


class CustomerPortalNarrowing(models.AbstractModel):
    _inherit = "customer.portal.narrowing"

    @api.model
    def _narrow_for_portal(self, domain, model_name, mode):
        domain = super()._narrow_for_portal(domain, model_name, mode)
        if self.env.su:
            return domain
        return domain & get_looked_for(self.env, model_name)
