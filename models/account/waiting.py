from odoo import api, models

from ...const import PROFILE_URL
from ...icons import ICONS
from ..record.waiting import TO_COMPLETE, WaitingItem
from .gate import CONTACT

# What Odoo asks of every address, beside name and email.
DETAILS = frozenset(("phone", "street", "city", "country_id"))


class CustomerPortalWaiting(models.AbstractModel):
    """Details of the customer that are missing, and that they may fill in."""

    _inherit = "customer.portal.waiting"

    @api.model
    def _get_sources(self):
        return [*super()._get_sources(), self._find_incomplete_profile]

    @api.model
    def _find_incomplete_profile(self):
        missing = self._get_missing_details()
        if not missing:
            return []
        labels = self.env["customer.portal.gate"]._get_labels(CONTACT, self.env.lang)
        names = ", ".join(labels.fields[name] for name in missing)
        return [
            WaitingItem(
                TO_COMPLETE,
                ICONS["user"],
                self.env._("Complete your profile"),
                self.env._("Missing: %(fields)s", fields=names),
                self.env._("Complete"),
                f"{PROFILE_URL}?edit={CONTACT}",
            )
        ]

    @api.model
    def _get_missing_details(self):
        """Return the fields that are empty, of those that the customer may write.

        :rtype: list[str]
        """
        gate = self.env["customer.portal.gate"]
        right = gate._get_rights().get(CONTACT)
        own = self.env.user._get_portal_partner_sudo()
        wanted = DETAILS | {*right.names["required"]} if right else ()
        if all(own[name] for name in wanted):
            return []
        names = gate._get_profile_names(CONTACT, own)
        return [
            name for name in names if names[name] and name in wanted and not own[name]
        ]
