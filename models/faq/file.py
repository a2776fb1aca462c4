from odoo import api, models

from ...const import FAQ_URL
from .gate import CODE


class CustomerPortalFile(models.AbstractModel):
    """Files of FAQs, which have an address of their own."""

    _inherit = "customer.portal.file"

    @api.model
    def _make_file(self, module, record, attachment):
        file = super()._make_file(module, record, attachment)
        if module == CODE:
            file["url"] = f"{FAQ_URL}/{record.id}/file/{attachment.id}"
        return file
