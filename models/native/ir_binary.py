from odoo import models

from ...utils import clean_line


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    def _find_record(
        self,
        xmlid=None,
        res_model="ir.attachment",
        res_id=None,
        access_token=None,
        field=None,
    ):
        """Let the token of a file give customers no file that their profile hides."""
        if access_token and res_id and res_model == "ir.attachment":
            gate = self.env["customer.portal.gate"]
            file = self.env[res_model].browse(res_id).exists()
            if not gate.may_open_file(file):
                access_token = None
        return super()._find_record(xmlid, res_model, res_id, access_token, field)

    def _get_stream_from(self, *args, **kwargs):
        """Name a download so that it can be sent: headers have one line."""
        stream = super()._get_stream_from(*args, **kwargs)
        stream.download_name = clean_line(stream.download_name)
        return stream
