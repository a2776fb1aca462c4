from odoo import api, models
from odoo.fields import Domain

from ...const import FAQ_URL

CODE = "faqs"
# What is shown of a FAQ, fetched at once.
SHOWN = ("question", "answer", "category_id")


class CustomerPortalGate(models.AbstractModel):
    """FAQs: those that are published and valid, for all or for the user's profile."""

    _inherit = "customer.portal.gate"

    @api.model
    def _get_faq_domain(self, user, category_id=None):
        """Return which FAQs a user sees."""
        if not self.may(user, CODE):
            return Domain.FALSE
        profile_id = self._get_profile_id(user)
        today = user.sudo().partner_id.company_id._get_portal_today()
        domain = (
            self.domain(user, CODE)
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
    def _get_visible_faq(self, user, faq_id):
        """Return a FAQ that the user sees; the only way to get one."""
        if not self._is_id(faq_id):
            return self.env["customer.portal.faq"].sudo()
        found, key = self._get_found(), (user.id, CODE, faq_id)
        if key not in found:
            domain = Domain("id", "=", faq_id) & self._get_faq_domain(user)
            found[key] = (
                self.env["customer.portal.faq"].sudo().search_fetch(domain, SHOWN)
            )
        return found[key]

    # === COMMENTS === #

    @api.model
    def _get_comment_domain(self, record):
        """Show of a FAQ's comments no mails, as all customers read them.

        Whoever answers a comment by email does not mean to publish their signature; and
        nobody has checked who they are, or whether they may comment.
        """
        domain = super()._get_comment_domain(record)
        if record._name == "customer.portal.faq":
            domain &= Domain("message_type", "=", "comment")
        return domain

    @api.model
    def _find_thread(self, user, module, res_id, action):
        """Find FAQs, too, in the name of the user."""
        if module != CODE:
            return super()._find_thread(user, module, res_id, action)
        if not self.may(user, CODE, action):
            return None
        return self._get_visible_faq(user, res_id).with_user(user).sudo() or None

    @api.model
    def _make_author(self, user, partner, email_from=None, module=None):
        """Keep the names of customers among themselves: of their organization.

        All customers read the comments on a FAQ.
        """
        author = super()._make_author(user, partner, email_from, module)
        mine = user.sudo().partner_id.commercial_partner_id
        is_near = author["is_support"] or partner.commercial_partner_id == mine
        if module == CODE and not is_near:
            author["name"] = self.env._("Another customer")
        return author

    @api.model
    def _make_file(self, module, record, attachment):
        file = super()._make_file(module, record, attachment)
        if module == CODE:
            file["url"] = f"{FAQ_URL}/{record.id}/file/{attachment.id}"
        return file

    # === WHERE ELSE THEY ARE FOUND === #

    @api.model
    def _find_answers(self, user, text):
        """Propose FAQs to somebody who is about to open a case."""
        return super()._find_answers(user, text) + [
            {"title": faq.question, "url": f"{FAQ_URL}/{faq.id}?from_form=1"}
            for faq in self.env["customer.portal.faq"]._search_visible(user, text)
        ]

    @api.model
    def _search_module(self, user, right, text):
        """Find FAQs by their own search, too."""
        if right.code != CODE:
            return super()._search_module(user, right, text)
        return [
            {"title": faq.question, "number": "", "url": f"{FAQ_URL}/{faq.id}"}
            for faq in self.env["customer.portal.faq"]._search_visible(user, text)
        ]
