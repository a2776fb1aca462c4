from odoo import models


def _by_words(registry):
    """Return how names are searched by their parts, as core makes such an index."""
    if not registry.has_trigram:
        return ""
    name = registry.unaccent('"name"') if registry.has_unaccent else '"name"'
    return f"USING gin ({name} gin_trgm_ops) WHERE res_field IS NULL"


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    # Lists of documents hold the files of records: the newest first, or by name,
    # however many there are. Values of fields are no files.
    _portal_date_idx = models.Index(
        "(res_model, create_date, id) WHERE res_field IS NULL"
    )
    _portal_name_idx = models.Index("(res_model, name, id) WHERE res_field IS NULL")
    _portal_words_idx = models.Index(_by_words)

    def unlink(self):
        """Delete the documents that share the files, with what was written of them.

        Whether somebody may is asked before: with a document its own file goes, and of
        none that is left Odoo asks nothing.
        """
        attachments = self.exists()
        attachments.check_access("unlink")
        documents = self.env["customer.portal.document"].sudo()
        documents.search([("attachment_id", "in", attachments.ids)]).unlink()
        return super(IrAttachment, attachments.exists()).unlink()
