from odoo import api, models
from odoo.http import request

from ...const import TICKETS

# Rich text on Odoo's own pages that customers and their mails write.
WRITTEN_FIELDS = {"project.task": ("description",), TICKETS: ("description",)}


class IrQwebFieldHtml(models.AbstractModel):
    _inherit = "ir.qweb.field.html"

    @api.model
    def attributes(self, record, field_name, options, values=None):
        """Keep rich text on Odoo's pages for customers to its place."""
        attributes = super().attributes(record, field_name, options, values)
        if self._is_on_portal_page():
            attributes["data-cp-content"] = "1"
        return attributes

    @api.model
    def record_to_html(self, record, field_name, options):
        """Show nothing there as customers and mails have written it."""
        html = super().record_to_html(record, field_name, options)
        written = WRITTEN_FIELDS.get(record._name, ())
        if field_name in written and self._is_on_portal_page():
            return self.env["customer.portal.gate"]._clean_content(html)
        return html

    @api.model
    def _is_on_portal_page(self):
        is_frontend = request and getattr(request, "is_frontend", False)
        return bool(is_frontend and self.env["ir.http"]._get_portal_page())
