from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from ...const import VALUE_NAMES
from ..config.module import DOMAIN_NAMES, FIELD_NAMES

FORMAT = 1

MODULE = "customer.portal.module"
LINE = "customer.portal.module.field"
CHART = "customer.portal.chart"
PROFILE = "customer.portal.profile"
PERMISSION = "customer.portal.permission"
PROMISE = "customer.portal.promise"

# The fields whose values a file holds as they are, by model. What else a file holds of
# a record, such as the fields of a module, stands in lists of its own.
CARRIED = {
    MODULE: (
        *("active", "allow_everyone", "icon", "model_name", "name", "order"),
        *("organization_field", "page", "partner_field", "paths", "record_name"),
        *("sequence", *DOMAIN_NAMES, *FIELD_NAMES, *VALUE_NAMES),
    ),
    LINE: (
        *("choice_domain", "for_model", "groupable", "in_create", "in_detail"),
        *("in_edit", "in_list", "label", "required", "searchable"),
    ),
    CHART: (
        *("active", "chart_type", "group_field_id", "interval", "measure"),
        *("measure_field_id", "name", "period", "records", "sequence"),
    ),
    PROFILE: (
        *("active", "blocked_paths", "default_scope", "grace_days", "greeting"),
        *("manage_scope", "name", "preset", "sequence"),
    ),
    PERMISSION: ("records_visibility",),
    PROMISE: (
        *("answer_hours", "calendar_id", "in_customer_zone", "is_shown", "priority"),
        *("reminder_hours", "solution_hours"),
    ),
}
DOMAINS = (*DOMAIN_NAMES, "choice_domain")


class Applied(NamedTuple):
    """The records that a file is about, by their keys in it."""

    profiles: dict
    modules: dict


class CustomerPortalPortable(models.AbstractModel):
    """Profiles and modules as plain values: names instead of ids, in a fixed order.

    So what one database permits can be read, compared and kept as text, and applied to
    another one. Nothing of contacts and of their records is in it, and no secret.

    Everything is read and written with the rights of the user, and checked by the
    models themselves: whoever applies a file could have done the same by hand.
    """

    _name = "customer.portal.portable"
    _description = "Customer Portal Configuration as Text"

    # === WHAT IS CARRIED === #

    @api.model
    def _get_carried(self):
        """Return the fields whose values are carried. To be extended.

        :return: by model, names of fields
        :rtype: dict[str, tuple[str]]
        """
        return CARRIED

    @api.model
    def _get_kind(self, model_name, name):
        """Return what a value is: the type of its field, or what it means.

        :rtype: str
        """
        if name in DOMAINS:
            return "domain"
        if name in VALUE_NAMES:
            return "state"
        field = self.env[model_name]._fields[name]
        if field.type == "many2one":
            return "line" if field.comodel_name == LINE else "record"
        return "labels" if field.translate else field.type

    # === EXPORT === #

    @api.model
    def _export(self, profiles=None, modules=None):
        """Return profiles and modules as values that JSON can hold.

        :param profiles: which ones
        :param modules: which ones; everything there is if neither is given
        :return: ``format``, and by their names ``modules`` and ``profiles``
        :rtype: dict
        """
        if profiles is None and modules is None:
            profiles, modules = self._find_all(PROFILE), self._find_all(MODULE)
        return {
            "format": FORMAT,
            "modules": self._name_modules(modules or self.env[MODULE]),
            "profiles": self._name_profiles(profiles or self.env[PROFILE]),
        }

    @api.model
    def _find_all(self, model_name, domain=Domain.TRUE):
        """Return records, archived ones too."""
        model = self.env[model_name].with_context(active_test=False)
        return self.env[model_name].browse(model.search(domain).ids)

    @api.model
    def _key_records(self, records):
        """Return records by their name in the source language, which is their key.

        :rtype: dict[str, models.Model]
        """
        keyed = {}
        for record in records.sorted("id"):
            name = record.with_context(lang=None).name or ""
            key, number = name, 1
            while key in keyed:
                number += 1
                key = f"{name} ({number})"
            keyed[key] = record
        return keyed

    @api.model
    def _name_modules(self, modules):
        charts = self._get_charts()
        return {
            module.code: self._name_module(module, charts.get(module.code, {}))
            for module in modules.sorted("code")
        }

    @api.model
    def _name_module(self, module, charts):
        return {
            **self._name_values(module),
            "charts": {key: self._name_values(one) for key, one in charts.items()},
            "fields": [
                {"name": line.name, **self._name_values(line)}
                for line in module.field_ids.sorted(self._get_place)
            ],
        }

    @api.model
    def _get_charts(self):
        """Return the charts by the code of their module and their key."""
        charts = self._find_all(CHART).grouped("module_id")
        return {module.code: self._key_records(of) for module, of in charts.items()}

    @api.model
    def _get_place(self, record):
        return record.sequence, record.id

    # === PROFILES === #

    @api.model
    def _name_profiles(self, profiles):
        keyed = self._key_records(self._find_all(PROFILE))
        charts = self._get_widget_names()
        promises = self._get_promises(profiles)
        return {
            key: self._name_profile(profile, charts, promises.get(profile, ()))
            for key, profile in keyed.items()
            if profile in profiles
        }

    @api.model
    def _name_profile(self, profile, charts, promises):
        """Return what a profile permits and shows; of widgets those that are shown."""
        rows = profile.permission_ids.sorted(self._get_place)
        widgets = profile.widget_ids.sorted(self._get_place).filtered("visible")
        xml_id = self._get_xml_id(profile)
        return {
            **({"xml_id": xml_id} if xml_id else {}),
            **self._name_values(profile),
            "permissions": [
                self._name_permission(row) for row in rows if self._decides(row)
            ],
            "promises": [self._name_values(promise) for promise in promises],
            "widgets": [
                charts[widget.chart_id] if widget.chart_id else widget.kind
                for widget in widgets
            ],
        }

    @api.model
    def _get_widget_names(self):
        """Return how a file names each chart among the widgets."""
        return {
            chart: {"chart": key, "module": code}
            for code, charts in self._get_charts().items()
            for key, chart in charts.items()
        }

    @api.model
    def _get_promises(self, profiles):
        """Return the promised times of profiles; archived ones hold no longer."""
        domain = Domain("profile_id", "in", profiles.ids)
        return self.env[PROMISE].search(domain).grouped("profile_id")

    @api.model
    def _decides(self, row):
        """Say whether a row differs from one that nobody has touched."""
        [first, *_others] = row.module_id._get_possible_levels()
        return (
            row.records_visibility != first
            or any(row[name] for name in row._get_action_fields().values())
            or any(line.access != "hidden" for line in row.field_ids)
        )

    @api.model
    def _name_permission(self, row):
        columns = row._get_action_fields()
        return {
            "module": row.module_id.code,
            **self._name_values(row),
            "actions": sorted(one for one, name in columns.items() if row[name]),
            "fields": {
                line.field_id.name: line.access
                for line in row.field_ids
                if line.access != "hidden"
            },
        }
