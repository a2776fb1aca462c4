from odoo import api, fields, models
from odoo.fields import Domain

from ...const import GROUP_AGENT


class ResPartner(models.Model):
    """What becomes of the cases of a contact that moves or is deleted."""

    _inherit = "res.partner"

    portal_left_case_count = fields.Integer(
        compute="_compute_portal_left_case_count",
        groups=GROUP_AGENT,
        help="How many cases stay with the organization the contact is about to leave.",
    )
    portal_cases_along = fields.Boolean(
        "Move these cases to the new organization",
        store=False,
        groups=GROUP_AGENT,
        help="Moves the cases to the contact's new organization. Its people will see "
        "them; people of the former organization no longer will.",
    )

    @api.depends("parent_id", "is_company")
    def _compute_portal_left_case_count(self):
        for partner in self:
            left = partner._get_left_organization()
            partner.portal_left_case_count = (
                left and partner._origin._count_portal_cases_of(left)
            )

    def _get_left_organization(self):
        """Return the organization that the contact of an open form is leaving, if any.

        Who is nobody's takes the own cases along anyway.
        """
        before = self._origin.commercial_partner_id
        after = self.commercial_partner_id._origin
        is_leaving = before not in (self._origin, after)
        return before if is_leaving else before.browse()

    def _count_portal_cases_of(self, organization):
        domain = self._get_followed_case_domain()
        domain &= Domain("portal_organization_id", "=", organization.id)
        return self.env["project.task"].sudo().search_count(domain)

    def _get_followed_case_domain(self):
        """Return the cases of contacts and of those below them."""
        project = self.env.ref("customer_portal.project_cases", False)
        in_project = Domain("project_id", "=", project.id if project else 0)
        return in_project & Domain("partner_id", "child_of", self.ids)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("portal_cases_along"):
            cases_sudo = self.env["project.task"].sudo().with_context(active_test=False)
            domain = self._get_followed_case_domain()
            cases_sudo.search(domain)._follow_portal_contact()
        return result

    def unlink(self):
        """Give the cases of an organization that is deleted to their contacts.

        Those of a contact that is deleted stay with the organization.
        """
        tasks_sudo = self.env["project.task"].sudo().with_context(active_test=False)
        cases_sudo = tasks_sudo.search(
            [("portal_organization_id", "in", self.ids), ("partner_id", "!=", False)]
        )
        result = super().unlink()
        cases_sudo.exists()._follow_portal_contact()
        return result
