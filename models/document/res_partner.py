from odoo import fields, models

from ...const import GROUP_AGENT


class ResPartner(models.Model):
    """The documents of a contact, and of an organization those of all below."""

    _inherit = "res.partner"

    portal_document_count = fields.Integer(
        "Documents", compute="_compute_portal_document_count", groups=GROUP_AGENT
    )

    def _compute_portal_document_count(self):
        documents = self.env["customer.portal.document"]
        for partner in self:
            domain = partner._get_portal_document_domain()
            partner.portal_document_count = documents.search_count(domain)

    def action_view_portal_documents(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.customer_portal_document_action"
        )
        return {
            **action,
            "domain": self._get_portal_document_domain(),
            "context": {
                "default_partner_id": self.id,
                "default_audience": "organization" if self.is_company else "contact",
            },
        }

    def _get_portal_document_domain(self):
        return [("partner_id", "child_of", self.ids)]
