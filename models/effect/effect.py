from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...const import GROUP_MANAGER
from ..base.undone import undone


class Rights(NamedTuple):
    """What all profiles permit at one time, as plain values."""

    profiles: dict  # id of a profile -> its name
    access: dict  # id of a profile -> code of a module -> ModuleAccess
    labels: dict  # code of a module -> Labels
    management: dict = {}  # id of a profile -> what it permits about colleagues


class Direction(NamedTuple):
    """What becomes visible in a module, or what vanishes."""

    records: int  # that become visible to at least one contact, or vanish for one
    files: int  # of these records, the same
    contacts: int
    organizations: int
    pairs: int  # of a contact and a record
    examples: tuple  # of Example, at most ten


class Example(NamedTuple):
    """A record, and a contact to whom it becomes visible or for whom it vanishes."""

    res_id: int
    partner_id: int


class OrganizationEffect(NamedTuple):
    """The effect on the contacts of one organization, in one module."""

    organization_id: int
    contacts: int
    gained: int  # pairs of a contact and a record that become visible
    lost: int


class ModuleEffect(NamedTuple):
    """What changes for the contacts of one profile in one module."""

    profile_id: int
    code: str
    model_name: str
    gained: Direction
    lost: Direction
    contacts: int  # of the profile, in their support period or not
    contacts_now: int  # of these, those who may log in today
    organizations: tuple  # of OrganizationEffect
    fields: tuple  # of FieldChange
    actions: tuple  # of ActionChange
    counted: bool  # False: nobody can say in one go which records these are
    narrowed: bool  # Odoo's own rules show less than what is counted


class Effect(NamedTuple):
    """What a change would do."""

    modules: tuple  # of ModuleEffect: those in which something changes
    contacts: int  # who have access to the portal, in their support period or not
    before: Rights
    after: Rights


NOTHING = Direction(0, 0, 0, 0, 0, ())


class CustomerPortalEffect(models.AbstractModel):
    """What a change of profiles and modules would do, before anybody makes it.

    The change is made and undone again. What the gate says before and meanwhile is
    compared as sets in the database, never contact by contact: of each module the
    records are grouped by whose they are, and the groups are joined with the contacts.
    """

    _name = "customer.portal.effect"
    _description = "Customer Portal Effect"

    @api.model
    def _try(self, change):
        """Find out what a change does; nothing of it is left.

        :param change: a callable without arguments; whatever it writes to the database
            is undone
        :rtype: Effect
        :raise AccessError: for all but administrators of the portal
        """
        self._check_asker()
        before = self._read_rights()
        with undone(self.env):
            change()
            after = self._read_rights()
        return self._compare_rights(before, after)

    @api.model
    def _compare(self, before, after):
        """Find out what differs for customers between two states of the profiles.

        :param dict before: id of a profile -> code -> ``ModuleAccess``
        :rtype: Effect
        :raise AccessError: for all but administrators of the portal
        """
        self._check_asker()
        now = self._read_rights()
        return self._compare_rights(
            now._replace(access=before), now._replace(access=after)
        )

    # === INTERNALS === #

    @api.model
    def _check_asker(self):
        """Let administrators ask, and what Odoo does by itself."""
        if not (self.env.su or self.env.user.has_group(GROUP_MANAGER)):
            raise AccessError(
                self.env._("Only administrators of the customer portal can do this.")
            )

    @api.model
    def _read_rights(self):
        """Return what all profiles permit now, those without contacts included."""
        gate = self.env["customer.portal.gate"].sudo()
        profiles = self.env["customer.portal.profile"].sudo()
        profiles = profiles.with_context(active_test=False).search(Domain.TRUE)
        access = {one.id: dict(gate._get_profile_rights(one.id)) for one in profiles}
        codes = {code for rights in access.values() for code in rights}
        return Rights(
            {one.id: one.name for one in profiles},
            access,
            {code: gate._get_labels(code, self.env.lang) for code in sorted(codes)},
        )

    @api.model
    def _compare_rights(self, before, after):
        pairs = [
            (profile_id, code, old, new)
            for profile_id in {**before.access, **after.access}
            for code, old, new in self._get_differences(
                before.access.get(profile_id, {}), after.access.get(profile_id, {})
            )
        ]
        with self._contacts({profile_id for profile_id, *_rest in pairs}) as count:
            effects = [self._compare_module(*pair) for pair in pairs]
            self._drop_groups()
        return Effect(tuple(effects), count, before, after)

    @api.model
    def _get_differences(self, old_rights, new_rights):
        """Return the modules whose rights differ, with those before and after.

        A module that gets another model is one that goes and one that comes: none of
        the records is the same.
        """
        for code in {**old_rights, **new_rights}:
            old, new = old_rights.get(code), new_rights.get(code)
            if old == new:
                continue
            if old and new and old.model_name != new.model_name:
                yield code, old, None
                yield code, None, new
            else:
                yield code, old, new

    @api.model
    def _compare_module(self, profile_id, code, old, new):
        counts = self._count_records(profile_id, old, new)
        return ModuleEffect(
            profile_id=profile_id,
            code=code,
            model_name=(new or old).model_name,
            fields=self._compare_fields(old, new),
            actions=self._compare_actions(old, new),
            **counts,
        )
