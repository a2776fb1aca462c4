from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError

from ..access.res_partner_period import OPEN_STATES
from .explain import Asked

# How many contacts are asked about at once: each of them is asked for.
VIEWERS = 2000


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
        found = self._find_candidates(record, question)
        asked = found[:VIEWERS]
        seen = self._filter_viewers(asked, question)
        groups = self._count_by_profile(seen, question.code)
        return Viewers(seen.ids, groups, len(asked), len(found) > VIEWERS)

    @api.model
    def _find_candidates(self, record, question):
        """Return the contacts with access, first those who are near the record."""
        partners = self.env["res.partner"]
        domain = [("portal_user", "=", True), ("portal_state", "in", OPEN_STATES)]
        near = partners
        if path := self._get_module(question.code).sudo().partner_field:
            owners_sudo = record.sudo() if path == "id" else record.sudo().mapped(path)
            tops = [self._get_line(one)[-1].id for one in owners_sudo]
            near = partners.search([*domain, ("id", "child_of", tops)], limit=VIEWERS)
        others = [*domain, ("id", "not in", near.ids)]
        return near + partners.search(others, limit=VIEWERS + 1)

    @api.model
    def _filter_viewers(self, partners, question):
        """Ask for each contact, once for those of whom the answer is the same."""
        answers, seen = {}, []
        records = self._find_records(question)
        users_sudo = self._get_users_sudo(partners)
        for partner in partners:
            user_sudo = users_sudo.get(partner.id)
            if not user_sudo:
                continue
            key = self._get_viewer_key(user_sudo, question.code)
            if key not in answers:
                asked = Asked(question, partner, user_sudo, records)
                explain = self.env(user=user_sudo.id, su=False)[self._name]
                decide = getattr(explain, f"_decide_{question.kind}")
                answers[key] = bool(decide(asked))
            if answers[key]:
                seen.append(partner.id)
        return partners.browse(seen)

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
        organization = user_sudo.partner_id.commercial_partner_id
        companies = tuple(user_sudo._get_company_ids())
        company = user_sudo.partner_id.company_id.id
        return profile_id, organization.id, companies, company

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
