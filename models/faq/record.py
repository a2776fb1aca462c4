from odoo import api, models

from ...const import FAQ_URL
from .gate import CODE


class CustomerPortalRecord(models.AbstractModel):
    """Where FAQs are found, and who writes about them."""

    _inherit = "customer.portal.record"

    @api.model
    def _make_author(self, partner, email_from=None, module=None):
        """Keep the names of customers among themselves: of their organization.

        All customers read the comments on a FAQ.
        """
        author = super()._make_author(partner, email_from, module)
        if module != CODE or author["is_support"]:
            return author
        mine = self.env.user.sudo().partner_id.commercial_partner_id
        if partner.commercial_partner_id != mine:
            author["name"] = self.env._("Another customer")
        return author

    @api.model
    def _find_answers(self, text):
        """Propose FAQs to somebody who is about to open a case."""
        return super()._find_answers(text) + [
            {"title": faq.question, "url": f"{FAQ_URL}/{faq.id}?from_form=1"}
            for faq in self.env["customer.portal.faq"]._search_visible(text)
        ]

    @api.model
    def _search_module(self, right, text):
        """Find FAQs by their own search, too."""
        if right.code != CODE:
            return super()._search_module(right, text)
        return [
            {"title": faq.question, "number": "", "url": f"{FAQ_URL}/{faq.id}"}
            for faq in self.env["customer.portal.faq"]._search_visible(text)
        ]
