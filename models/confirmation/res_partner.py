from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ...const import GROUP_AGENT

CRON = "customer_portal.ir_cron_confirmations"


class ResPartner(models.Model):
    """Agents start an access review of an organization before its day has come."""

    _inherit = "res.partner"

    portal_review_id = fields.Many2one(
        "customer.portal.confirmation",
        "Access Review",
        compute="_compute_portal_review_id",
        groups=GROUP_AGENT,
        help="The access review of this organization that waits for answers.",
    )

    def _compute_portal_review_id(self):
        reviews = self.env["customer.portal.confirmation"]
        found = reviews.search(
            [("organization_id", "in", self._origin.ids), ("state", "=", "open")]
        )
        by_organization = {one.organization_id.id: one.id for one in found}
        for partner in self:
            partner.portal_review_id = by_organization.get(partner._origin.id)

    # === ACTION METHODS === #

    def action_start_portal_review(self):
        """Ask now who of these contacts' organizations still needs access.

        Of an organization whose review waits for answers, that one goes on.

        :return: the action that shows the reviews
        :raise UserError: if nobody there has access
        """
        self._check_may_start_review()
        organizations = self.commercial_partner_id
        reviews_sudo = self.env["customer.portal.confirmation"].sudo()
        asked = organizations._find_with_portal_access()
        if not asked:
            raise UserError(
                self.env._(
                    "No one here has portal access, so there is nothing to review."
                )
            )
        reviews_sudo._start(sorted(asked.ids))
        self.env.ref(CRON).sudo()._trigger()
        self.invalidate_recordset(["portal_review_id"])
        return asked._show_portal_reviews()

    def action_view_portal_review(self):
        self.ensure_one()
        self.check_access("read")
        return self._show_portal_reviews()

    def _check_may_start_review(self):
        """:raise AccessError: for all who may not decide about the contacts' access"""
        if not self.env.user.has_group(GROUP_AGENT):
            raise AccessError(
                self.env._("Only Customer Portal agents can start access reviews.")
            )
        self.check_access("write")

    def _find_with_portal_access(self):
        """Return those of these organizations in which someone has access."""
        reviews = self.env["customer.portal.confirmation"].sudo()
        domain = reviews._get_access_domain_of(self)
        contacts = self.env["res.partner"].sudo().search(domain)
        return contacts.commercial_partner_id.sudo(self.env.su) & self

    def _show_portal_reviews(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.customer_portal_confirmation_action"
        )
        if len(self) == 1:
            res_id = self.portal_review_id.id
            return {**action, "views": [(False, "form")], "res_id": res_id}
        return {**action, "domain": [("organization_id", "in", self.ids)]}
