from odoo import api, models

from ..record.search import FOUND_LIMIT
from .gate import CODE


class CustomerPortalRecord(models.AbstractModel):
    """Documents among what a customer finds."""

    _inherit = "customer.portal.record"

    @api.model
    def _search_module(self, right, text):
        """Find documents by their own search, too."""
        if right.code != CODE:
            return super()._search_module(right, text)
        documents = self.env["customer.portal.document"]
        return [
            {"title": one["name"], "number": "", "url": one["url"]}
            for one in documents._search_portal_rows(text, FOUND_LIMIT)
        ]
