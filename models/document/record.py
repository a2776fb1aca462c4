from odoo import api, models

from ..record.search import FOUND_LIMIT
from .document_query import CODE
from .gate import DocumentQuery


class CustomerPortalRecord(models.AbstractModel):
    """Documents among what a customer finds."""

    _inherit = "customer.portal.record"

    @api.model
    def _search_module(self, user, right, text):
        """Find documents by their own search, too."""
        gate = self.env["customer.portal.gate"]
        if right.code != CODE:
            return super()._search_module(user, right, text)
        asked = DocumentQuery(search=text)
        return [
            {"title": one["name"], "number": "", "url": one["url"]}
            for one in gate.find_documents(user, asked, FOUND_LIMIT)
        ]
