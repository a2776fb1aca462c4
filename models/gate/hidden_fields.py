from typing import NamedTuple

from odoo import api, models
from odoo.tools import ormcache

from ...const import PROFILE_CODES
from ..base.cache import HIDES, SEES_ALL
from ..base.snapshot_cache import snapshot_cache

# The block "Address Information" of a contact.
ADDRESS_FIELDS = frozenset(
    ("street", "street2", "city", "zip", "state_id", "country_id")
)
SIZES = (128, 256, 512, 1024, 1920)
# What names, sorts, links and pictures contacts: Odoo's own pages read it as the
# customer, so no profile hides it from RPC.
NEVER_HIDDEN = frozenset(
    (
        *("id", "name", "display_name", "complete_name", *models.MAGIC_COLUMNS),
        *("active", "type", "is_company", "parent_id", "commercial_partner_id"),
        *("company_id", "user_ids", "lang", "tz"),
        *(f"{kind}_{size}" for kind in ("image", "avatar") for size in SIZES),
    )
)

# Fields that tell what others hold without depending on them: the field of a model ->
# the other one. A customer's login is their email.
MADE_OF = {
    ("res.partner", "phone_mobile_search"): ("res.partner", "phone"),
    ("res.users", "login"): ("res.partner", "email"),
}


class HiddenFields(NamedTuple):
    """The fields of contacts that one profile hides, by what they are read of."""

    alone: frozenset  # a customer without an organization, and the contacts below
    contact: frozenset  # one with an organization, and the contacts beside them
    organization: frozenset  # their organization
    anywhere: frozenset  # a search, which could find any of them


class CustomerPortalGate(models.AbstractModel):
    """What the gate says of the fields of contacts, on all ways past the forms."""

    _inherit = "customer.portal.gate"

    @api.private
    def hidden_partner_fields(self, partners=None):
        """Return which fields of contacts a user can neither read nor search by.

        The modules ``contacts`` and ``organization`` decide, each about its own record.
        What only one of them publishes, it decides about everywhere. What Odoo copies
        from the organization to its contacts needs the word of both, and so does what
        is asked of several contacts at once.

        :param partners: whose fields are read; none for a search
        :return: names; none unless it is a portal user
        :rtype: frozenset
        """
        if not self._hides_partner_fields():
            return frozenset()
        hidden = self._get_hidden_partner_fields(self._get_profile_id())
        own = self.env.user.sudo().partner_id
        organization = own.commercial_partner_id
        if organization == own:
            return hidden.alone
        if not partners:
            return hidden.anywhere
        if set(partners._ids) == {organization.id}:
            return hidden.organization
        return hidden.anywhere if organization in partners else hidden.contact

    @api.model
    def _hides_partner_fields(self):
        """Say whether the profile of a user hides any field of contacts.

        Asked for each value that is read, so the answer is kept for the transaction:
        else each check of a field took 1.6 times as long for customers, and 1.2 times
        for everybody else.
        """
        user, cache = self.env.user, self.env.cr.cache
        answers = cache.setdefault(HIDES, {})
        if user.id not in answers:
            answers[user.id] = user._is_portal() and bool(
                self._get_hidden_partner_fields(self._get_profile_id()).anywhere
            )
            if not answers[user.id]:
                cache.setdefault(SEES_ALL, set()).add(user.id)
        return answers[user.id]

    @api.model
    @snapshot_cache("profile_id")
    def _get_hidden_partner_fields(self, profile_id):
        (mine, my_names), (theirs, their_names) = (
            self._get_module_hidden_fields(profile_id, code) for code in PROFILE_CODES
        )
        shared = ADDRESS_FIELDS.union(self.env["res.partner"]._commercial_fields())
        alone = mine | (theirs - my_names)
        contact = alone | (theirs & shared)
        organization = theirs | (mine - their_names)
        sets = (alone, contact, organization, contact | organization)
        return HiddenFields(*map(self._with_derived_fields, sets))

    @api.model
    def _get_module_hidden_fields(self, profile_id, code):
        """Return the fields that a module hides, and all those that it publishes."""
        modules = self.env["customer.portal.module"].sudo()
        modules = modules.with_context(active_test=False)
        module = modules.search([("code", "=", code)])
        names = frozenset(module.field_ids.mapped("name")) - NEVER_HIDDEN
        right = self._get_profile_rights(profile_id).get(code)
        return names.difference(right.names["read"] if right else ()), names

    @api.model
    @snapshot_cache("code")
    def _get_published_names(self, code):
        """Return the fields that a module publishes; none once it is archived."""
        modules = self.env["customer.portal.module"].sudo()
        module = modules.search([("code", "=", code)])
        return frozenset(module.field_ids.mapped("name"))

    @api.model
    def _with_derived_fields(self, names):
        """Add the fields that are made of these, such as the whole address."""
        return self._get_made_of_partner_fields(names).get("res.partner", names)

    @api.model
    @ormcache("names")
    def _get_made_of_partner_fields(self, names):
        """Return these fields of contacts, and what any model makes of them.

        :param frozenset names: of fields of contacts
        :rtype: dict[str, frozenset[str]]
        """
        fields = self.env["res.partner"]._fields
        found, waiting = {}, [fields[name] for name in names if name in fields]
        while waiting:
            field = waiting.pop()
            known = found.setdefault(field.model_name, set())
            if field.name not in known:
                known.add(field.name)
                waiting += filter(self._is_made_of_contact, self._get_made_of(field))
        return {model_name: frozenset(known) for model_name, known in found.items()}

    @api.model
    def _get_made_of(self, field):
        """Return the fields that are computed from one, follow it or search in it."""
        made_of = [
            self.env[model_name]._fields[name]
            for (model_name, name), other in MADE_OF.items()
            if other == (field.model_name, field.name)
            and name in self.env[model_name]._fields
        ]
        for fields in self.env.registry._field_triggers.get(field, {}).values():
            made_of += fields
        return made_of

    @api.model
    def _is_made_of_contact(self, field):
        """Leave out what is needed of contacts, and the company's own details."""
        if field.model_name in ("res.partner", "res.users"):
            return field.name not in NEVER_HIDDEN
        return field.model_name != "res.company" and field.name != "display_name"
