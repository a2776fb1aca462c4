from odoo.tests import tagged

from ..portable_common import PortableCommon

FILE = "customer_portal/tests/portable/portal.json"


@tagged("post_install", "-at_install")
class TestLoadFile(PortableCommon):
    """A file of an addon is data, as a file with records is."""

    def _load(self):
        self.env["customer.portal.portable"]._load_file(FILE)
        return self.env.ref("customer_portal.portal_profile_loaded_customers")

    def test_a_file_of_an_addon_is_applied(self):
        profile = self._load()
        rights = self.gate._get_profile_rights(profile.id)
        self.assertEqual([*rights], ["loaded"])
        self.assertEqual(rights["loaded"].names["list"], ("name",))
        self.assertEqual(
            profile.widget_ids.filtered("visible").mapped("kind"), ["menu"]
        )
        module = self.env.ref("customer_portal.portal_module_loaded")
        self.assertEqual(module.code, "loaded")

    def test_an_update_makes_nothing_twice_and_restores_what_the_file_says(self):
        profile = self._load()
        profile.name = "Renamed"
        profile.permission_ids.filtered("visible").visible = False
        before = self.profiles.search_count([]), self.modules.search_count([])
        self.assertEqual(self._load(), profile)
        after = self.profiles.search_count([]), self.modules.search_count([])
        self.assertEqual(after, before)
        self.assertEqual(profile.name, "Loaded Customers")
        self.assertEqual([*self.gate._get_profile_rights(profile.id)], ["loaded"])

    def test_only_files_of_addons_are_read(self):
        portable = self.env["customer.portal.portable"]
        with self.assertRaises(FileNotFoundError):
            portable._load_file("/etc/passwd.json")
        with self.assertRaises(ValueError):
            portable._load_file("customer_portal/__manifest__.py")
