from odoo import api, fields, models

from ..const import FILE_NAME_LENGTH
from ..utils import clean_line, shorten_file_name


def _by_words(registry):
    """Return how names are searched by their parts, as core makes such an index."""
    if not registry.has_trigram:
        return ""
    name = registry.unaccent('"name"') if registry.has_unaccent else '"name"'
    return f"USING gin ({name} gin_trgm_ops) WHERE res_field IS NULL"


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    portal_uploader_id = fields.Many2one(
        "res.partner",
        "Sent by Customer",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_system",
        help="The customer whose quota the file counts for.",
    )
    # Lists of documents hold the files of records: the newest first, or by name,
    # however many there are. Values of fields are no files.
    _portal_date_idx = models.Index(
        "(res_model, create_date, id) WHERE res_field IS NULL"
    )
    _portal_name_idx = models.Index("(res_model, name, id) WHERE res_field IS NULL")
    _portal_words_idx = models.Index(_by_words)

    @api.model_create_multi
    def create(self, vals_list):
        """Count the files of customers, who are asked before where they send them.

        Here nothing is refused: Odoo may make one for them, such as a signed order.
        """
        attachments = super().create(
            [self._clean_portal_name(vals) for vals in vals_list]
        )
        if self.env.user._is_portal():
            attachments._count_for_uploader()
        return attachments

    def write(self, vals):
        return super().write(self._clean_portal_name(vals))

    def _to_http_stream(self):
        """Name a download so that it can be sent: headers have one line."""
        stream = super()._to_http_stream()
        stream.download_name = clean_line(stream.download_name)
        return stream

    def _count_for_uploader(self):
        files_sudo = self.sudo().filtered(lambda one: not one.res_field)
        files_sudo.portal_uploader_id = self.env.user.partner_id

    @api.model
    def _clean_portal_name(self, vals):
        """Keep names of files to one line; those of customers to a length, too."""
        name = clean_line(vals.get("name"))
        if not isinstance(name, str):
            return vals
        if self.env.user.share:
            name = shorten_file_name(name, FILE_NAME_LENGTH)
        return vals if name == vals["name"] else {**vals, "name": name}

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
