from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ...const import GROUP_AGENT


class CustomerPortalConfirmation(models.Model):
    """Who is asked about an organization: its managers, else who looks after it."""

    _inherit = "customer.portal.confirmation"

    def _find_reviewers(self):
        """Return who is asked, as ids of users, by the id of each of these reviews.

        Its own managers; else those of an organization above it, who manage its
        subsidiaries; else the Account Representative or, where no agent is chosen,
        all agents.

        :rtype: dict[int, set[int]]
        """
        managers = self._find_managers()
        without = self.filtered(lambda review: review.id not in managers)
        return {**managers, **without._find_agents()}

    def _find_managers(self):
        """Return those who manage an organization and can be reached by email.

        :rtype: dict[int, set[int]]
        """
        rows = self.env.execute_query(self._get_managers_sql())
        users = self.env["res.users"].sudo().browse({row[1] for row in rows})
        # No more of each than is needed: there may be very many.
        users.fetch(["partner_id"])
        users.partner_id.fetch(["email"])
        opted_out = users.partner_id._filter_opted_out()
        mute = {user.id for user in users if user.partner_id in opted_out}
        own, above = defaultdict(set), defaultdict(set)
        for review_id, user_id, is_own in rows:
            if user_id not in mute:
                (own if is_own else above)[review_id].add(user_id)
        return {**above, **own}

    def _get_managers_sql(self):
        return SQL(
            """
            WITH RECURSIVE line_of_organizations AS (
                SELECT id AS review_id, organization_id, organization_id AS above_id
                  FROM customer_portal_confirmation
                 WHERE id = ANY(%(ids)s) AND organization_id IS NOT NULL
                 UNION
                SELECT line.review_id, line.organization_id, partner.parent_id
                  FROM line_of_organizations line
                  JOIN res_partner partner ON partner.id = line.above_id
                 WHERE partner.parent_id IS NOT NULL
            )
            SELECT line.review_id, users.id, line.above_id = line.organization_id
              FROM line_of_organizations line
              JOIN res_partner contact ON contact.commercial_partner_id = line.above_id
               AND %(access)s
               AND (contact.support_start_date IS NULL
                    OR contact.support_start_date <= %(today)s)
              JOIN customer_portal_profile profile ON profile.id = %(profile)s
               AND profile.active
               AND (profile.manage_scope = 'subsidiaries'
                    OR profile.manage_scope = 'organization'
                       AND line.above_id = line.organization_id)
              JOIN res_users users
                ON users.partner_id = contact.id AND users.active AND users.share
            """,
            ids=self.ids,
            access=self._get_access_sql("contact"),
            profile=self._get_profile_sql(),
            today=self._get_today(),
        )

    def _find_agents(self):
        """Return the Account Representative of each, or all agents of its company.

        A representative who is no agent could not end an access, so is not asked.

        :rtype: dict[int, set[int]]
        """
        agents = self.env["customer.portal.agents"]
        may = {
            *agents._filter_working(self.env.ref(GROUP_AGENT).sudo().all_user_ids).ids
        }
        everyone = {
            company: {*agents._get_all(company.sudo()).ids}
            for company in self.mapped("company_id") | self.env["res.company"]
        }
        others = {*agents._get_all(self.env["res.company"].sudo()).ids}
        self.sudo().organization_id.fetch(["user_id"])
        return {
            review.id: {user_id}
            if (user_id := review.sudo().organization_id.user_id.id) in may
            else everyone.get(review.company_id, others)
            for review in self
        }

    def _is_reviewer_agent(self):
        """Say whether the user works on reviews in Odoo."""
        return self.env.user.has_group(GROUP_AGENT)

    @api.model
    def _get_colleagues(self):
        """Return the service that manages colleagues, with the user's own rights."""
        return self.env(su=False)["customer.portal.colleague"]

    @api.model
    def _get_reach(self):
        """Return the organizations whose people the user manages, as a customer.

        :return: their ids
        :rtype: list[int]
        """
        return self._get_colleagues()._get_gate()._get_managed_organization_ids()
