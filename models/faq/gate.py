from odoo import api, models
from odoo.fields import Domain

from ...const import FAQ_URL
from ..record.list_query import SEARCH_LENGTH
from ..record.record import COUNT_LIMIT
from ..record.search import FOUND_LIMIT

CODE = "faqs"
# What is shown of a FAQ, fetched at once.
SHOWN = ("question", "answer", "category_id")


class CustomerPortalGate(models.AbstractModel):
    """FAQs: those that are published and valid, for all or for the user's profile."""

    _inherit = "customer.portal.gate"
    # All of them ask here, too.

    # === WHAT IS SHOWN === #

    @api.private
    def faq_cards(self, user):
        """Return the card of the FAQs, as ``modules`` does; none if they are hidden.

        :return: dicts with ``code``, ``name``, ``icon``, ``url`` and ``actions``
        :rtype: list
        """
        right = self._get_rights(user).get(CODE)
        return [self._make_card(right, FAQ_URL)] if right else []

    @api.private
    def faq_categories(self, user):
        """Return the categories in which a user sees any FAQ.

        :return: dicts with ``id`` and ``name``
        :rtype: list
        """
        domain = self._get_faq_domain(user)
        categories = self.env["customer.portal.faq.category"].sudo()
        found = categories.search_fetch(Domain("faq_ids", "any", domain), ["name"])
        return [{"id": one.id, "name": one.name} for one in found]

    @api.private
    def find_faqs(self, user, category_id=None, limit=20, offset=0):
        """Return the FAQs that a user sees, in their order.

        :param int category_id: None for all categories
        :return: dicts, see ``_make_faqs``
        :rtype: list
        """
        domain = self._get_faq_domain(user, category_id)
        faqs = self._get_faqs_sudo().search_fetch(
            domain, SHOWN, limit=limit, offset=offset
        )
        return self._make_faqs(user, faqs)

    @api.private
    def count_faqs(self, user, category_id=None):
        """Count the FAQs that a user sees, up to ``COUNT_LIMIT``."""
        domain = self._get_faq_domain(user, category_id)
        return self._get_faqs_sudo().search_count(domain, limit=COUNT_LIMIT)

    @api.private
    def search_faqs(self, user, text, category_id=None, limit=20):
        """Return the FAQs that a text fits, the best first.

        :param str text: of anybody
        :return: dicts, see ``_make_faqs``
        :rtype: list
        """
        return self._make_faqs(user, self._search_faqs(user, text, category_id, limit))

    @api.private
    def get_faq(self, user, faq_id):
        """Return a FAQ, None if the user does not see it.

        :rtype: dict | None
        """
        faq = self._browse_faq(user, faq_id)
        return self._make_faqs(user, faq)[0] if faq else None

    @api.private
    def get_faq_stream(self, user, faq_id, attachment_id):
        """Return the content of a document of a FAQ.

        :return: what Odoo streams a download from; None if there is no such file
        :rtype: odoo.http.Stream | None
        """
        faq = self._browse_faq(user, faq_id)
        files = self._get_faq_files(faq)
        if faq and self.may(user, CODE, "comments"):
            files += self.env["customer.portal.thread"]._get_comment_files(faq)
        return self.env["customer.portal.file"]._make_stream(files, attachment_id)

    # === WHAT IS SAID OF IT === #

    @api.private
    def vote_faq(self, user, faq_id, helpful):
        """Keep whether a FAQ helped a contact, in place of their former vote.

        :return: whether they see the FAQ
        :rtype: bool
        """
        faq = self._browse_faq(user, faq_id)
        if faq:
            votes = faq.env["customer.portal.faq.vote"].with_user(user).sudo()
            votes._vote(faq, user.sudo().partner_id, helpful)
        return bool(faq)

    @api.private
    def count_faq(self, user, faq_id, name):
        """Count that a user has read a FAQ, or that it saved a case; once a day.

        :param str name: ``view_count`` or ``solved_count``
        :return: whether they see the FAQ
        :rtype: bool
        """
        faq = self._browse_faq(user, faq_id)
        if faq and name in ("view_count", "solved_count"):
            partner = user.sudo().partner_id
            today = partner.company_id._get_portal_today()
            readings = faq.env["customer.portal.faq.reading"]
            if readings._is_first(faq, partner, name, today):
                faq._count(name)
        return bool(faq)

    # === INTERNALS === #

    @api.model
    def _get_faqs_sudo(self):
        return self.env["customer.portal.faq"].sudo()

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
    def _browse_faq(self, user, faq_id):
        """Return a FAQ that the user sees; the only way to get one."""
        if not self._is_id(faq_id):
            return self._get_faqs_sudo()
        found, key = self._get_found(), (user.id, CODE, faq_id)
        if key not in found:
            domain = Domain("id", "=", faq_id) & self._get_faq_domain(user)
            found[key] = self._get_faqs_sudo().search_fetch(domain, SHOWN)
        return found[key]

    @api.model
    def _search_faqs(self, user, text, category_id=None, limit=FOUND_LIMIT):
        text = (text or "").replace("\0", "").strip()[:SEARCH_LENGTH]
        domain = self._get_faq_domain(user, category_id)
        if not text or domain.is_false():
            return self._get_faqs_sudo()
        return self._get_faqs_sudo()._search_words(domain, text, limit)

    @api.model
    def _get_faq_files(self, faqs):
        return faqs.attachment_ids.filtered(lambda one: one.type == "binary")

    @api.model
    def _make_faqs(self, user, faqs):
        """Return FAQs as plain values.

        :return: dicts with ``id``, ``url``, ``question``, ``answer`` (safe HTML),
            ``category``, ``files``, ``helpful_count``, ``vote_count`` and ``vote``:
            what the user said, None if nothing
        :rtype: list
        """
        votes = self.env["customer.portal.faq.vote"].sudo()
        counts = votes._count(faqs, user.sudo().partner_id)
        return [
            {
                "id": faq.id,
                "url": f"{FAQ_URL}/{faq.id}",
                "question": faq.question,
                "answer": self.env["customer.portal.record"]._clean_content(faq.answer),
                "category": faq.category_id.name or "",
                "files": [
                    self.env["customer.portal.file"]._make_file(CODE, faq, file)
                    for file in self._get_faq_files(faq)
                ],
                "helpful_count": helpful,
                "vote_count": total,
                "vote": vote,
            }
            for faq in faqs
            for helpful, total, vote in [counts.get(faq.id, (0, 0, None))]
        ]
