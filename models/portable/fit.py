from typing import NamedTuple

from odoo import api, models

from .portable import CHART, LINE, MODULE, PROFILE


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
    """What a file says of modules, fitted to the models that this database has."""

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
        return {key: named[own[record]] for key, record in matched.items() if record}

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
                    model=self.env[MODULE]._get_document_words(new["model_name"]),
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
                model=self.env[MODULE]._get_document_words(model_name),
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
        """Return the charts of a module; none of a field that it does not publish."""
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
