from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command, Domain

from ...utils import MAX_INTEGER, read_number
from ..base.snapshot_cache import snapshot_cache


def _is_integer(value):
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return is_number and abs(value) <= MAX_INTEGER


def _is_number(value):
    return isinstance(value, int | float) and abs(value) < float("inf")


def _is_text(value):
    return isinstance(value, str) and "\0" not in value


# Types of fields that lead to records of any model.
REFERENCE_TYPES = ("reference", "many2one_reference")
# How many records a form offers for one field.
CHOICE_LIMIT = 200
# Type of a field -> says whether a value can stand in it; all others hold text.
CHECKS = {
    "boolean": lambda value: isinstance(value, bool),
    "integer": _is_integer,
    "many2one": _is_integer,
    "many2many": _is_integer,
    "one2many": _is_integer,
    "float": _is_number,
    "monetary": _is_number,
    "date": fields.Date.to_date,
    "datetime": fields.Datetime.to_datetime,
}


class CustomerPortalGate(models.AbstractModel):
    """What comes from anywhere, checked before it reaches the database."""

    _inherit = "customer.portal.gate"

    @api.model
    def _is_id(self, value):
        return _is_integer(value) and value > 0

    @api.model
    def _parse_ids(self, values):
        """Read ids that come from anywhere, as numbers or as texts.

        :return: None if anything is no id
        :rtype: list | None
        """
        if not isinstance(values, list | tuple):
            return None
        ids = [
            read_number(value) if isinstance(value, str) else value for value in values
        ]
        return ids if all(map(self._is_id, ids)) else None

    @api.model
    def _is_fit(self, kind, value):
        """Say whether a value can stand in a field of a type at all."""
        if value is False or value is None:
            return True
        try:
            return bool(CHECKS.get(kind, _is_text)(value))
        except (TypeError, ValueError, OverflowError):
            return False

    @api.model
    def _clean_values(self, right, values, record=None):
        """Check the values of a customer before anything is written.

        :param record: that is changed
        :return: what to write
        :raise AccessError: for a value that does not fit its field, and for a record
            behind it that the user may not choose
        """
        known = self.env[right.model_name]._fields
        values = dict(values)
        for name, value in values.items():
            if not self._is_writable_value(right, known[name], value):
                labels = self._get_labels(right.code, self.env.lang).fields
                raise AccessError(
                    self.env._(
                        "“%(value)s” is not a valid value for %(field)s.",
                        value=value,
                        field=labels.get(name, known[name].string),
                    )
                )
            if known[name].type == "many2many":
                values[name] = self._get_linked(right, name, value, record)
        return values

    @api.model
    def _is_writable_value(self, right, field, value):
        if field.type == "many2many":
            is_ids = isinstance(value, list) and all(map(self._is_id, value))
            return is_ids and self._are_choices(right, field, value)
        if not self._is_fit(field.type, value):
            return False
        if value and field.type == "selection":
            return value in field.get_values(self.env)
        if value and field.type == "many2one":
            return self._are_choices(right, field, [value])
        return True

    @api.model
    def _are_choices(self, right, field, ids):
        found = self._find_choices(right, field.name, ids)
        return set(found.ids) == set(ids)

    # === REFERENCES === #

    @api.model
    @snapshot_cache()
    def _get_referenced_models(self):
        """Return the models whose records a field may name that leads to any model.

        Those of modules alone: somebody answers for them. Nobody does for the others.

        :rtype: frozenset
        """
        modules = self.env["customer.portal.module"].sudo().search(Domain.TRUE)
        return frozenset(n for n in modules.mapped("model_name") if n in self.env)

    @api.model
    def _get_referenced(self, record, name):
        """Return what a reference leads to; nothing where it may not be named.

        :param record: that the gate has found
        """
        field, value = record._fields[name], record[name]
        if field.type == "many2one_reference":
            model_name = record[field.model_field]
        else:
            model_name, value = (value._name, value.id) if value else ("", 0)
        if not value or model_name not in self._get_referenced_models():
            return record.browse()
        return record.env[model_name].browse(value).exists()

    # === CHOICES === #

    @api.model
    def _find_choices(self, right, name, ids=None):
        """Return the records that a customer may choose for a field.

        Those that the module offers; else what Odoo's own rules let them read.

        :param list ids: only these, to check them
        """
        field = self.env[right.model_name]._fields[name]
        model = self.env[field.comodel_name].sudo(False)
        if name in right.choices:
            model = model.sudo()
            domain = right.choices[name]
            companies = self.env.user.sudo()._get_company_ids()
            domain &= self._get_company_domain(companies, model._name)
        elif model.has_access("read"):
            domain = Domain.TRUE
        else:
            return model.browse()
        if ids is not None:
            domain &= Domain("id", "in", ids)
        return model.search(domain, limit=CHOICE_LIMIT).sudo()

    @api.model
    def _get_linked(self, right, name, ids, record):
        """Return the command that sets chosen records.

        What the form does not offer stays linked: nobody removes what they cannot see.
        """
        offered = self._find_choices(right, name).ids
        kept = record[name].ids if record else []
        return [Command.set([*ids, *(one for one in kept if one not in offered)])]

    # === CHANGES === #

    @api.model
    def _check_action(self, module, action, values):
        """Refuse what a profile does not permit, before anything is written.

        :param values: of which fields are to be written
        :return: the right of the module
        :raise AccessError: for the action, and for the fields that may not be written
        """
        right = self._get_right(module)
        if not right or not self._allows(right, action):
            raise AccessError(self.env._("You are not allowed to do this."))
        if forbidden := set(values) - set(right.names.get(action, ())):
            raise AccessError(
                self.env._(
                    "These fields cannot be changed: %(names)s",
                    names=", ".join(sorted(map(str, forbidden))),
                )
            )
        return right

    @api.model
    def _get_changeable_record(self, right, res_id):
        """Return a record that a user sees, unless it is the contact of an employee.

        Core lets nobody change these who may not change users; the gate has all rights.
        """
        record = self._get_visible_records(right, [res_id])
        if record._name != "res.partner":
            return record
        users = record.with_context(active_test=False).user_ids
        is_employee = any(one._is_internal() for one in users)
        self._note("customer", not is_employee)
        return record.browse() if is_employee else record
