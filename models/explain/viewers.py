from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError

from ..access.res_partner_period import OPEN_STATES
from .explain import Asked

# How many contacts are asked about at once: each of them is asked for.
VIEWERS = 2000
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

        :param frozenset near_ids: of the contacts that are near the record
        """
        answers, seen = {}, []
        records = self._find_records(question)
        users_sudo = self._get_users_sudo(partners)
        for partner in partners:
            user_sudo = users_sudo.get(partner.id)
            if not user_sudo:
                continue
            far = self._get_far_key(user_sudo, question.code, partner.id in near_ids)
            if far and answers.get(far) is False:
                continue
            key = self._get_viewer_key(user_sudo, question.code)
            if key not in answers:
                answers[key] = self._decide_for(partner, user_sudo, question, records)
                answers.setdefault(far, answers[key])
            if answers[key]:
                seen.append(partner.id)
        return partners.browse(seen)

    @api.model
    def _decide_for(self, partner, user_sudo, question, records):
        asked = Asked(question, partner, user_sudo, records)
        explain = self.env(user=user_sudo.id, su=False)[self._name]
        return bool(getattr(explain, f"_decide_{question.kind}")(asked))

    @api.model
    def _get_far_key(self, user_sudo, code, is_near):
        """Return what those have in common who have nothing to do with a record.

        Once one of them does not see it, nobody of the same profile does who is neither
        above nor below its organization. Of 10,000 customers that leaves a few to ask.

        :return: None for whom it depends on more
        """
        gate = self.env["customer.portal.gate"].with_user(user_sudo)
        right = gate._get_rights().get(code)
        is_by_path = right and not right.native and right.partner_field
        if is_near or not is_by_path or right.records_visibility not in NEAR_LEVELS:
            return None
        return "far", gate._get_profile_id()

    @api.model
    def _get_users_sudo(self, partners):
        """Return the user of each contact, by the contact's id."""
        users_sudo = (
            self.env["res.users"]
            .sudo()
            .search([("partner_id", "in", partners.ids), ("share", "=", True)])
        )
        portal_sudo = users_sudo.filtered(lambda user: user._is_portal())
        main_sudo = portal_sudo._get_main_portal_users()
        return {user.partner_id.id: user for user in main_sudo}

    @api.model
    def _get_viewer_key(self, user_sudo, code):
        """Return what all have in common who get the same answer.

        On Odoo's own pages, and of documents, each contact's is their own.
        """
        gate = self.env["customer.portal.gate"].with_user(user_sudo)
        right = gate._get_rights().get(code)
        profile_id = gate._get_profile_id()
        if not right:
            return profile_id, None
        alone = right.native and code != "faqs"
        if alone or right.records_visibility == "own":
            return profile_id, user_sudo.id
        is_shared = right.records_visibility == "everyone"
        organization = user_sudo.partner_id.commercial_partner_id
        companies = tuple(user_sudo._get_company_ids())
        company = user_sudo.partner_id.company_id.id
        return profile_id, not is_shared and organization.id, companies, company

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
