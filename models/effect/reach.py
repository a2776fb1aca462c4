from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from ...const import OWN_CODES, PROFILE_CODES

# How far a module reaches when it is about nobody's records.
NOBODY, EVERYONE = "nobody", "everyone"
# Levels whose records are found by the way to their contact.
OWNED = ("own", "organization", "subsidiaries")


class Side(NamedTuple):
    """Which records a profile shows in a module, and to whom; before or after."""

    domain: Domain  # what all that is shown has in common, whoever looks
    reach: str  # a level of records visibility, or "nobody"
    partner_field: str
    organization_field: str
    files: bool  # whether the files of the records are shown
    profile_id: int = 0  # where the same records are others for another profile

    @property
    def grouping(self):
        """Return what the records are grouped by."""
        return self.domain, self.owners, self.reach, self.profile_id

    @property
    def owners(self):
        """Return the ways to the contacts that decide, by the column they fill."""
        organization = self.organization_field or self.partner_field
        if self.reach == "own" and self.organization_field:
            return {"own": self.partner_field, "org": organization}
        if self.reach == "own":
            return {"own": self.partner_field}
        return {"org": organization} if self.reach in OWNED else {}


NO_SIDE = Side(Domain.FALSE, NOBODY, "", "", False)


class CustomerPortalEffect(models.AbstractModel):
    """What a right of the gate says of records, split into filter and reach.

    ``_get_domain_parts`` of the gate says for one contact: the filter of the module,
    what its level reaches, and the contact's companies. Here the filter is the same
    domain, and what the level reaches is compared for all contacts at once: a record
    and a contact match where both have the same token, such as the organization.
    """

    _inherit = "customer.portal.effect"

    @api.model
    def _make_side(self, profile_id, right):
        """Return which records a right shows; nothing of what is no list.

        :param right: ``ModuleAccess``, None for a module that is hidden
        :return: None if no set says it, such as a level of another addon
        :rtype: Side | None
        """
        if not right or right.code in PROFILE_CODES or "see" not in right.actions:
            return NO_SIDE
        reach = self._get_reach(right)
        side = reach and Side(
            self._get_filter(profile_id, right),
            reach,
            right.partner_field,
            right.organization_field,
            "documents" in right.actions and not right.native,
        )
        return side and self._adjust(right, profile_id, side)

    @api.model
    def _adjust(self, right, _profile_id, side):
        """Return a side with what is special about a module. To be extended."""
        return self._fix_contacts(right.model_name, side)

    @api.model
    def _fix_contacts(self, model_name, side):
        """Look for contacts below an organization as Odoo does: from each one upwards.

        Odoo follows any other field of a contact that leads to one as if it were the
        parent.
        """
        path = side.owners.get("org")
        is_tree = model_name == "res.partner" and side.reach == "subsidiaries"
        if not is_tree or path == "id" or "." in path:
            return side
        if path != "parent_id":
            return None
        return side._replace(partner_field="id", organization_field="")

    @api.model
    def _get_reach(self, right):
        """Return how far the records visibility reaches. To be extended by new levels.

        On Odoo's own pages the gate leaves the third level to Odoo's rules, which show
        what belongs to the organization and those below it.
        """
        level = right.records_visibility
        is_left_to_odoo = right.native and level == "subsidiaries"
        if level == EVERYONE:
            return EVERYONE
        if not right.partner_field:
            return EVERYONE if is_left_to_odoo else NOBODY
        return level if level in OWNED else None

    @api.model
    def _get_filter(self, _profile_id, right):
        """Return what all records that a right shows have in common.

        The gate's own words: the module's filter, and what is left of the level where
        it shows everything, such as no down payments among products.
        """
        gate = self.env["customer.portal.gate"].sudo()
        nobody = self.env["res.partner"].sudo()
        rest = gate._get_visibility_domain(nobody, right, EVERYONE)
        return right.domain & rest

    @api.model
    def _shows_less(self, right):
        """Say whether Odoo's own rules narrow what the profile shows of a module."""
        return right.native and right.code not in (*PROFILE_CODES, *OWN_CODES)
