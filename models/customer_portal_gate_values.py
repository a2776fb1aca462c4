from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..const import SEARCH_OPERATORS

# The largest number that fits an id; the database fails with a larger one.
MAX_INTEGER = 2**31 - 1


def _is_integer(value):
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return is_number and abs(value) <= MAX_INTEGER


def _is_number(value):
    return isinstance(value, int | float) and abs(value) < float("inf")


def _is_text(value):
    return isinstance(value, str) and "\0" not in value


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


class CustomerPortalGateValues(models.AbstractModel):
    """What comes from anywhere, checked before it reaches the database."""

    _name = "customer.portal.gate.values"
    _description = "Customer Portal Gate: Values"

    @api.model
    def _is_id(self, value):
        return _is_integer(value) and value > 0

    @api.model
    def _clean_domain(self, right, domain):
        """Keep conditions of a customer to his fields, and to values that fit them.

        :raise AccessError: for other fields, and for operators that look into the
            records behind a field
        """
        known = self.env[right.model_name]._fields
        try:
            domain = Domain(domain)
        except (TypeError, ValueError) as error:
            raise AccessError(self.env._("This is no search.")) from error

        def clean(condition):
            searchable = condition.field_expr in right.names["search"]
            if not searchable or condition.operator not in SEARCH_OPERATORS:
                raise AccessError(self.env._("This field cannot be searched."))
            values = condition.value
            if not isinstance(values, list | tuple | set | frozenset):
                values = [values]
            is_text = "like" in condition.operator
            kind = "char" if is_text else known[condition.field_expr].type
            fits = all(self._is_fit(kind, value) for value in values)
            return condition if fits else Domain.FALSE

        return domain.map_conditions(clean)

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
    def _clean_values(self, user, right, values):
        """Check the values of a customer before anything is written.

        :raise AccessError: for a value that does not fit its field, and for a record
            behind it that the user does not see
        """
        known = self.env[right.model_name]._fields
        for name, value in values.items():
            field = known[name]
            fits = self._is_fit(field.type, value)
            if fits and value and field.type == "selection":
                fits = value in field.get_values(self.env)
            if fits and value and field.type == "many2one":
                record = self.env[field.comodel_name].browse(value).with_user(user)
                fits = record.sudo().exists() and record.has_access("read")
            if not fits:
                raise AccessError(
                    self.env._(
                        "“%(value)s” cannot stand in the field %(field)s.",
                        value=value,
                        field=field.string,
                    )
                )
        return values
