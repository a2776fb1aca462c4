from odoo import api, models
from odoo.fields import Domain

CODE = "faqs"
# What is shown of a FAQ, fetched at once.
SHOWN = ("question", "answer", "category_id")


class CustomerPortalGate(models.AbstractModel):
    """FAQs: those that are published and valid, for all or for the user's profile."""

    _inherit = "customer.portal.gate"

    @api.model
    def _get_faq_domain(self, category_id=None):
        """Return which FAQs a user sees."""
        if not self.may(CODE):
            return Domain.FALSE
        profile_id = self._get_profile_id()
        today = self.env.user.sudo().partner_id.company_id._get_portal_today()
        domain = (
            self.domain(CODE)
            & Domain("is_published", "=", True)
            & (Domain("valid_until", "=", False) | Domain("valid_until", ">=", today))
            & (
                Domain("is_restricted", "=", False)
                | Domain("profile_ids", "in", [profile_id])
            )
        )
        if category_id is None:
            return domain
        if not self._is_id(category_id):
            return Domain.FALSE
        return domain & Domain("category_id", "=", category_id)

    @api.model
    def _get_visible_faq(self, faq_id):
        """Return a FAQ that the user sees; the only way to get one."""
        if not self._is_id(faq_id):
            return self.env["customer.portal.faq"].sudo()
        found, key = self._get_found(), (self.env.user.id, CODE, faq_id)
        if key not in found:
            domain = Domain("id", "=", faq_id) & self._get_faq_domain()
            found[key] = (
                self.env["customer.portal.faq"].sudo().search_fetch(domain, SHOWN)
            )
        return found[key]
