import json
import math

from odoo import api, models
from odoo.exceptions import ValidationError

from ..config.permission_field import ACCESSES
from .portable import CHART, FORMAT, LINE, MODULE, PERMISSION, PROFILE, PROMISE

# How deep values stand in each other at most, how long a list is, a text, what a
# message quotes of it, and how large a number.
DEPTH_LIMIT = 24
LENGTH_LIMIT = 2000
TEXT_LIMIT = 20_000
QUOTE_LIMIT = 250
NUMBER_LIMIT = 1_000_000


class CustomerPortalPortable(models.AbstractModel):
    """Whether values have the shape of a file: nothing unknown, nothing without limit.

    What they mean for this database is not looked at here.
    """

    _inherit = "customer.portal.portable"

    @api.model
    def _check_shape(self, data):
        """:raise ValidationError: that says where what is wrong"""
        self._check_limits(data)
        self._check_keys((), data, {"format", "modules", "profiles"}, {"format"})
        self._check_format(data["format"])
        for code, module in self._get_part((), data, "modules", dict).items():
            self._check_module(("modules", code), module)
        for key, profile in self._get_part((), data, "profiles", dict).items():
            self._check_profile(("profiles", key), profile)

    @api.model
    def _refuse(self, path, problem):
        place = " > ".join(f"{part}"[:QUOTE_LIMIT] for part in path)
        text = self.env._("%(place)s: %(problem)s", place=place, problem=problem)
        raise ValidationError(text if path else problem)

    @api.model
    def _check_format(self, number):
        if number is True or number != FORMAT:
            self._refuse(
                (),
                self.env._(
                    "The file has format %(number)s, but this version of the customer "
                    "portal reads format %(known)s. Export it again with the same "
                    "version.",
                    number=f"{number}"[:QUOTE_LIMIT],
                    known=FORMAT,
                ),
            )

    # === LIMITS === #

    @api.model
    def _check_limits(self, data):
        """Look at everything there is, without calling itself."""
        left = [((), data)]
        while left:
            path, value = left.pop()
            if len(path) > DEPTH_LIMIT:
                self._refuse(path[:4], self.env._("It is nested too deeply."))
            if isinstance(value, dict):
                for key, one in value.items():
                    self._check_text((*path, key), key)
                    left.append(((*path, key), one))
            elif isinstance(value, list):
                left += [((*path, place), one) for place, one in enumerate(value, 1)]
            elif isinstance(value, str):
                self._check_text(path, value)
            if isinstance(value, dict | list) and len(value) > LENGTH_LIMIT:
                self._refuse(path, self.env._("It holds too many values."))

    @api.model
    def _check_text(self, path, text):
        """Refuse what is too long, and what no database can store."""
        if not isinstance(text, str) or len(text) > TEXT_LIMIT:
            self._refuse(path, self.env._("This text is too long."))
        if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
            self._refuse(
                path[:-1], self.env._("This text contains invalid characters.")
            )

    # === PARTS === #

    @api.model
    def _check_keys(self, path, value, known, needed=()):
        if not isinstance(value, dict):
            self._refuse(path, self.env._("An object with names and values is needed."))
        if unknown := sorted(value.keys() - known):
            self._refuse(path, self.env._("“%(name)s” is unknown.", name=unknown[0]))
        if missing := sorted({*needed} - value.keys()):
            self._refuse(path, self.env._("“%(name)s” is missing.", name=missing[0]))

    @api.model
    def _get_part(self, path, values, name, kind):
        """Return a part of an object, an empty one if it lacks the part."""
        part = values.get(name, kind())
        if not isinstance(part, kind):
            text = self.env._("A list is needed.")
            if kind is dict:
                text = self.env._("An object with names and values is needed.")
            self._refuse((*path, name), text)
        return part

    @api.model
    def _check_module(self, path, module):
        self._check_values(path, MODULE, module, {"charts", "fields"})
        for key, chart in self._get_part(path, module, "charts", dict).items():
            self._check_values((*path, "charts", key), CHART, chart)
        lines = self._get_part(path, module, "fields", list)
        for line in self._get_named(path, lines, "fields", "name"):
            self._check_values((*path, "fields", line["name"]), LINE, line, {"name"})

    @api.model
    def _check_profile(self, path, profile):
        self._check_values(path, PROFILE, profile, self._get_profile_parts())
        if not isinstance(profile.get("xml_id", ""), str):
            self._refuse((*path, "xml_id"), self.env._("A text is needed."))
        rows = self._get_part(path, profile, "permissions", list)
        for row in self._get_named(path, rows, "permissions", "module"):
            self._check_permission((*path, "permissions", row["module"]), row)
        for promise in self._get_part(path, profile, "promises", list):
            self._check_values((*path, "promises"), PROMISE, promise)
        self._check_widgets((*path, "widgets"), profile)

    @api.model
    def _get_profile_parts(self):
        """Return what a file holds of a profile beside its values. To be extended."""
        return {"permissions", "promises", "widgets", "xml_id"}

    @api.model
    def _get_named(self, path, items, part, name):
        """Return the items of a list, each of which has a name of its own."""
        names = set()
        for item in items:
            named = item.get(name) if isinstance(item, dict) else None
            if not isinstance(named, str):
                missing = self.env._("“%(name)s” is missing.", name=name)
                self._refuse((*path, part), missing)
            if named in names:
                twice = self.env._("“%(name)s” is there twice.", name=named)
                self._refuse((*path, part), twice)
            names.add(named)
        return items

    @api.model
    def _check_permission(self, path, row):
        self._check_values(path, PERMISSION, row, {"module", "actions", "fields"})
        actions = self._get_part(path, row, "actions", list)
        if not all(isinstance(action, str) for action in actions):
            self._refuse((*path, "actions"), self.env._("A list of texts is needed."))
        for name, access in self._get_part(path, row, "fields", dict).items():
            if access not in ACCESSES:
                self._refuse_option((*path, "fields", name), access, ACCESSES)

    @api.model
    def _check_widgets(self, path, profile):
        for widget in self._get_part(path[:-1], profile, "widgets", list):
            if isinstance(widget, str):
                continue
            self._check_keys(path, widget, {"chart", "module"}, {"chart", "module"})
            if not all(isinstance(one, str) for one in widget.values()):
                self._refuse(path, self.env._("A text is needed."))

    # === VALUES === #

    @api.model
    def _check_values(self, path, model_name, values, others=frozenset()):
        carried = self._get_carried()[model_name]
        self._check_keys(path, values, {*carried, *others})
        for name in carried:
            if name in values:
                self._check_value((*path, name), model_name, name, values[name])

    @api.model
    def _check_value(self, path, model_name, name, value):
        kind = self._get_kind(model_name, name)
        can_be_empty = kind not in ("boolean", "integer", "float")
        can_be_empty = can_be_empty and not self.env[model_name]._fields[name].required
        is_empty = value is None and can_be_empty
        if kind == "selection" and not is_empty:
            self._check_option(path, model_name, name, value)
        elif not is_empty and not getattr(self, f"_is_{kind}")(value):
            self._refuse(path, self._get_needs()[kind])

    @api.model
    def _get_needs(self):
        """Return what to say of a value that is of no use, by its kind."""
        text = self.env._("A text is needed.")
        return {
            "boolean": self.env._("true or false is needed."),
            "integer": self.env._("A whole number up to 1,000,000 is needed."),
            "float": self.env._("A number up to 1,000,000 is needed."),
            "char": text,
            "text": text,
            "line": text,
            "labels": self.env._("A text is needed, or a text for each language."),
            "domain": self.env._("A filter is needed: a list of conditions."),
            "state": self.env._("A text or the name of a record is needed."),
            "record": self.env._("The name of a record is needed."),
        }

    @api.model
    def _check_option(self, path, model_name, name, value):
        """Refuse what cannot be chosen; of a priority, cases alone know."""
        field = self.env[model_name]._fields[name]
        if isinstance(field.selection, str):
            if not self._is_char(value):
                self._refuse(path, self.env._("A text is needed."))
            return
        options = field.get_values(self.env)
        if value not in options:
            self._refuse_option(path, value, options)

    @api.model
    def _refuse_option(self, path, value, options):
        self._refuse(
            path,
            self.env._(
                "“%(value)s” is not a valid option. Use one of: %(options)s.",
                value=f"{value}"[:QUOTE_LIMIT],
                options=", ".join(options),
            ),
        )

    @api.model
    def _is_boolean(self, value):
        return isinstance(value, bool)

    @api.model
    def _is_integer(self, value):
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        return is_whole and abs(value) <= NUMBER_LIMIT

    @api.model
    def _is_float(self, value):
        is_number = isinstance(value, float) and math.isfinite(value)
        return self._is_integer(value) or (is_number and abs(value) <= NUMBER_LIMIT)

    @api.model
    def _is_char(self, value):
        return isinstance(value, str)

    @api.model
    def _is_text(self, value):
        return isinstance(value, str)

    @api.model
    def _is_line(self, value):
        return isinstance(value, str)

    @api.model
    def _is_labels(self, value):
        texts = value.values() if isinstance(value, dict) else [value]
        is_text = all(isinstance(text, str) for text in texts)
        return is_text and (not isinstance(value, dict) or "en_US" in value)

    @api.model
    def _is_record(self, value):
        if not isinstance(value, dict) or not value.keys() <= {"name", "xml_id", "in"}:
            return False
        places = value.get("in", [])
        is_list = isinstance(places, list) and all(isinstance(p, str) for p in places)
        texts = (value.get("name"), value.get("xml_id"))
        return is_list and all(isinstance(text, str | None) for text in texts)

    @api.model
    def _is_state(self, value):
        return isinstance(value, str) or self._is_record(value)

    @api.model
    def _is_domain(self, value):
        if isinstance(value, str):
            return True
        if not isinstance(value, list) or len(json.dumps(value)) > TEXT_LIMIT:
            return False
        return self._are_conditions(value)

    @api.model
    def _are_conditions(self, values):
        return all(
            self._are_conditions(one)
            if isinstance(one, list)
            else not isinstance(one, dict) or self._is_record(one)
            for one in values
        )
