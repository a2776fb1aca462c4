from functools import partial

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from odoo import api, models
from odoo.fields import Domain

from ..base.odoo_http import visiting
from ..base.odoo_rights import get_readable_models
from .sight import LIMIT, Number

# The page that Odoo's cards ask for their numbers.
COUNTERS = "/my/counters"


class Everything(list):
    """The names of all counters there are, whatever apps call theirs."""

    def __contains__(self, name):
        return True


class Visit:
    """What Odoo's pages ask of a request, while nobody has made one."""

    def __init__(self, env):
        self.env = env
        self.httprequest = Request(EnvironBuilder(COUNTERS).get_environ())
        self.session, self.params, self.db = {}, {}, env.cr.dbname
        self.cookies = {}


class CustomerPortalLeakSight(models.AbstractModel):
    """What Odoo itself shows: its pages' numbers, files, and what programs read."""

    _inherit = "customer.portal.leak.sight"

    @api.model
    def _get_looks(self, viewer):
        counters = partial(self._look_at_counters, viewer)
        return [
            *super()._get_looks(viewer),
            ("count", "", "", counters),
            ("file", "", "ir.attachment", partial(self._look_at_public_files, viewer)),
            *(
                ("rpc", "", name, partial(self._look_by_rpc, viewer, name))
                for name in self._get_readable_models()
            ),
        ]

    # === PROGRAMS === #

    @api.model
    def _get_readable_models(self):
        """Return the models that Odoo's rights let the user read any records of."""
        names = get_readable_models(self.env)
        return sorted(
            name for name in names if name in self.env and not self.env[name]._abstract
        )

    @api.model
    def _look_by_rpc(self, viewer, model_name, sight):
        """Search, count and read as any program can that logs in as the customer."""
        model = self.env[model_name].with_context(active_test=False)
        reasons = self.env["customer.portal.leak.reason"]
        if reasons._get_customer_paths(model_name):
            with self._narrow(viewer, [model_name]):
                ids = self._search_by_rpc(model, sight)
                count = model.search_count([], limit=LIMIT)
            if count > len(ids):
                sight.numbers.append(Number("rpc_count", "", model_name, count))
        for order in ("id desc", "id"):
            self._search_by_rpc(model, sight, order)
        probes = self._find_probes(viewer, model_name)
        readable = model.browse(probes.ids)._filtered_access("read")
        sight.add("rpc_read", "", model_name, readable.ids)
        self._look_at_native_files(readable, sight)

    @api.model
    def _search_by_rpc(self, model, sight, order="id desc"):
        ids = model.search([], limit=LIMIT, order=order).ids
        sight.add("rpc", "", model._name, ids)
        if model._rec_name:
            names = model.name_search("", limit=LIMIT)
            sight.add("rpc_names", "", model._name, [pair[0] for pair in names])
        return ids

    # === FILES === #

    @api.model
    def _look_at_native_files(self, records, sight):
        """Look at the files that Odoo's page of a record lists."""
        files = self.env["customer.portal.file"]
        if records._name in self.env["customer.portal.gate"]._get_native_models():
            for record in records:
                found = files._find_native_files(record).ids[:LIMIT]
                sight.add("file", "", "ir.attachment", found)

    @api.model
    def _look_at_public_files(self, viewer, sight):
        """Look for files of other customers' records that need no right at all.

        Whatever the records are: whoever counts up addresses needs no page that leads
        to them.
        """
        files = self.env["ir.attachment"].sudo()
        public = Domain("public", "=", True) & Domain("type", "=", "binary")
        for [name] in files._read_group(public, ["res_model"]):
            for domain in self._get_foreign_files(viewer, name):
                found = files.search(public & domain, limit=LIMIT, order="id desc")
                sight.add("public_file", "", files._name, found.ids)

    @api.model
    def _get_foreign_files(self, viewer, model_name):
        """Return which files of a model's records to look at: of others, then newest.

        :return: domains; none if the records name nobody
        :rtype: list
        """
        reasons = self.env["customer.portal.leak.reason"]
        of_model = Domain("res_model", "=", model_name)
        if model_name in reasons._get_carriers():
            return [of_model]
        if model_name not in self.env or not reasons._get_customer_paths(model_name):
            return []
        foreign = reasons._get_foreign_domain(viewer, model_name)
        records = self.env[model_name].sudo().with_context(active_test=False)
        return [of_model & Domain("res_id", "in", records._search(foreign)), of_model]

    # === NUMBERS OF ODOO'S PAGES === #

    @api.model
    def _look_at_counters(self, viewer, sight):
        """Look at the numbers on the cards, of records of other customers alone."""
        with self._narrow(viewer, self._get_module_models()):
            values = self._get_counters()
        for value in values.values():
            if isinstance(value, int) and not isinstance(value, bool) and value > 0:
                sight.numbers.append(Number("count", "", "", value))

    @api.model
    def _get_counters(self):
        """Ask the controller that answers for the home page, with all its extensions.

        :rtype: dict
        """
        rules = self.env["ir.http"].routing_map().iter_rules()
        [rule] = [rule for rule in rules if rule.rule == COUNTERS]
        controller = rule.endpoint.func.__self__
        with visiting(Visit(self.env)):
            return controller._get_home_counters(Everything())
