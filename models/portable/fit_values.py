import re

from odoo import api, models

from ...const import VALUE_NAMES
from ..config.module import FIELD_NAMES
from .portable import DOMAINS, LINE, MODULE

# Fields of a module that name fields of its model.
PATHS = (*FIELD_NAMES, "partner_field", "organization_field")
PATH = re.compile(r"[a-zA-Z_]\w*(?:\.\w+)*")
# A domain that no record matches.
NOTHING = [[0, "=", 1]]
# What turns a condition into its opposite.
OPPOSITE = re.compile(r"'(?:!|not any!?)'")


class CustomerPortalPortable(models.AbstractModel):
    """Values of a file, each as far as this database can take it.

    A name that leads nowhere leaves its value empty, and a filter that names it matches
    nothing: unknown means no. All else is left to the checks of the models, which
    refuse.
    """

    _inherit = "customer.portal.portable"

    @api.model
    def _fit_values(self, plan, model_name, place, old, new, names):
        """Return the values that are new, each as far as this database can take it."""
        fitted = {}
        for name in names:
            if name not in new or new[name] == old.get(name, ...):
                continue
            fitted[name], gone = self._fit_value(model_name, name, new)
            plan.notices.extend(
                self._get_gone_notice(model_name, name, place, one) for one in gone
            )
        return fitted

    @api.model
    def _fit_value(self, model_name, name, values):
        """Return a value, and the names in it that lead nowhere."""
        value = values[name]
        kind = self._get_kind(model_name, name)
        if not value:
            return value, []
        if kind == "labels":
            return self._fit_labels(value)
        if kind == "record":
            field = self.env[model_name]._fields[name]
            return self._fit_record(self.env[field.comodel_name], value)
        if model_name not in (MODULE, LINE):
            return value, []
        model = self._get_chosen_model(model_name, values)
        if model is None:
            return self._fit_waiting_value(kind, value)
        return self._fit_definition(name, model, values)

    @api.model
    def _fit_waiting_value(self, kind, value):
        """Return a value for a model that is not there: it cannot name its records."""
        if kind == "state" and isinstance(value, dict):
            return None, [self._get_named_text(value)]
        if kind == "domain" and isinstance(value, list) and "{" in f"{value}":
            return NOTHING, [self.env._("a record")]
        return value, []

    @api.model
    def _get_chosen_model(self, model_name, values):
        """Return the model that a domain is about; None if it is not there."""
        if model_name == LINE:
            return self._get_comodel(values["model_name"], values["name"])
        return self.env.get(values["model_name"])

    @api.model
    def _fit_definition(self, name, model, values):
        if name in DOMAINS:
            return self._fit_domain(model, values[name])
        if name in VALUE_NAMES:
            return self._fit_state(model, values.get("state_field"), values[name])
        if name in PATHS or name == "order":
            paths = values[name].split(",") if name == "order" else [values[name]]
            gone = [path for path in paths if self._is_path_missing(model, path)]
            return (None if gone else values[name]), gone
        return values[name], []

    @api.model
    def _is_path_missing(self, model, path):
        """Say whether a path names a field that is not there."""
        path = path.strip().split(" ")[0]
        if not PATH.fullmatch(path):
            return False  # Which is refused, as it names nothing.
        names = path.split(".")
        fields = self.env[MODULE]._walk_fields(model._name, path)
        is_whole = len(fields) == len(names)
        # Parts of a date are no fields.
        return not is_whole and (not fields or bool(fields[-1].comodel_name))

    @api.model
    def _fit_labels(self, value):
        if not isinstance(value, dict):
            return value, []
        known = {code for code, _name in self.env["res.lang"].get_installed()}
        known.add("en_US")
        fitted = {code: text for code, text in value.items() if code in known}
        is_plain = set(fitted.values()) == {fitted["en_US"]}
        gone = sorted(value.keys() - known)
        return (fitted["en_US"] if is_plain else fitted), gone

    @api.model
    def _fit_record(self, model, named):
        if self._find_record(model, named):
            return named, []
        return None, [self._get_named_text(named)]

    @api.model
    def _fit_state(self, model, state_field, value):
        """Return the state a record gets; empty if it is not there."""
        states = self._get_states_model(model._name, state_field)
        if states is None:
            field = model._fields.get(state_field or "")
            is_list = field and field.type == "selection"
            options = field.get_values(self.env) if is_list else ()
            fits = isinstance(value, str) and value in options
            return (value, []) if fits else (None, [self._get_named_text(value)])
        if isinstance(value, dict):
            return self._fit_record(states, value)
        return None, [self._get_named_text({})]

    @api.model
    def _get_named_text(self, named):
        if isinstance(named, str):
            return named
        known = named if isinstance(named, dict) else {}
        return known.get("name") or known.get("xml_id") or self.env._("without a name")

    @api.model
    def _fit_domain(self, model, value):
        """Return a domain without what is not there; if in doubt, one without records.

        A value of a list can be left out where that only narrows down.
        """
        domain = self._parse_domain(value) if isinstance(value, str) else value
        if domain is None or not self._is_domain(domain):
            return value, []
        gone, hard = [], self._find_missing_paths(model, domain)
        fitted = self._map_domain(model, domain, self._get_id_fitter(gone, hard))
        if hard or (gone and OPPOSITE.search(f"{domain}")):
            return NOTHING, [*gone, *hard]
        return fitted, gone

    @api.model
    def _find_missing_paths(self, model, domain):
        """Return paths to fields that are not there; those below an any are refused."""
        paths = [one[0] for one in domain if isinstance(one, list) and len(one) == 3]
        return [
            path
            for path in paths
            if isinstance(path, str) and self._is_path_missing(model, path)
        ]

    @api.model
    def _get_id_fitter(self, gone, hard):
        """Return what leaves names out of a condition that lead nowhere.

        :param list gone: gets the names that were left out
        :param list hard: gets the names that cannot be left out
        """

        def fit(model, operator, value):
            if isinstance(value, list):
                known = [one for one in value if self._is_found(model, one)]
                lost = [self._get_named_text(one) for one in value if one not in known]
                (gone if operator == "in" else hard).extend(lost)
                return known
            if not self._is_found(model, value):
                hard.append(self._get_named_text(value))
            return value

        return fit

    @api.model
    def _is_found(self, model, value):
        """Say whether a value can stand in a domain; an id of elsewhere cannot."""
        if isinstance(value, dict):
            return bool(self._find_record(model, value))
        return isinstance(value, bool | str | None) or not value

    @api.model
    def _get_gone_notice(self, model_name, name, place, gone):
        label = self._get_field_label(model_name, name)
        kind = self._get_kind(model_name, name)
        values = {"place": place, "label": label, "gone": gone}
        if kind == "labels":
            return self.env._(
                "%(place)s: the language %(gone)s is not installed, so its text of "
                "%(label)s is left out.",
                **values,
            )
        if kind == "domain":
            return self.env._(
                "%(place)s: “%(gone)s” is not in this database. Nothing matches the "
                "condition of %(label)s that names it.",
                **values,
            )
        return self.env._(
            "%(place)s: “%(gone)s” is not in this database. %(label)s stays empty.",
            **values,
        )
