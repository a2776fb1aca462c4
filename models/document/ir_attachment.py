import contextlib
import errno
import logging
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import FILE_NAME_LENGTH
from ...utils import clean_line, shorten_file_name

_logger = logging.getLogger(__name__)

# How the system says that a file cannot be stored, now or at all.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)


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
        "Uploaded by Customer",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_system",
        help="The customer whose storage limit the file counts toward.",
        prefetch=False,
    )
    # Lists of documents hold the files of records: the newest first, or by name,
    # however many there are. Values of fields are no files. Of 300,000 files, 90,000 of
    # them of one organization, lists without the first took 2.6 to 3.4 times as long,
    # by name without the second 3.6 to 4.5, searches of few without the third 4.9 to
    # 7.8. All three make 1,000 rows take 60 ms longer, of 1,100 that `create` needs.
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
        if len(name) > FILE_NAME_LENGTH and not self.env.user._is_internal():
            name = shorten_file_name(name, FILE_NAME_LENGTH)
        return vals if name == vals["name"] else {**vals, "name": name}

    def _file_write(self, bin_value, checksum):
        """Say that there is no room for a file, on the page from which it was sent.

        Core would leave the part that was written. The same file could then never be
        sent again: core finds another one in its place.
        """
        path = Path(self._get_path(bin_value, checksum)[1])
        is_new = not path.exists()
        try:
            return super()._file_write(bin_value, checksum)
        except OSError as error:
            if error.errno not in FULL:
                raise
            if is_new:
                with contextlib.suppress(OSError):
                    path.unlink()
            _logger.error(  # noqa: TRY400
                "A file of %s bytes was not stored: %s", len(bin_value), error
            )
            raise UserError(
                self.env._(
                    "Your file could not be saved because the server is out of space. "
                    "Please try again later, or send the form without it."
                )
            ) from error

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
