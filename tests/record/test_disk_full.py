import errno
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_attachment import IrAttachment

LOGGER = "odoo.addons.customer_portal.models.document.ir_attachment"


@tagged("post_install", "-at_install")
class TestDiskFull(TransactionCase):
    def _write_until_full(self, path, number):
        def fill(self, bin_value, checksum):
            path.write_bytes(bin_value[:1])
            raise OSError(number, "No space left on device")

        return patch.object(IrAttachment, "_file_write", fill)

    def test_a_file_without_room_is_refused_and_leaves_no_part_behind(self):
        attachments = self.env["ir.attachment"]
        content = uuid4().hex.encode()
        checksum = attachments._compute_checksum(content)
        path = Path(attachments._get_path(content, checksum)[1])
        with (
            self._write_until_full(path, errno.ENOSPC),
            mute_logger(LOGGER),
            self.assertRaisesRegex(UserError, "out of space"),
        ):
            attachments.create({"name": "a.txt", "raw": content})
        self.assertFalse(path.exists())

    def test_other_faults_of_the_system_are_no_matter_of_the_visitor(self):
        with (
            self._write_until_full(Path("/dev/null"), errno.EACCES),
            self.assertRaises(OSError),
        ):
            self.env["ir.attachment"].create({"name": "a.txt", "raw": b"never stored"})
