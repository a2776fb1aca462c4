from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError

from ..access.res_partner_period import OPEN_STATES
from .explain import Asked

# How many contacts are asked about at once: each of them is asked for.
VIEWERS = 2000
# What is read of all of them, and of their users.
PARTNER_FIELDS = (
    *("email", "email_normalized", "portal_profile_id"),
    *("commercial_partner_id", "company_id"),
)
USER_FIELDS = ("active", "login", "partner_id")
# Levels at which a record is seen from its own organization, above it and below it.
NEAR_LEVELS = ("own", "organization", "subsidiaries")


class Group(NamedTuple):
    """The viewers of a record who have the same profile."""

    profile: str
    level: str  # what its records visibility is called
    count: int


class Viewers(NamedTuple):
    """Who sees something."""

    ids: list  # of contacts, those near the record first
    groups: list[Group]
    asked: int  # how many contacts were asked about
    is_part: bool  # whether there are more of them


class Standing(NamedTuple):
    """What decides whom a customer is like, read for all of them at once."""

    right: object  # to the module; None if the profile does not show it
    profile_id: int
    partner_id: int
    organization_id: int
    company_ids: tuple
    company_id: int  # of the contact


class CustomerPortalExplain(models.AbstractModel):
    """Who sees a record, a document or a FAQ: the same question the other way round."""

    _inherit = "customer.portal.explain"

    @api.private
    def find_viewers(self, question):
        """Return the contacts that see something, of those whom the door lets in.

        :param Question question: about a record or a field; from anywhere
        :rtype: Viewers
        :raise AccessError: for all but agents who may read the record
        """
        partners = self.env["res.partner"]
        self._check_asker(partners)
        record = self.env[question.model].browse(question.res_id)
        record.check_access("read")
        if self._get_module(question.code).sudo().model_name != record._name:
            raise AccessError(self.env._("This module shows other records."))
        near, others = self._find_candidates(record, question)
        found = near + others
        asked = found[:VIEWERS]
        seen = self._filter_viewers(asked, question, frozenset(near.ids))
        groups = self._count_by_profile(seen, question.code)
        return Viewers(seen.ids, groups, len(asked), len(found) > VIEWERS)

    @api.model
    def _find_candidates(self, record, question):
        """Return the contacts with access: those near the record, and some others.

        :rtype: tuple
        """
        partners = self.env["res.partner"]
        domain = [("portal_user", "=", True), ("portal_state", "in", OPEN_STATES)]
        near = partners
        if owners_sudo := self._get_all_owners_sudo(record, question):
            tops = {self._get_line(one)[-1].id for one in owners_sudo}
            below = [*domain, ("id", "child_of", list(tops))]
            near = partners.search(below, limit=VIEWERS)
        others = [*domain, ("id", "not in", near.ids)]
        return near, partners.search(others, limit=VIEWERS + 1)

    @api.model
    def _get_all_owners_sudo(self, record, question):
        """Return the contacts of a record, and the organizations it says it is of."""
        module_sudo = self._get_module(question.code).sudo()
        owners_sudo = self.env["res.partner"].sudo()
        for path in (module_sudo.partner_field, module_sudo.organization_field):
            if path:
                record_sudo = record.sudo()
                owners_sudo |= record_sudo if path == "id" else record_sudo.mapped(path)
        return owners_sudo

    @api.model
    def _filter_viewers(self, partners, question, near_ids):
        """Ask for each contact, once for those of whom the answer is the same.

        :param frozenset near_ids: of the contacts of its organizations
        """
        answers, seen = {}, []
        records = self._find_records(question)
        near = self._get_near_ids(question)
        users_sudo = self._get_users_sudo(partners)
        standings = self._get_standings(users_sudo, question.code)
        for partner in partners.filtered(lambda one: one.id in users_sudo):
            user_sudo, standing = users_sudo[partner.id], standings[partner.id]
            far = self._get_far_key(standing, near, partner.id in near_ids)
            if far and answers.get(far) is False:
                continue
            key = self._get_viewer_key(standing, question.code)
            if key not in answers:
                answers[key] = self._decide_for(partner, user_sudo, question, records)
                answers.setdefault(far, answers[key])
            if answers[key]:
                seen.append(partner.id)
        return partners.browse(seen)

    @api.model
    def _get_standings(self, users_sudo, code):
        """Return how each contact stands, by its id: in a query for each field.

        To ask the gate in the name of each took a query for its companies, and most of
        the 5 s of the processor for two thousand of them.
        """
        gate = self.env["customer.portal.gate"]
        default = self.env["customer.portal.profile"].sudo()._get_default()
        standings, rights = {}, {}
        for partner_id, user_sudo in users_sudo.items():
            partner_sudo = user_sudo.partner_id
            profile = partner_sudo.portal_profile_id or default
            if profile.id not in rights:
                rights[profile.id] = gate._get_profile_rights(profile.id).get(code)
            standings[partner_id] = Standing(
                rights[profile.id],
                profile.id,
                partner_id,
                partner_sudo.commercial_partner_id.id,
                user_sudo.company_ids._ids,
                partner_sudo.company_id.id,
            )
        return standings

    @api.model
    def _get_near_ids(self, question):
        """Return who can be near a record by its contacts, for each level.

        :return: ids of contacts or organizations, by level
        :rtype: dict[str, set]
        """
        record = self.env[question.model].browse(question.res_id)
        owners_sudo = self._get_all_owners_sudo(record, question)
        above = {one.id for owner in owners_sudo for one in self._get_line(owner)}
        return {
            "own": set(owners_sudo.ids),
            "organization": set(owners_sudo.commercial_partner_id.ids),
            "subsidiaries": above,
        }

    @api.model
    def _decide_for(self, partner, user_sudo, question, records):
        asked = Asked(question, partner, user_sudo, records)
        explain = self.env(user=user_sudo.id, su=False)[self._name]
        return bool(getattr(explain, f"_decide_{question.kind}")(asked))

    @api.model
    def _get_far_key(self, standing, near, is_in_tree):
        """Return what those have in common who have nothing to do with a record.

        Once one of them does not see it, nobody of the same profile does whom the level
        does not lead to it: of 10,000 customers that leaves a few to ask.

        :param dict near: see ``_get_near_ids``
        :param bool is_in_tree: whether the contact belongs to its organizations
        :return: None for whom it depends on more
        """
        right = standing.right
        is_by_path = right and not right.native and right.partner_field
        if not is_by_path or right.records_visibility not in NEAR_LEVELS:
            return None
        level = right.records_visibility
        own_id = standing.partner_id if level == "own" else standing.organization_id
        if own_id in near[level]:
            return None
        return "far", standing.profile_id, is_in_tree

    @api.model
    def _get_users_sudo(self, partners):
        """Return the user of each contact, by the contact's id."""
        portal = self.env.ref("base.group_portal")
        domain = [
            ("partner_id", "in", partners.ids),
            ("share", "=", True),
            ("all_group_ids", "in", portal.ids),
        ]
        users_sudo = self.env["res.users"].sudo().search_fetch(domain, USER_FIELDS)
        users_sudo.partner_id.fetch(PARTNER_FIELDS)  # Contacts have 200 fields.
        main_sudo = users_sudo._get_main_portal_users()
        return {user.partner_id.id: user for user in main_sudo}

    @api.model
    def _get_viewer_key(self, standing, code):
        """Return what all have in common who get the same answer.

        On Odoo's own pages, and of documents, each contact's is their own.
        """
        right, profile_id, partner_id, organization_id, *companies = standing
        if not right:
            return profile_id, None
        alone = right.native and code != "faqs"
        if alone or right.records_visibility == "own":
            return profile_id, partner_id
        is_shared = right.records_visibility == "everyone"
        return profile_id, not is_shared and organization_id, *companies

    @api.model
    def _count_by_profile(self, partners, code):
        counts, levels = {}, {}
        permissions = self.env["customer.portal.permission"].sudo()
        labels = dict(
            permissions._fields["records_visibility"]._description_selection(self.env)
        )
        default = self.env["customer.portal.profile"].sudo()._get_default()
        for partner_sudo in partners.sudo():
            profile = partner_sudo.portal_profile_id or default
            counts[profile] = counts.get(profile, 0) + 1
        for profile in counts:
            row = profile.permission_ids.filtered(
                lambda one: one.module_id.code == code
            )
            levels[profile] = labels.get(row.records_visibility, "")
        return [Group(one.name, levels[one], count) for one, count in counts.items()]
