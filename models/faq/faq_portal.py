from odoo import api, models
from odoo.fields import Domain

from ...const import FAQ_URL
from ..record.list_query import SEARCH_LENGTH
from ..record.record import COUNT_LIMIT
from ..record.search import FOUND_LIMIT
from .gate import CODE, SHOWN


class CustomerPortalFaq(models.Model):
    """FAQs as customers find, read and rate them, as plain values.

    Which of them a customer sees is asked of the gate, each time.
    """

    _inherit = "customer.portal.faq"

    # === WHAT IS SHOWN === #

    @api.model
    def _get_portal_cards(self):
        """Return the card of the FAQs; none if they are hidden."""
        return self.env["customer.portal.gate"]._find_cards(CODE, FAQ_URL)

    @api.model
    def _get_portal_categories(self):
        """Return the categories in which a user sees any FAQ.

        :return: dicts with ``id`` and ``name``
        :rtype: list
        """
        domain = self.env["customer.portal.gate"]._get_faq_domain()
        categories = self.env["customer.portal.faq.category"].sudo()
        found = categories.search_fetch(Domain("faq_ids", "any", domain), ["name"])
        return [{"id": one.id, "name": one.name} for one in found]

    @api.model
    def _find_portal_rows(self, category_id=None, limit=20, offset=0):
        """Return the FAQs that a user sees, in their order.

        :param int category_id: None for all categories
        :return: dicts, see ``_make_portal_rows``
        :rtype: list
        """
        domain = self.env["customer.portal.gate"]._get_faq_domain(category_id)
        faqs = self.sudo().search_fetch(domain, SHOWN, limit=limit, offset=offset)
        return self._make_portal_rows(faqs)

    @api.model
    def _count_portal_rows(self, category_id=None):
        """Count the FAQs that a user sees, up to ``COUNT_LIMIT``."""
        domain = self.env["customer.portal.gate"]._get_faq_domain(category_id)
        return self.sudo().search_count(domain, limit=COUNT_LIMIT)

    @api.model
    def _search_portal_rows(self, text, category_id=None, limit=20):
        """Return the FAQs that a text fits, the best first.

        :param str text: of anybody
        :return: dicts, see ``_make_portal_rows``
        :rtype: list
        """
        return self._make_portal_rows(self._search_visible(text, category_id, limit))

    @api.model
    def _get_portal_row(self, faq_id):
        """Return a FAQ, None if the user does not see it.

        :rtype: dict | None
        """
        faq = self.env["customer.portal.gate"]._get_visible_faq(faq_id)
        return self._make_portal_rows(faq)[0] if faq else None

    @api.model
    def _get_portal_stream(self, faq_id, attachment_id):
        """Return the content of a document of a FAQ.

        :return: what Odoo streams a download from; None if there is no such file
        :rtype: odoo.http.Stream | None
        """
        files = self._find_linked_files(faq_id)
        return self.env["customer.portal.file"]._make_stream(files, attachment_id)

    @api.model
    def _find_linked_files(self, faq_id):
        """Return the files that a user may download from the page of a FAQ."""
        gate = self.env["customer.portal.gate"]
        faq, files = gate._get_visible_faq(faq_id), self.env["ir.attachment"].sudo()
        if not faq:
            return files
        for action, find in self._get_file_sources().items():
            if gate.may(CODE, action):
                files |= find(faq)
        return files

    @api.model
    def _get_file_sources(self):
        """Return what finds files of a FAQ, by the action that has them shown.

        :rtype: dict[str, collections.abc.Callable]
        """
        threads = self.env["customer.portal.thread"]
        return {"see": self._get_answer_files, "comments": threads._get_comment_files}

    @api.model
    def _get_answer_files(self, faq):
        return faq._get_portal_files()

    # === WHAT IS SAID OF IT === #

    @api.model
    def _vote_in_portal(self, faq_id, helpful):
        """Keep whether a FAQ helped a contact, in place of their former vote.

        :return: whether they see the FAQ
        :rtype: bool
        """
        faq = self.env["customer.portal.gate"]._get_visible_faq(faq_id)
        if faq:
            votes = self.env["customer.portal.faq.vote"].sudo()
            votes._vote(faq, self.env.user.sudo().partner_id, helpful)
        return bool(faq)

    @api.model
    def _count_in_portal(self, faq_id, name):
        """Count that a user has read a FAQ, or that it saved a case; once a day.

        :param str name: ``view_count`` or ``solved_count``
        :return: whether they see the FAQ
        :rtype: bool
        """
        faq = self.env["customer.portal.gate"]._get_visible_faq(faq_id)
        if faq and name in ("view_count", "solved_count"):
            partner = self.env.user.sudo().partner_id
            today = partner.company_id._get_portal_today()
            readings = faq.env["customer.portal.faq.reading"]
            if readings._is_first(faq, partner, name, today):
                faq._count(name)
        return bool(faq)

    # === INTERNALS === #

    @api.model
    def _search_visible(self, text, category_id=None, limit=FOUND_LIMIT):
        text = (text or "").replace("\0", "").strip()[:SEARCH_LENGTH]
        domain = self.env["customer.portal.gate"]._get_faq_domain(category_id)
        if not text or domain.is_false():
            return self.sudo()
        return self.sudo()._search_text(domain, text, limit)

    def _get_portal_files(self):
        return self.attachment_ids.filtered(lambda one: one.type == "binary")

    @api.model
    def _make_portal_rows(self, faqs):
        """Return FAQs as plain values.

        :return: dicts with ``id``, ``url``, ``question``, ``answer`` (safe HTML),
            ``category``, ``files``, ``helpful_count``, ``vote_count`` and ``vote``:
            what the user said, None if nothing
        :rtype: list
        """
        votes = self.env["customer.portal.faq.vote"].sudo()
        counts = votes._count(faqs, self.env.user.sudo().partner_id)
        return [
            {
                "id": faq.id,
                "url": f"{FAQ_URL}/{faq.id}",
                "question": faq.question,
                "answer": self.env["customer.portal.record"]._clean_content(faq.answer),
                "category": faq.category_id.name or "",
                "files": [
                    self.env["customer.portal.file"]._make_file(CODE, faq, file)
                    for file in faq._get_portal_files()
                ],
                "helpful_count": helpful,
                "vote_count": total,
                "vote": vote,
            }
            for faq in faqs
            for helpful, total, vote in [counts.get(faq.id, (0, 0, None))]
        ]
