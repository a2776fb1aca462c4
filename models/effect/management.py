from odoo import api, models
from odoo.fields import Domain


class CustomerPortalEffect(models.AbstractModel):
    """Who manages colleagues from then on, and what else they may give."""

    _inherit = "customer.portal.effect"

    @api.model
    def _read_rights(self):
        """Read along what each profile permits about colleagues."""
        gate = self.env["customer.portal.gate"].sudo()
        profiles = self.env["customer.portal.profile"].sudo()
        profiles = profiles.with_context(active_test=False).search(Domain.TRUE)
        management = {one.id: gate._get_management(one.id) for one in profiles}
        return super()._read_rights()._replace(management=management)

    @api.model
    def _say_warnings(self, effect):
        return super()._say_warnings(effect) + self._say_management(effect)

    @api.model
    def _say_management(self, effect):
        """Say who manages more than before.

        :rtype: list[str]
        """
        texts = []
        for profile_id, new in effect.after.management.items():
            old = effect.before.management.get(profile_id)
            names = {"profile": effect.after.profiles[profile_id]}
            if new.scope and (not old or old.scope != new.scope):
                texts.append(
                    self.env._("%(profile)s: customers will manage colleagues.", **names)
                )
            given = new.given_ids - (old.given_ids if old else frozenset())
            if new.scope and given:
                given = [effect.after.profiles.get(one, "") for one in sorted(given)]
                texts.append(
                    self.env._(
                        "%(profile)s: customers will be able to give %(given)s.",
                        **names,
                        given=", ".join(given),
                    )
                )
        return texts
