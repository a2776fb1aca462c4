from odoo import models

from ..utils import clean_line


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    def _get_stream_from(self, *args, **kwargs):
        """Name a download so that it can be sent: headers have one line."""
        stream = super()._get_stream_from(*args, **kwargs)
        stream.download_name = clean_line(stream.download_name)
        return stream
