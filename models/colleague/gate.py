from itertools import chain
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from ..base.snapshot_cache import snapshot_cache
from ..gate.module_access import ModuleAccess
from .profile import MANAGE_SCOPES

# Statuses of portal access in which a customer sees colleagues, and changes them.
SEEING = ("active", "grace")
CHANGING = ("active",)
# How far somebody manages -> the scopes that they may give.
SCOPES = {False: (False,)}
for _scope, _label in MANAGE_SCOPES:
    SCOPES[_scope] = (*list(SCOPES.values())[-1], _scope)
# Records visibility -> the levels that reach no further. "Purchased" has no order with
# the others: it is about products, which belong to nobody.
REACHES = {
    "own": ("own",),
    "organization": ("own", "organization"),
    "subsidiaries": ("own", "organization", "subsidiaries"),
    "bought": ("bought",),
    "everyone": ("own", "organization", "subsidiaries", "bought", "everyone"),
}
# Levels whose holder sees what people of a subsidiary see.
ABOVE = ("subsidiaries", "everyone")
# What of a module's right is compared by itself; anything else has to be the same.
COMPARED = ("records_visibility", "actions", "names", "domain")
# What is shared with profiles by name: a module, its model, and what else must hold.
NAMED = {
    "documents": ("customer.portal.document", Domain("audience", "=", "profiles")),
    "faqs": ("customer.portal.faq", Domain("is_restricted", "=", True)),
}


class Management(NamedTuple):
    """What a profile permits about colleagues."""

    scope: str | bool
    given_ids: frozenset


class Wider(NamedTuple):
    """Something that one profile permits beyond another one."""

    kind: str
    code: str  # of the module, if it is about one


