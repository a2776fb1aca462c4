import ast
import re

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import mute_logger

ORDER_PART = re.compile(r"\s*(\w+)(?:\s+(?:asc|desc))?\s*", re.IGNORECASE)
# What reading and checking a domain that somebody has typed may raise.
DOMAIN_ERRORS = (
    AssertionError,
    KeyError,
    MemoryError,
    RecursionError,
    SyntaxError,
    TypeError,
    UserError,
    ValueError,
)


class CustomerPortalDefinition(models.AbstractModel):
    """Whether what was typed fits a model: paths, domains and orders.

    Each method returns what is wrong as a sentence, and nothing if all is well. None
    fails, whatever was typed. The gate works with all rights, so a field that Odoo
    keeps for certain groups fits nowhere: neither shown, nor asked about by a domain.
    """

    _name = "customer.portal.definition"
    _description = "Customer Portal Definition"

    @api.model
    def _get_path_problem(self, model, path, stored=False):
        """Say what is wrong with fields joined by dots.

        :param bool stored: whether only stored fields will do
        """
        for name in path.split("."):
            field = model is not None and model._fields.get(name)
            if not field:
                where = self.env._("a value") if model is None else model._name
                return self.env._(
                    "%(model)s has no field “%(field)s”.", model=where, field=name
                )
            if problem := self._get_field_problem(field, stored):
                return problem
            model = self.env[field.comodel_name] if field.comodel_name else None
        return None

    @api.model
    def _get_field_problem(self, field, stored):
        name = f"{field.model_name}.{field.name}"
        if field.groups:
            return self.env._("Odoo shows “%(field)s” to some groups only.", field=name)
        if stored and not field.store:
            return self.env._("“%(field)s” is not stored.", field=name)
        return None

    @api.model
    def _get_partner_problem(self, model, path):
        """The path must lead to contacts over stored fields, or rules would be slow."""
        if not path or (path == "id" and model._name == "res.partner"):
            return None
        if problem := self._get_path_problem(model, path, stored=True):
            return problem
        for name in path.split("."):
            model = self.env.get(model._fields[name].comodel_name)
        if model is not None and model._name == "res.partner":
            return None
        return self.env._("“%(path)s” does not lead to a contact.", path=path)

    @api.model
    def _get_domain_problem(self, model, text):
        try:
            value = ast.literal_eval(text or "[]")
            if not isinstance(value, list):
                raise TypeError(self.env._("a list is needed"))
            domain = Domain(value)
            problem = self._get_conditions_problem(model, domain)
            if not problem:
                domain.validate(model.sudo())
        except DOMAIN_ERRORS as error:
            problem = str(error) or type(error).__name__
        return problem and self.env._(
            "The domain %(domain)s does not fit %(model)s: %(problem)s",
            domain=text,
            model=model._name,
            problem=problem,
        )

    @api.model
    def _get_conditions_problem(self, model, domain):
        for condition in domain.iter_conditions():
            path = condition.field_expr
            if problem := self._get_path_problem(model, path):
                return problem
            if isinstance(condition.value, Domain):
                below = model
                for name in path.split("."):
                    below = self.env[below._fields[name].comodel_name]
                if problem := self._get_conditions_problem(below, condition.value):
                    return problem
        return None

    @api.model
    def _get_order_problem(self, model, order):
        for part in (order or "").split(",") if order else ():
            match = ORDER_PART.fullmatch(part)
            if not match:
                return self.env._("“%(order)s” is no order.", order=order)
            if problem := self._get_path_problem(model, match[1], stored=True):
                return problem
        return None

    @api.model
    def _try_search(self, model, domain, order):
        """Ask the database, which alone knows whether values fit their fields."""
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                domain = Domain(ast.literal_eval(domain or "[]"))
                model.sudo().search(domain, order=order or "id", limit=1)
        except (psycopg2.Error, *DOMAIN_ERRORS) as error:
            return str(error).splitlines()[0]
        return None
