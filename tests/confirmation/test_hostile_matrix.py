"""The other organization is neither read nor changed, by whatever there is."""

import json

from psycopg2 import Error as DatabaseError

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import takes_long
from ..hostile_common import MARK, HostileCommon

LOGGERS = (
    *("odoo.sql_db", "odoo.http", "odoo.models", "odoo.addons.base.models.ir_rule"),
    *("odoo.addons.base.models.ir_model", "odoo.addons.rpc.controllers.xmlrpc"),
    "odoo.orm.models",
)
LOG_COLUMNS = ("id", "create_uid", "create_date", "write_uid", "write_date")
# Who calls what each model of Odoo has, too: one of each kind of user.
OF_ODOO = ("manager", "employee", "agent elsewhere")
# What says no more of a wizard of one's own than that there is one, and `read`.
OF_ONES_OWN = ("search", "name_search", "search_read")
# What a call can end with that makes no sense, or is not permitted.
REFUSALS = (
    *(UserError, DatabaseError, ArithmeticError, AttributeError, LookupError),
    *(RuntimeError, TypeError, ValueError, AssertionError),
)
RELATIONS = ("many2one", "one2many", "many2many")


@tagged("post_install", "-at_install")
class TestHostileMatrix(HostileCommon):
    """Each public method, with ids of the other organization, by who may do most."""

    WHO = ("manager", "agent elsewhere")

    # === WHAT IS SENT === #

    def _list_calls(self):
        """Return the names of the methods to call, by model."""
        base = self.env["base"]
        orm = [
            name
            for name in dir(type(base))
            if not name.startswith("_") and self._is_public(base, name)
        ]
        calls = {}
        for model_name in sorted(self.env.registry):
            model = self.env[model_name]
            own = self._get_methods(model)
            if self._is_ours(model) and not model._abstract:
                calls[model_name] = sorted({*own, *orm})
            elif own:
                calls[model_name] = own
        return calls

    def _make_values(self, model):
        """Return values for a record that name what is theirs, wherever it can."""
        values = {}
        for name, field in model._fields.items():
            if not field.store or field.compute or name in LOG_COLUMNS:
                continue
            if field.type in RELATIONS:
                found = self._find_theirs(self.env[field.comodel_name])[:1].id
                is_one = field.type == "many2one"
                values[name] = found if is_one else [Command.set([found] * bool(found))]
            elif field.type in ("char", "text"):
                values[name] = "written.example.com"
            elif field.type == "selection":
                values[name] = (field.get_values(self.env) or [False])[-1]
            elif field.type in ("date", "datetime"):
                values[name] = fields.Datetime.to_string(fields.Datetime.now())[:10]
            elif field.type in ("integer", "boolean"):
                values[name] = 1
        return values

    def _get_arguments(self, model):
        """Return values for the parameters of methods, by their names."""
        names = [name for name in model._fields if name != "id"]
        values = self._make_values(model)
        first = next((n for n in names if model._fields[n].type == "char"), "id")
        return {
            "vals": values,
            "values": values,
            "vals_list": [values],
            "domain": [],
            "fields": names,
            "fields_to_export": names,
            "specification": {name: {} for name in names},
            "fields_spec": {name: {} for name in names},
            "field_names": [],
            "groupby": [first],
            "grouping_sets": [[first]],
            "aggregates": ["__count"],
            "lazy": False,
            "name": MARK.lower(),
            "operator": "ilike",
            "operation": "write",
            "mode": "read",
            "field_name": first,
            "data": [["x"] * len(names)],
            "default": {},
            "token": "x",
            # Odoo names whatever a wizard of one's own names, by all rights.
            "load": None if model._transient else "_classic_read",
        }

    def _call(self, user, model_name, name, ids, arguments):
        """Call a method as an RPC does; return what it answers, or why not."""
        model = self.env(user=user, su=False)[model_name]
        method = getattr(type(model), name)
        filled = self._fill(model, name, arguments)
        args = [] if getattr(method, "_api_model", False) else [ids]
        try:
            with self.env.cr.savepoint():
                answer = call_kw(model, name, args, filled)
                self.env.flush_all()
        except REFUSALS as error:
            self.env.invalidate_all(flush=False)
            return error
        return answer

    def _is_read(self, answer, model_name, name, ids):
        """Say whether an answer tells of what is theirs; a wizard is one's own."""
        if isinstance(answer, Exception):
            return MARK in str(answer)
        if self.env[model_name]._transient and name in OF_ONES_OWN:
            return False
        if name in ("search", "name_search"):
            found = [
                one[0] if isinstance(one, (list, tuple)) else one for one in answer
            ]
            return bool({*found} & {*ids})
        return MARK in json.dumps(answer, default=str)

    def _try_all(self, user, model_name, names):
        """Call all methods of a model.

        :return: those that have answered with what is theirs, and whether something of
            theirs is another one now
        """
        model = self.env[model_name]
        arguments = self._get_arguments(model)
        savepoint = self.env.cr.savepoint()
        try:
            theirs = self._find_theirs(model) or self._make_wizard(user, model)
            read = []
            for name in names:
                answer = self._call(user, model_name, name, theirs.ids, arguments)
                if self._is_read(answer, model_name, name, theirs.ids):
                    read.append(name)
            return read, self._digest()
        finally:
            self.env.clear()
            savepoint.rollback()
            savepoint.close(rollback=False)

    def _make_wizard(self, user, model):
        """Return a wizard of the user themselves, else of somebody, that names them."""
        if not model._transient:
            return model.browse()
        values = self._make_values(model)
        for wizards in (self.env(user=user, su=False)[model._name], model.sudo()):
            if made := self._try_to_create(wizards, values):
                return made
        return model.browse()

    def _try_to_create(self, wizards, values):
        try:
            with self.env.cr.savepoint():
                made = wizards.create(values)
                self.env.flush_all()
        except REFUSALS:
            self.env.invalidate_all(flush=False)
            return None
        return made

    # === BY RPC === #

    @mute_logger(*LOGGERS)
    def test_no_method_reads_or_changes_what_is_theirs(self):
        before = self._digest()
        calls = self._list_calls()
        self.assertGreater(len(calls), 15)
        for who in self.WHO:
            user = self.actors[who]
            for model_name, names in calls.items():
                if who not in OF_ODOO:
                    names = self._get_methods(self.env[model_name])
                with self.subTest(who, model=model_name):
                    read, after = self._try_all(user, model_name, names)
                    self.assertEqual(read, [])
                    self.assertEqual(after, before)

    @takes_long
    @mute_logger(*LOGGERS)
    def test_the_same_calls_reach_it_for_who_may(self):
        """Else the other test would ask for nothing that there is."""
        before, reached = self._digest(), {"read": 0, "changed": 0}
        self.agent.group_ids += self.env.ref(
            "customer_portal.group_customer_portal_manager"
        )
        for model_name, names in self._list_calls().items():
            read, after = self._try_all(self.agent, model_name, names)
            reached["read"] += len(read)
            reached["changed"] += after != before
        self.assertGreater(reached["read"], 30)
        self.assertGreater(reached["changed"], 4)


@tagged("post_install", "-at_install", "long")
class TestHostileMatrixOfOthers(TestHostileMatrix):
    """The same by anybody else who may not."""

    WHO = ("colleague", "expired", "grace", "no rights", "employee")

    @takes_long
    def test_the_same_calls_reach_it_for_who_may(self):
        """They do, as above: here, nobody is left out."""
        self.assertEqual({*self.WHO, *TestHostileMatrix.WHO}, {*self.actors})