class CustomerPortalGate(models.AbstractModel):
    """Colleagues: who manages them, which ones, and what they may be given.

    Nobody gives what they do not have. Two profiles are compared right by right, by
    what the gate says of them, so that neither names nor order of profiles count. What
    cannot be compared counts as more.
    """

    _inherit = "customer.portal.gate"

    # === WHO, AND WHOM === #

    @api.private
    def may_manage_colleagues(self, change=False):
        """Say whether a user sees their colleagues' access, or may change it.

        :param bool change: whether they want to change something
        :rtype: bool
        """
        if not self.env.user._is_portal():
            return False
        # First, as it is asked several times a page, and most profiles manage nobody.
        if not self._get_management(self._get_profile_id()).scope:
            return False
        partner_sudo = self.env.user.sudo().partner_id
        states = CHANGING if change else SEEING
        is_open = partner_sudo.portal_user and partner_sudo.portal_state in states
        if not is_open or partner_sudo._get_portal_refusal():
            return False
        # An invoice may be overdue, too.
        return not (change and self._is_in_grace())

    @api.private
    def colleague_domain(self):
        """Return which contacts a user manages, themselves included.

        People of the organizations in reach: not their addresses, and nobody who works
        for the company itself.

        :return: a domain on ``res.partner``
        :rtype: odoo.fields.Domain
        """
        organization_ids = self._get_managed_organization_ids()
        if not organization_ids:
            return Domain.FALSE
        is_person = Domain("is_company", "=", False) & Domain("type", "=", "contact")
        return (
            Domain("commercial_partner_id", "in", organization_ids)
            & Domain("active", "=", True)
            & Domain("partner_share", "=", True)
            & (Domain("portal_user", "=", True) | is_person)
            & self._get_company_domain(self._get_own_company_ids(), "res.partner")
        )

    @api.model
    def _get_own_company_ids(self):
        return tuple(self.env.user.sudo()._get_company_ids())

    @api.model
    def _get_managed_organization_ids(self):
        """Return the organizations whose people a user manages, their own first.

        :rtype: list[int]
        """
        if not self.may_manage_colleagues():
            return []
        own = self.env.user.sudo().partner_id.commercial_partner_id
        scope = self._get_management(self._get_profile_id()).scope
        return own.ids + (self._find_subsidiary_ids(own) if scope == ABOVE[0] else [])

    @api.model
    def _find_subsidiary_ids(self, organization):
        """Return the organizations below one: those of companies they may see.

        What is below one that they may not see is not theirs, either. All are read at
        once: a search for each level read a million contacts five times, in 1.3 s.
        """
        partners = self.env["res.partner"].sudo()
        below = partners.search_fetch(
            Domain("is_company", "=", True)
            & Domain("id", "in", self._get_family_ids(organization.id))
            & self._get_company_domain(self._get_own_company_ids(), "res.partner"),
            ["parent_id"],
            order="id",
        )
        below.parent_id.fetch(["commercial_partner_id"])
        children = below.grouped(lambda one: one.parent_id.commercial_partner_id.id)
        known, latest = {organization.id}, organization
        while latest:
            found = partners.union(*(children.get(one.id, partners) for one in latest))
            latest = found.filtered(lambda one: one.id not in known)
            known.update(latest.ids)
        return sorted(known - {organization.id})

    @api.model
    @snapshot_cache("profile_id")
    def _get_management(self, profile_id):
        """Return what a profile permits; one that is archived permits nothing."""
        profile = self.env["customer.portal.profile"].sudo().browse(profile_id).exists()
        if not profile.active or profile.manage_scope not in SCOPES:
            return Management(False, frozenset())
        return Management(
            profile.manage_scope, frozenset(profile.given_profile_ids.ids)
        )

    # === WHAT MAY BE GIVEN === #

    @api.model
    def _may_give(self, profile_id, organization_id):
        """Say whether a user may give a profile to somebody of an organization."""
        own_id = self._get_profile_id()
        if profile_id not in self._get_management(own_id).given_ids:
            return False
        own = self.env.user.sudo().partner_id.commercial_partner_id
        return self._covers(own_id, profile_id, organization_id != own.id)

    @api.model
    def _covers(self, own_profile_id, given_profile_id, elsewhere=False):
        """Say whether whoever has a profile sees and may all that another one does.

        :param bool elsewhere: whether the other one is for somebody of a subsidiary
        :rtype: bool
        """
        key = own_profile_id, given_profile_id, bool(elsewhere)
        if not self._covers_as_configured(*key):
            return False
        return next(self._find_wider_named(*key[:2]), None) is None

    @api.model
    @snapshot_cache("own_id", "given_id", "elsewhere")
    def _covers_as_configured(self, own_id, given_id, elsewhere):
        """Say the same of the profiles alone, whatever is shared with them by name."""
        return next(self._find_wider(own_id, given_id, elsewhere), None) is None

    @api.model
    def _find_wider(self, own_id, given_id, elsewhere):
        """Yield what a profile permits beyond another one. To be extended.

        :rtype: Iterator[Wider]
        """
        profiles = self.env["customer.portal.profile"].sudo()
        if not profiles.browse(given_id).exists().active:
            yield Wider("gone", "")
            return
        yield from self._find_wider_rights(own_id, given_id, elsewhere)
        if self._opens_paths(own_id, given_id):
            yield Wider("page", "")
        if self._shows_hidden_fields(own_id, given_id):
            yield Wider("contact", "")
        if not self._is_management_covered(own_id, given_id):
            yield Wider("manage", "")
        if profiles._get_grace(given_id) > profiles._get_grace(own_id):
            yield Wider("grace", "")

    @api.model
    def _find_wider_rights(self, own_id, given_id, elsewhere):
        rights = self._get_profile_rights(own_id)
        for code, given in self._get_profile_rights(given_id).items():
            own = rights.get(code)
            if not own:
                yield Wider("module", code)
                continue
            for kind, covered in self._compare_rights(own, given, elsewhere).items():
                if not covered:
                    yield Wider(kind, code)

    @api.model
    def _compare_rights(self, own, given, elsewhere):
        """Return by kind whether a right to a module covers another one."""
        others = (name for name in ModuleAccess._fields if name not in COMPARED)
        return {
            "records": self._reaches(own, given, elsewhere),
            "action": given.actions <= own.actions,
            "field": all(
                {*names} <= {*own.names.get(use, ())}
                for use, names in given.names.items()
            ),
            "filter": own.domain.is_true() or own.domain == given.domain,
            "other": all(getattr(own, name) == getattr(given, name) for name in others),
        }

    @api.model
    def _reaches(self, own, given, elsewhere):
        """Say whether one records visibility reaches all that another one does.

        In a subsidiary, whoever looks down to it sees what its people see. Of their own
        records people see what nobody has shared, documents of all apart.
        """
        level = given.records_visibility
        if level not in REACHES.get(own.records_visibility, ()):
            return False
        if not elsewhere or (level == "own" and own.code != "documents"):
            return True
        if level == "bought":
            return own.records_visibility == "everyone"
        return own.records_visibility in ABOVE

    @api.model
    def _find_wider_named(self, own_id, given_id):
        """Yield the modules of which something is shared with the given one alone."""
        rights = self._get_profile_rights(given_id)
        for code, (model_name, domain) in NAMED.items():
            if code not in rights:
                continue
            alone = Domain("profile_ids", "in", [given_id]) & Domain(
                "profile_ids", "not in", [own_id]
            )
            published = Domain("is_published", "=", True)
            records = self.env[model_name].sudo()
            if records.search_count(domain & published & alone, limit=1):
                yield Wider("named", code)

    @api.model
    def _opens_paths(self, own_id, given_id):
        """Say whether a profile opens a page that another one hides or blocks."""
        own_lists, own_blocked = self._get_profile_paths(own_id)
        lists, blocked = self._get_profile_paths(given_id)

        def is_blocked(path):
            return any(path == one or path.startswith(f"{one}/") for one in blocked)

        return not all(map(is_blocked, own_blocked)) or any(
            path not in lists and not is_blocked(path) for path in own_lists
        )

    @api.model
    def _shows_hidden_fields(self, own_id, given_id):
        hidden = self._get_hidden_partner_fields(given_id)
        own_hidden = self._get_hidden_partner_fields(own_id)
        return any(own - given for own, given in zip(own_hidden, hidden, strict=True))

    @api.model
    def _is_management_covered(self, own_id, given_id):
        own, given = self._get_management(own_id), self._get_management(given_id)
        if not given.scope:
            return True
        is_narrower = given.scope in SCOPES.get(own.scope, ())
        return is_narrower and given.given_ids <= own.given_ids

    # === IN WORDS === #

    @api.model
    def _get_wider_text(self, own_id, given_id):
        """Name the first thing that a profile permits beyond another one.

        :rtype: str
        """
        found = self._find_wider(own_id, given_id, False)
        wider = next(chain(found, self._find_wider_named(own_id, given_id)), None)
        if not wider:
            return ""
        names = self._get_wider_names()
        name = names.get(wider.kind, names["other"])
        if not wider.code:
            return name
        module = self._get_labels(wider.code, self.env.lang).name
        return f"{module}: {name}"

    @api.model
    def _get_wider_names(self):
        return {
            "gone": self.env._("archived"),
            "module": self.env._("the module is hidden here"),
            "records": self.env._("Records Visibility"),
            "action": self.env._("actions"),
            "field": self.env._("fields"),
            "filter": self.env._("filter"),
            "named": self.env._("shared with this profile alone"),
            "page": self.env._("blocked pages"),
            "contact": self.env._("hidden fields of contacts"),
            "manage": self.env._("Manage Colleagues"),
            "grace": self.env._("Days of Grace"),
            "widget": self.env._("home page"),
            "other": self.env._("other rights"),
        }
