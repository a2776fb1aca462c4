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
        domain = self.domain(CODE) & Domain.AND(self._get_faq_parts().values())
        if category_id is None:
            return domain
        if not self._is_id(category_id):
            return Domain.FALSE
        return domain & Domain("category_id", "=", category_id)

    @api.model
    def _get_faq_parts(self):
        """Return what a FAQ must match to be shown, by what decides it.

        :rtype: dict[str, odoo.fields.Domain]
        """
        today = self.env.user.sudo().partner_id.company_id._get_portal_today()
        return self._make_faq_parts(self._get_profile_id(), today)

    @api.model
    def _make_faq_parts(self, profile_id, today):
        """Return the same for all customers of a profile.

        :param datetime.date today: where the customers are
        """
        return {
            "published": Domain("is_published", "=", True),
            "valid": Domain("valid_until", "=", False)
            | Domain("valid_until", ">=", today),
            "profiles": Domain("is_restricted", "=", False)
            | Domain("profile_ids", "in", [profile_id]),
        }

    @api.model
    def _get_visible_faq(self, faq_id):
        """Return a FAQ that the user sees; the only way to get one."""
        if not self._is_id(faq_id):
            return self.env["customer.portal.faq"].sudo()
        if self._get_recorder() and (right := self._get_right(CODE)):
            key = self._get_domain_key(CODE, right.records_visibility)
            parts = self._get_domain_parts(*key)
            self._note_records(right, {**parts, **self._get_faq_parts()})
        found, key = self._get_found(), (self.env.user.id, CODE, faq_id)
        if key not in found:
            domain = Domain("id", "=", faq_id) & self._get_faq_domain()
            found[key] = (
                self.env["customer.portal.faq"].sudo().search_fetch(domain, SHOWN)
            )
        return found[key]
