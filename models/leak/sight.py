import logging
from collections import defaultdict
from time import monotonic
from typing import NamedTuple

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..base.clashes import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from .narrowed import narrow

_logger = logging.getLogger(__name__)

# How many records of each kind are looked at, and how many of others are tried.
LIMIT = 100
PROBES = 5
# How long all that one customer sees may take, in seconds.
SECONDS = 20
# Context key: the time of `time.monotonic` until when somebody waits for a check.
UNTIL = "customer_portal_leak_until"


class NotInTime(Exception):
    """A check was not done by the time that somebody waits for it."""


class Number(NamedTuple):
    """A number that customers are shown of records that are not theirs."""

    way: str
    code: str
    model: str
    number: int


class Sight:
    """What a customer was found to see."""

    def __init__(self):
        self.ways = defaultdict(set)  # (module, model, id) -> ways in
        self.numbers = []
        self.gaps = []  # (module, model, way) that could not be looked at

    def add(self, way, code, model, ids):
        for res_id in ids:
            self.ways[code, model, res_id].add(way)


class CustomerPortalLeakSight(models.AbstractModel):
    """All that one customer sees, asked where the pages and programs ask.

    The user of the environment is the customer. Each way in is asked twice: for what it
    shows of other customers, wherever it is among a million records, then for the
    newest records of all.
    """

    _name = "customer.portal.leak.sight"
    _description = "What a Customer Sees"

    @api.model
    def _look(self, viewer):
        """Look at everything, as long as there is time.

        :param Viewer viewer: the user of the environment
        :rtype: Sight
        """
        sight, end = Sight(), monotonic() + SECONDS
        for way, code, model, look in self._get_looks(viewer):
            if monotonic() > end or not self._try(look, sight):
                sight.gaps.append((code, model, way))
        return sight

    @api.model
    def _get_looks(self, viewer):
        """Return the ways in: name, module, model and what looks. To be extended.

        :rtype: list[tuple]
        """
        return []

    @api.model
    def _try(self, look, sight):
        """Look one way. One that fails, or takes too long, keeps no other from it.

        :raise NotInTime: where somebody waits, and has waited long enough
        """
        until = self.env.context.get(UNTIL)
        if until and monotonic() > until:
            raise NotInTime
        try:
            with self.env.cr.savepoint():
                look(sight)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except UserError as error:
            _logger.info("Leak check: %s", error)
        except psycopg2.Error:
            _logger.warning("Leak check: a query failed", exc_info=True)
        except Exception:
            _logger.exception("Leak check: a page could not be looked at")
        else:
            return True
        return False

    # === WHAT IS LOOKED FOR === #

    @api.model
    def _narrow(self, viewer, model_names):
        """Look for the records of other customers alone, of some models."""
        reasons = self.env["customer.portal.leak.reason"]
        domains = {
            name: reasons._get_foreign_domain(viewer, name) for name in model_names
        }
        return narrow(self.env, {n: d for n, d in domains.items() if d is not None})

    @api.model
    def _find_probes(self, viewer, model_name):
        """Return the newest records of other customers, with all rights."""
        reasons = self.env["customer.portal.leak.reason"]
        domain = reasons._get_foreign_domain(viewer, model_name)
        model = self.env[model_name].sudo().with_context(active_test=False)
        if domain is None:
            return model
        return model.search(domain, limit=PROBES, order="id desc")

    @api.model
    def _get_module_models(self):
        """Return the models that profiles show, but for contacts: pages need theirs."""
        modules = self.env["customer.portal.module"].sudo().search(Domain.TRUE)
        names = {module.model_name for module in modules} - {"res.partner", "res.users"}
        return sorted(name for name in names if name in self.env)
