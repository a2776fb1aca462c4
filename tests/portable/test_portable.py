from odoo.tests import tagged

from ..portable_common import PortableCommon


@tagged("post_install", "-at_install")
class TestPortable(PortableCommon):
    """Profiles and modules as text, and back."""

    def test_what_is_exported_does_not_differ_from_what_is_there(self):
        data = self._read(self._get_everything())
        self.assertEqual(self.portable._compare(data), [])
        self.assertEqual(self.portable._make_plan(data).notices, [])
        self.portable._apply(data)
        self.assertEqual(self.portable._export(), data)
