from odoo import api, models
from odoo.fields import Command

from .portable import PROFILE

GIVEN = "given_profiles"


class CustomerPortalPortable(models.AbstractModel):
    """Which profiles a profile may give: written once all of a file are there."""

    _inherit = "customer.portal.portable"

    # === SHAPE === #

    @api.model
    def _get_profile_parts(self):
        return super()._get_profile_parts() | {GIVEN}

    @api.model
    def _check_profile(self, path, profile):
        super()._check_profile(path, profile)
        for named in self._get_part(path, profile, GIVEN, list):
            if not self._is_record(named):
                self._refuse((*path, GIVEN), self._get_needs()["record"])

    # === EXPORT === #

    @api.model
    def _name_profile(self, profile, charts, promises):
        given = profile.with_context(active_test=False).given_profile_ids
        named = [self._name_record_of(one.with_env(self.env)) for one in given]
        return {
            **super()._name_profile(profile, charts, promises),
            GIVEN: sorted(named, key=lambda one: one.get("name") or ""),
        }

    # === APPLY === #

    @api.model
    def _fit_profile(self, plan, key, given):
        new = super()._fit_profile(plan, key, given)
        if GIVEN in new:
            new[GIVEN] = self._fit_given(plan, new)
        return new

    @api.model
    def _fit_given(self, plan, new):
        """Leave out the profiles that neither the file nor this database has."""
        fitted = []
        for named in new[GIVEN]:
            known = named.get("name") in plan.profiles
            if known or self._find_given(plan.profiles, named):
                fitted.append(named)
                continue
            plan.notices.append(
                self.env._(
                    "%(profile)s: the profile “%(name)s” is not in this database. It "
                    "can't be given.",
                    profile=self._get_label_text(new["name"]),
                    name=self._get_named_text(named),
                )
            )
        return fitted

    @api.model
    def _find_given(self, profiles, named):
        """Return the profile that a file names: one of the file first."""
        found = profiles.get(named.get("name"))
        return found or self._find_record(self.env[PROFILE], named)

    @api.model
    def _apply_profiles(self, plan):
        profiles = super()._apply_profiles(plan)
        for key, new in plan.after["profiles"].items():
            known = plan.before["profiles"].get(key, {}).get(GIVEN, [])
            if new.get(GIVEN, known) != known:
                found = [self._find_given(profiles, named) for named in new[GIVEN]]
                ids = [one.id for one in found if one]
                profiles[key].given_profile_ids = [Command.set(ids)]
        return profiles

    # === IN WORDS === #

    @api.model
    def _compare_profile(self, path, old, new):
        found = super()._compare_profile(path, old, new)
        if GIVEN not in new:
            return found
        label = self._get_label_text(new.get("name") or path[-1])
        place = self._make_place("profile", path, label, label)
        names = [
            [self._get_named_text(one) for one in values.get(GIVEN, ())]
            for values in (old or {}, new)
        ]
        return found + [
            self._differ(
                {**place, "label": self._get_field_label(PROFILE, "given_profile_ids")},
                "changed",
                name in names[0],
                name in names[1],
                self._say_given(label, name, name in names[1]),
                GIVEN,
            )
            for name in dict.fromkeys([*names[0], *names[1]])
            if (name in names[0]) != (name in names[1])
        ]

    @api.model
    def _say_given(self, profile, name, is_given):
        names = {"profile": profile, "name": name}
        if is_given:
            return self.env._(
                "%(profile)s: these customers can give “%(name)s” to colleagues.",
                **names,
            )
        return self.env._(
            "%(profile)s: these customers can no longer give “%(name)s” to colleagues.",
            **names,
        )
