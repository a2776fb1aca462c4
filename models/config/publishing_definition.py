import ast
import re

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import mute_logger, ormcache

from ...const import OWN_CODES, PAGE_MODELS

# Models of which nothing is ever published: accounts, rights, settings, messages, what
# the portal itself is made of, and the means to pay: every employee may read the model
# of saved cards, and rules of Odoo keep the records of others, which the gate passes.
FORBIDDEN = re.compile(
    r"(?:auth|base|bus|customer\.portal|discuss|iap|ir|mail|payment\.token"
    r"|res\.(?:config|device|groups|users))(?:[._].*)?"
)
# Those of the portal's own pages.
OWN_MODELS = frozenset(PAGE_MODELS[code] for code in OWN_CODES)
# Fields with the means to get in somewhere.
SECRET = re.compile(
    r"(?:^|_)(?:passw(?:or)?d|passphrase|secret|tokens?|credentials?|otp|totp"
    r"|(?:api_?|access_|private_|public_|encryption_)keys?|keys)(?:_|$)"
)
# Fields that no customer ever writes, whatever a profile says.
NEVER_WRITTEN = frozenset(("id", *models.MAGIC_COLUMNS, "company_id", "access_token"))
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


class CustomerPortalPublishing(models.AbstractModel):
    """Whether what was typed fits a model: paths, domains and orders.

    Each method returns what is wrong as a sentence, and nothing if all is well. None
    fails, whatever was typed. The gate works with all rights, so a field that Odoo
    keeps for certain groups fits nowhere: neither shown, nor asked about by a domain.

    ``model`` has the rights of its publisher, who must be able to read all that it
    leads to.
    """

    _inherit = "customer.portal.publishing"

    # === WHAT MAY BE PUBLISHED === #

    @api.model
    def _get_forbidden_problem(self, model_name):
        if not FORBIDDEN.fullmatch(model_name or ""):
            return None
        return self.env._(
            "%(model)s contains accounts, access rights, settings or messages, which "
            "customers can never see. Choose another model.",
            model=model_name,
        )

    @api.model
    def _get_access_problem(self, model, modes=("read",)):
        """Say which right the publisher lacks: nobody grants what they may not do.

        :param modes: of ``ir.model.access``
        """
        refused = [mode for mode in modes if not model.has_access(mode)]
        if not refused:
            return None
        texts = {
            "read": self.env._("read"),
            "write": self.env._("change"),
            "create": self.env._("create"),
        }
        return self.env._(
            "%(user)s isn't allowed to %(action)s %(records)s (%(model)s), so this "
            "can't be published in their name. Ask an administrator for access, or "
            "have someone with access publish it.",
            user=model.env.user.name,
            action=texts[refused[0]],
            records=model._description,
            model=model._name,
        )

    @api.model
    def _get_model_problem(self, model):
        """Say why records of a model can be neither shown nor asked about."""
        forbidden = self._get_forbidden_problem(model._name)
        return forbidden or self._get_access_problem(model)

    @api.model
    def _get_named_problem(self, model, field):
        """Say why the records behind a field cannot be shown by their names."""
        if not field.comodel_name:
            return None
        comodel = model.env[field.comodel_name]
        if comodel._name in self._get_named_models():
            return self._get_access_problem(comodel)
        return self._get_model_problem(comodel)

    @api.model
    @ormcache("model_name", "name")
    def _get_guarded(self, model_name, name):
        """Return the field that Odoo guards and that a field shows, maybe itself.

        Because of its groups or its name, or as one of a forbidden model to which a
        related field leads. Secrets also count where something is computed from them.

        :rtype: str | None
        """
        field = self.env[model_name]._fields[name]
        if self._is_for_groups(field) or SECRET.search(name):
            return str(field)
        for place, one in enumerate(self._walk_fields(model_name, field.related or "")):
            is_forbidden = place and FORBIDDEN.fullmatch(one.model_name)
            guarded = self._get_guarded(one.model_name, one.name)
            if is_forbidden or guarded:
                return guarded or str(one)
        return next(
            (str(one) for one in self._get_sources(field) if SECRET.search(one.name)),
            None,
        )

    @api.model
    def _is_for_groups(self, field):
        """Say whether Odoo shows a field to certain groups only.

        Addons extend it for fields of their own that only the gate shows to customers.
        """
        return bool(field.groups)

    @api.model
    def _walk_fields(self, model_name, path):
        """Return the fields on a path from a model, as far as it leads."""
        fields = []
        for name in path.split(".") if path else ():
            field = model_name and self.env[model_name]._fields.get(name)
            if not field:
                break
            fields.append(field)
            model_name = field.comodel_name
        return fields

    @api.model
    def _get_sources(self, field):
        """Return the fields that one is computed from, directly or not."""
        found, left = set(), [field]
        while left:
            one = left.pop()
            for path in self.env.registry.field_depends[one]:
                fresh = set(self._walk_fields(one.model_name, path)) - found
                found |= fresh
                left += fresh
        return found

    # === WHAT FITS === #

    @api.model
    def _get_path_problem(self, model, path, stored=False):
        """Say what is wrong with fields joined by dots.

        :param bool stored: whether only stored fields will do
        """
        for place, name in enumerate(path.split(".")):
            passes = place and model is not None
            if passes and (problem := self._get_model_problem(model)):
                return problem
            field = model is not None and model._fields.get(name)
            if not field:
                where = self.env._("This value") if model is None else model._name
                return self.env._(
                    "%(model)s has no field “%(field)s”.", model=where, field=name
                )
            if problem := self._get_field_problem(field, stored):
                return problem
            comodel_name = field.comodel_name
            model = model.env[comodel_name] if comodel_name else None
        return None

    @api.model
    def _get_field_problem(self, field, stored):
        name = f"{field.model_name}.{field.name}"
        if self._is_for_groups(field):
            return self.env._(
                "Odoo only shows “%(field)s” to certain groups.", field=name
            )
        if guarded := self._get_guarded(field.model_name, field.name):
            return self.env._(
                "“%(field)s” can't be published: it reveals “%(guarded)s”, which "
                "customers can never see.",
                field=name,
                guarded=guarded,
            )
        if stored and not field.store:
            return self.env._("“%(field)s” is not stored in the database.", field=name)
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
                raise TypeError(self.env._("it must be a list"))
            domain = Domain(value)
            problem = self._get_conditions_problem(model, domain)
            if not problem:
                domain.validate(model.sudo())
        except DOMAIN_ERRORS as error:
            problem = str(error) or type(error).__name__
        return problem and self.env._(
            "The filter %(domain)s is not valid for %(model)s: %(problem)s",
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
            if "any" in condition.operator:
                below = model
                for name in path.split("."):
                    below = below.env[below._fields[name].comodel_name]
                if problem := self._get_model_problem(below):
                    return problem
                if problem := self._get_conditions_problem(
                    below, Domain(condition.value)
                ):
                    return problem
        return None

    @api.model
    def _get_order_problem(self, model, order):
        for part in (order or "").split(",") if order else ():
            match = ORDER_PART.fullmatch(part)
            if not match:
                return self.env._("“%(order)s” is not a valid sort order.", order=order)
            if problem := self._get_path_problem(model, match[1], stored=True):
                return problem
        return None

    @api.model
    def _try_search(self, model, domain, order):
        """Ask the database, which alone knows whether values fit their fields."""
        self.env.cr.flush()  # What fails there is no problem of the domain.
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                domain = Domain(ast.literal_eval(domain or "[]"))
                model.sudo().search(domain, order=order or "id", limit=1)
        except (psycopg2.Error, *DOMAIN_ERRORS) as error:
            return str(error).splitlines()[0]
        return None

    @api.model
    def _get_named_models(self):
        """Return models that fields may name: who works on a case. To be extended.

        :rtype: frozenset
        """
        return OWN_MODELS | {"res.users"}
