from odoo import api, fields, models


class CustomerPortalDocumentFolder(models.Model):
    """Where documents stand in the portal.

    Customers see the folders that hold a document they see.
    """

    _name = "customer.portal.document.folder"
    _description = "Document Folder"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    document_count = fields.Integer(compute="_compute_document_count")

    def _compute_document_count(self):
        counts = dict(
            self.env["customer.portal.document"]._read_group(
                [("folder_id", "in", self.ids)], ["folder_id"], ["__count"]
            )
        )
        for folder in self:
            folder.document_count = counts.get(folder._origin, 0)


class CustomerPortalPublishing(models.AbstractModel):
    """Documents name their folders."""

    _inherit = "customer.portal.publishing"

    @api.model
    def _get_named_models(self):
        return super()._get_named_models() | {"customer.portal.document.folder"}
