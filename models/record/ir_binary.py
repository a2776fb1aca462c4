from odoo import api, models


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    @api.model
    def _stream_file(self, attachment):
        """Return the content of a file that the user may download.

        By the method that addons extend which keep files elsewhere, in an object store
        for instance: an attachment itself knows of Odoo's own folder alone. Unlike
        ``_get_stream_from``, it leaves the name as it is.

        :rtype: odoo.http.Stream
        """
        return self._record_to_stream(attachment, "raw")
