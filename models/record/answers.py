from odoo import api, models

from .list_query import SEARCH_LENGTH

# Shorter texts say too little to answer.
MIN_LENGTH = 3


class CustomerPortalGate(models.AbstractModel):
    """Answers that are there already, for somebody who is about to ask."""

    _inherit = "customer.portal.gate"

    @api.private
    def propose_answers(self, user, module, text):
        """Return what may answer a question before it is asked.

        :param str text: the title of a new record, as far as it is typed
        :return: dicts with ``title`` and ``url``, the best one first
        :rtype: list
        """
        text = text.strip()[:SEARCH_LENGTH]
        if not self.may(user, module, "create"):
            return []
        numbered = self._find_numbered(user, module, text)
        if len(text) < MIN_LENGTH:
            return numbered
        return numbered + self._find_answers(user, text)

    @api.model
    def _find_numbered(self, user, module, text):
        """Return the records of the module whose number somebody has typed."""
        right = self._get_page_right(user, module)
        if not right or not self.env["customer.portal.number"]._is_number(text):
            return []
        return [
            {"title": f"{row['number']} {row['title']}", "url": row["url"]}
            for row in self._search_numbers(user, right, text)
        ]

    @api.model
    def _find_answers(self, user, text):
        """Hook: whatever knows answers adds them here, such as FAQs."""
        return []
