from odoo import api, models
from odoo.fields import Domain


class CustomerPortalFile(models.AbstractModel):
    """Documents are listed with the record that their file is attached to."""

    _inherit = "customer.portal.file"

    @api.model
    def _get_listed_domain(self):
        """List documents with the record that their file is attached to, too.

        Also a file of a message, once an agent has shared it. What an agent has
        withdrawn is hidden there as well.
        """
        gate = self.env["customer.portal.gate"]
        seen = gate._get_document_domain()
        withdrawn = ~Domain("is_published", "=", True)
        listed = super()._get_listed_domain() | gate._make_shared_domain(seen)
        return listed & gate._make_shared_domain(withdrawn, is_shared=False)
