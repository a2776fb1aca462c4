from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..base.snapshot_cache import snapshot_cache

# The most days of grace: somebody who reads for longer has support.
MOST_DAYS = 366


class CustomerPortalProfile(models.Model):
    """Grace: customers of a profile still read for some days after their period."""

    _inherit = "customer.portal.profile"

    grace_days = fields.Integer(
        "Days of Grace",
        help="For how many days after the Support End Date these customers can still "
        "log in and read, download and export everything, but change or send nothing. "
        "0: access ends with the support period.",
    )

    @api.constrains("grace_days")
    def _check_grace_days(self):
        if not all(0 <= profile.grace_days <= MOST_DAYS for profile in self):
            raise ValidationError(
                self.env._("Days of Grace must be from 0 to %s.", MOST_DAYS)
            )

    def write(self, vals):
        """Have the status of contacts found out anew, and whom it lets in again."""
        result = super().write(vals)
        if "grace_days" in vals:
            self.env["res.partner"].invalidate_model(
                ["portal_state", "portal_grace_end"]
            )
            self.env["customer.portal.period"]._forget_ends_in_grace()
        return result

    @api.onchange("start_from_id")
    def _onchange_start_from_id(self):
        result = super()._onchange_start_from_id()
        self.grace_days = self.start_from_id.grace_days
        return result

    @api.model
    def _get_grace(self, profile_id):
        """Return for how many days the contacts of a profile read after the end.

        :param int profile_id: False for contacts without one: they have the default
        """
        grace = self._get_days_by_profile()
        if not grace:
            return 0
        return grace.get(profile_id or self.sudo()._get_default().id, 0)

    @api.model
    def _get_profile_ids_by_grace(self):
        """Return the profiles with days of grace by how many; False with the default.

        :rtype: dict[int, list]
        """
        grace = self._get_days_by_profile()
        default_id = grace and self.sudo()._get_default().id
        ids_by_days = {}
        for profile_id, days in grace.items():
            ids = [profile_id, False] if profile_id == default_id else [profile_id]
            ids_by_days.setdefault(days, []).extend(ids)
        return ids_by_days

    @api.model
    @snapshot_cache()
    def _get_days_by_profile(self):
        """Return the days of grace of each profile that has any, archived ones too.

        :rtype: dict[int, int]
        """
        profiles = self.sudo().with_context(active_test=False)
        found = profiles.search([("grace_days", ">", 0)])
        return {profile.id: profile.grace_days for profile in found}
