from odoo import api, models
from odoo.fields import Domain


class CustomerPortalEffect(models.AbstractModel):
    """Who manages colleagues from then on, and what else they may give."""

    _inherit = "customer.portal.effect"

    @api.model
    def _read_rights(self):
        """Read along what each profile permits about colleagues."""
        profiles = self.env["customer.portal.profile"].sudo()
        profiles = profiles.with_context(active_test=False).search(Domain.TRUE)
        management = {one.id: self._read_management(one.id) for one in profiles}
        return super()._read_rights()._replace(management=management)

    @api.model
    def _read_management(self, profile_id):
        """Return who is managed, and what is really given: by either profile's rights.

        So a right that one of both gets or loses shows here, too.
        """
        gate = self.env["customer.portal.gate"].sudo()
        management = gate._get_management(profile_id)
        given_ids = management.given_ids if management.scope else ()
        covered = {one for one in given_ids if gate._covers(profile_id, one)}
        return management._replace(given_ids=frozenset(covered))

    @api.model
    def _say_warnings(self, effect):
        return super()._say_warnings(effect) + self._say_management(effect)

    @api.model
    def _say_management(self, effect):
        """Say who manages more than before, and who gives other profiles.

        :rtype: list[str]
        """
        texts = []
        for profile_id, new in effect.after.management.items():
            nothing = new._replace(scope=False, given_ids=frozenset())
            old = effect.before.management.get(profile_id, nothing)
            names = {"profile": effect.after.profiles[profile_id]}
            if new.scope and old.scope != new.scope:
                texts.append(
                    self.env._(
                        "%(profile)s: customers will manage colleagues.", **names
                    )
                )
            if given := self._name_profiles(effect, new.given_ids - old.given_ids):
                texts.append(
                    self.env._(
                        "%(profile)s: customers will be able to give %(given)s.",
                        **names,
                        given=given,
                    )
                )
            if lost := self._name_profiles(effect, old.given_ids - new.given_ids):
                texts.append(
                    self.env._(
                        "%(profile)s: customers will no longer be able to give "
                        "%(given)s, or change colleagues who have it.",
                        **names,
                        given=lost,
                    )
                )
        return texts

    @api.model
    def _name_profiles(self, effect, profile_ids):
        names = {**effect.before.profiles, **effect.after.profiles}
        return ", ".join(names.get(one, "") for one in sorted(profile_ids))
