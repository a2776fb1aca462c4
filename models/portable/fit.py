import re
from typing import NamedTuple

from odoo import api, models

from ...const import VALUE_NAMES
from ..config.module import FIELD_NAMES
from .portable import CHART, DOMAINS, LINE, MODULE, PROFILE

# Fields of a module that name fields of its model.
PATHS = (*FIELD_NAMES, "partner_field", "organization_field")
# A domain that no record matches.
NOTHING = [[0, "=", 1]]
# What turns a condition into its opposite.
OPPOSITE = re.compile(r"'(?:!|not any!?)'")
PATH = re.compile(r"[a-zA-Z_]\w*(?:\.\w+)*")


class Plan(NamedTuple):
    """What a file says, as far as this database can take it, beside what stands in it.

    ``before`` and ``after`` look as in a file. What is named and not here is left out
    of ``after``, each with a sentence in ``notices``.
    """

    before: dict
    after: dict
    profiles: dict  # key -> record, an empty one for a new profile
    modules: dict  # code -> record, an empty one for a new module
    known: dict  # code -> any module there will be, as a file holds it
    notices: list


class CustomerPortalPortable(models.AbstractModel):
    """What a file says of modules, fitted to the models that this database has.

    A name that leads nowhere leaves its value empty, and a filter that names it matches
    nothing: unknown means no. All else is left to the checks of the models, which
    refuse.
    """

    _inherit = "customer.portal.portable"

    @api.model
    def _make_plan(self, data, profiles=None):
        """Compare a file with what stands in the database.

        :param dict data: as ``_export`` returns it
        :param dict profiles: by their key in the data, profiles that are known already
        :rtype: Plan
        """
        self._check_shape(data)
        modules = self._match_modules(data.get("modules", {}))
        matched = self._match_profiles(data.get("profiles", {}), profiles or {})
        before = {
            "modules": self._name_matched(modules, self._name_modules),
            "profiles": self._name_matched(matched, self._name_profiles),
        }
        plan = Plan(before, {}, matched, modules, {}, [])
        plan.after["modules"] = {
            code: self._fit_module(plan, code, given)
            for code, given in sorted(data.get("modules", {}).items())
        }
        if matched:
            plan.known.update(self._name_modules(self._find_all(MODULE)))
        plan.known.update(plan.after["modules"])
        plan.after["profiles"] = {
            key: self._fit_profile(plan, key, given)
            for key, given in sorted(data.get("profiles", {}).items())
        }
        return plan

    @api.model
    def _match_modules(self, codes):
        found = self._find_all(MODULE, [("code", "in", list(codes))])
        known = {module.code: module for module in found}
        return {code: known.get(code, self.env[MODULE]) for code in codes}

    @api.model
    def _match_profiles(self, given, known):
        """Return the profile that each key means: as told, by XML ID, or by name."""
        named = self._key_records(self._find_all(PROFILE))
        matched = {}
        for key, profile in given.items():
            found = known.get(key) or self._find_by_xml_id(
                self.env[PROFILE], profile.get("xml_id")
            )
            matched[key] = found or named.get(key, self.env[PROFILE])
            if found and found in [one for k, one in matched.items() if k != key]:
                self._refuse_twice(found)
        found = [profile for profile in matched.values() if profile]
        if len({profile.id for profile in found}) < len(found):
            self._refuse_twice(next(one for one in found if found.count(one) > 1))
        return matched

    @api.model
    def _refuse_twice(self, profile):
        self._refuse(
            ("profiles",), self.env._("“%(name)s” is there twice.", name=profile.name)
        )

    @api.model
    def _name_matched(self, matched, naming):
        """Return by its key in the file how each record there is would be exported."""
        records = [record for record in matched.values() if record]
        named = naming(records[0].union(*records)) if records else {}
        own = {record: key for key, record in self._key_known(records).items()}
        return {
            key: named[own[record]] for key, record in matched.items() if record
        }

    @api.model
    def _key_known(self, records):
        """Return records by the key that an export gives them."""
        if records and records[0]._name == PROFILE:
            return self._key_records(self._find_all(PROFILE))
        return {record.code: record for record in records}

    # === MODULES === #

    @api.model
    def _fit_module(self, plan, code, given):
        """Return what becomes of a module, as a file holds it."""
        old = plan.before["modules"].get(code, {})
        if not old and not given.get("model_name"):
            self._refuse(("modules", code), self._get_missing_text("model_name"))
        new = {"name": code, **old, **given}
        label = self._get_label_text(new["name"])
        if old and self._is_left_alone(plan, code, old, new, label):
            return old
        if new["model_name"] not in self.env and new != old:
            plan.notices.append(
                self.env._(
                    "%(module)s: the app that provides %(model)s is not installed. The "
                    "module waits for it.",
                    module=label,
                    model=new["model_name"],
                )
            )
        names = self._get_carried()[MODULE]
        new |= self._fit_values(plan, MODULE, label, old, new, names)
        lines = self._fit_lines(plan, label, old, new)
        charts = self._fit_charts(plan, old, new, lines)
        return {**new, "fields": lines, "charts": charts}

    @api.model
    def _get_missing_text(self, name):
        return self.env._("“%(name)s” is missing.", name=name)

    @api.model
    def _is_left_alone(self, plan, code, old, new, label):
        """Say whether a module stays as it is: about a model that the file's is not.

        Which model holds the cases is chosen in Settings: more follows from it.
        """
        model_name = new["model_name"]
        moved = model_name != old["model_name"]
        if not moved or (model_name in self.env and code != "cases"):
            return False
        if model_name not in self.env:
            text = self.env._(
                "%(module)s: the app that provides %(model)s is not installed. The "
                "module stays as it is.",
                module=label,
                model=model_name,
            )
        else:
            text = self.env._(
                "%(module)s: in the file, cases are records of %(model)s. Choose this "
                "in Settings first. The module stays as it is.",
                module=label,
                model=model_name,
            )
        plan.notices.append(text)
        return True

    @api.model
    def _fit_lines(self, plan, label, old, new):
        known = {line["name"]: line for line in old.get("fields", ())}
        names = self._get_carried()[LINE]
        lines = []
        for given in new.get("fields", ()):
            name = given["name"]
            line = {**known.get(name, {}), **given}
            if name not in known and self._is_field_missing(new, line):
                plan.notices.append(self._get_field_notice(label, new, name))
                continue
            values = {**line, "model_name": new["model_name"]}
            place = f"{label}, {name}"
            fitted = self._fit_values(
                plan, LINE, place, known.get(name, {}), values, names
            )
            lines.append({**line, **fitted})
        return lines

    @api.model
    def _is_field_missing(self, module, line):
        """Say whether a field is meant for the model and is not one of it."""
        model = self.env.get(module["model_name"])
        is_meant = line.get("for_model") in (None, module["model_name"])
        return model is not None and is_meant and line["name"] not in model._fields

    @api.model
    def _get_field_notice(self, label, module, name):
        return self.env._(
            "%(module)s: %(model)s has no field “%(field)s” here. It is left out.",
            module=label,
            model=module["model_name"],
            field=name,
        )

    @api.model
    def _fit_charts(self, plan, old, new, lines):
        """Return the charts of a module, without those of fields it does not publish."""
        known, names = old.get("charts", {}), {line["name"] for line in lines}
        charts = {}
        for key, given in new.get("charts", {}).items():
            chart = {"name": key, **known.get(key, {}), **given}
            fields = {chart.get("group_field_id"), chart.get("measure_field_id")}
            if not fields - {None} or fields - {None} - names:
                text = self.env._(
                    "The chart “%(chart)s” is left out, because its module does not "
                    "publish its field here.",
                    chart=key,
                )
                plan.notices.append(text)
                continue
            old_chart = known.get(key, {})
            fitted = self._fit_values(plan, CHART, key, old_chart, chart, ("name",))
            charts[key] = {**chart, **fitted}
        return charts

    # === VALUES === #

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
        return named.get("name") or named.get("xml_id") or self.env._("without a name")

    @api.model
    def _fit_domain(self, model, value):
        """Return a domain without what is not there; if in doubt, one without records.

        A value of a list can be left out where that only narrows down.
        """
        domain = self._parse_domain(value) if isinstance(value, str) else value
        if domain is None or not self._is_domain(domain):
            return value, []
        gone, hard = [], [
            path
            for path in self._find_paths(domain)
            if isinstance(path, str) and self._is_path_missing(model, path)
        ]
        fitted = self._map_domain(model, domain, self._get_id_fitter(gone, hard))
        if hard or (gone and OPPOSITE.search(f"{domain}")):
            return NOTHING, [*gone, *hard]
        return fitted, gone

    @api.model
    def _find_paths(self, domain):
        """Return the paths of the first level: those below are looked at by Odoo."""
        return [one[0] for one in domain if isinstance(one, list) and len(one) == 3]

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
                "%(place)s: “%(gone)s”, which %(label)s names, is not in this database. "
                "Nothing matches that condition.",
                **values,
            )
        return self.env._(
            "%(place)s: “%(gone)s” is not in this database. %(label)s stays empty.",
            **values,
        )
