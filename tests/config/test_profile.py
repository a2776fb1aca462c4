from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..common import CustomerPortalCommon


@tagged("post_install", "-at_install")
class TestProfile(CustomerPortalCommon):
    """Profiles: all modules as rows, copied, guarded, and as stock at first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profiles = cls.env["customer.portal.profile"]
        cls.premium = cls.profiles.create({"name": "Premium"})
        modules = cls.env["customer.portal.module"].with_context(active_test=False)
        cls.modules = modules.search([])

    def _row(self, code, profile=None):
        rows = (profile or self.premium).permission_ids
        return rows.filtered(lambda row: row.module_id.code == code)

    def test_who_may_change_nothing_clears_no_cache(self):
        partner = self._make_portal_contact(portal_profile_id=self.premium.id)
        user = self._user_of(partner)
        registry = type(self.env.registry)
        with patch.object(registry, "clear_cache") as cleared:
            for attempt in (
                lambda: self.profiles.with_user(user).create({"name": "Mine"}),
                lambda: self.premium.with_user(user).write({"name": "Mine"}),
                lambda: self.premium.with_user(user).unlink(),
                lambda: partner.with_user(user).write({"parent_id": False}),
            ):
                with self.assertRaises(AccessError):
                    attempt()
            cleared.assert_not_called()

    def test_a_new_profile_has_all_modules_and_permits_nothing(self):
        self.assertEqual(self.premium.permission_ids.module_id, self.modules)
        rights = [
            fname
            for fname, field in self.env["customer.portal.permission"]._fields.items()
            if field.type == "boolean" and field.store
        ]
        self.assertGreater(len(rights), 9)
        for fname in rights:
            with self.subTest(fname):
                self.assertFalse(any(self.premium.permission_ids.mapped(fname)))
        fields = self.premium.permission_ids.field_ids
        self.assertEqual(set(fields.mapped("access")), {"hidden"})
        self.assertEqual(fields.field_id, self.modules.field_ids)

    def test_rows_keep_the_order_they_are_dragged_to(self):
        rows = self.premium.permission_ids
        rows[-1].sequence = -1
        self.env.invalidate_all()
        self.assertEqual(self.premium.permission_ids[0], rows[-1])

    def test_a_copy_does_not_announce_the_same_once_more(self):
        self.premium.write({"announcement": "<p>New</p>", "announcement_for_all": True})
        copy = self.premium.copy()
        self.assertFalse(copy.announcement or copy.announcement_for_all)

    def test_a_copy_permits_the_same(self):
        row = self._row("cases")
        row.write({"visible": True, "can_create": True, "sequence": -1})
        row.field_ids[0].access = "hidden"
        hidden = self._row("products")
        hidden.visible = True
        hidden.field_ids.access = "hidden"
        copy = self.premium.copy()
        self.assertEqual(copy.name, "Premium (copy)")
        for code in ("cases", "products"):
            original, copied = self._row(code), self._row(code, copy)
            self.assertNotEqual(original, copied)
            for fname in ("visible", "can_create", "sequence", "records_visibility"):
                self.assertEqual(copied[fname], original[fname])
            self.assertEqual(
                copied.field_ids.mapped("access"), original.field_ids.mapped("access")
            )
        self.assertEqual(len(copy.permission_ids), len(self.premium.permission_ids))
        row.can_create = False
        self.assertTrue(self._row("cases", copy).can_create)

    def test_the_default_profile_is_not_deleted(self):
        with self.assertRaises(UserError):
            self.profiles._get_default().unlink()

    def test_a_profile_that_contacts_have_is_not_deleted(self):
        self._make_portal_contact(portal_profile_id=self.premium.id)
        with self.assertRaises(UserError):
            self.premium.unlink()

    def test_a_deleted_profile_leaves_no_rows(self):
        rows = self.premium.permission_ids
        self.premium.unlink()
        self.assertFalse(rows.exists())

    def test_blocked_pages_are_pages_of_the_portal(self):
        self.premium.blocked_paths = "/my/knowledge\n/my/forum/"
        self.assertEqual(
            self.premium._get_blocked_paths(), ["/my/knowledge", "/my/forum"]
        )
        for text in ("/web", "/my", "/my/", "knowledge", "https://example.com/my/a"):
            with self.subTest(text), self.assertRaises(ValidationError):
                self.premium.blocked_paths = text

    def test_only_managers_change_profiles(self):
        for user in (self.agent, self.clerk):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.premium.with_user(user).name = "Mine"

    def test_a_manager_decides_in_one_form(self):
        with Form(self.premium.with_user(self.manager)) as form:
            index = self.premium.available_permission_ids.ids.index(
                self._row("cases").id
            )
            with form.available_permission_ids.edit(index) as row:
                row.visible = True
                row.records_visibility = "organization"
                row.can_create = True
        self.assertRecordValues(
            self._row("cases"),
            [
                {
                    "visible": True,
                    "records_visibility": "organization",
                    "can_create": True,
                }
            ],
        )
        self.assertIn("Cases", self.premium.visible_names)
        self.assertIn("read", self._row("cases").field_ids.mapped("access"))

    def test_every_right_explains_itself(self):
        arch = etree.fromstring(self.premium.get_view(view_type="form")["arch"])
        for node in arch.xpath("//field[@name='available_permission_ids']/list/field"):
            if node.get("column_invisible") or node.get("name") in (
                "sequence",
                "icon_html",
                "module_id",
            ):
                continue
            with self.subTest(node.get("name")):
                field = self.premium.permission_ids._fields[node.get("name")]
                self.assertTrue(field.help)

    def test_an_agent_reads_the_form(self):
        form = Form(self.premium.with_user(self.agent))
        form.name = "Mine"
        with self.assertRaises(AccessError):
            form.save()

    def test_the_form_shows_the_modules_of_installed_apps(self):
        available = self.premium.available_permission_ids.module_id
        self.assertEqual(available, self.modules.filtered("available"))
        self._row("cases").module_id.active = False
        self.env.invalidate_all()
        shown = self.premium.available_permission_ids.module_id.mapped("code")
        self.assertNotIn("cases", shown)
        self.assertIn("orders", shown)
