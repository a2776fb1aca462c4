from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from ...const import PARAM_DEFAULT_SCOPE
from ...models.record.record import ListQuery
from ..common import CustomerPortalCommon, takes_long


@tagged("post_install", "-at_install")
class TestGateScope(CustomerPortalCommon):
    """Whether lists begin with the customer's own records, and if they can switch."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["customer.portal.gate"]
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Tested"})
        cls.module = cls.env["customer.portal.module"].create(
            {
                "code": "wishes",
                "name": "Wishes",
                "model_name": "project.task",
                "partner_field": "partner_id",
            }
        )
        cls.permission = cls.profile.permission_ids.filtered(
            lambda line: line.module_id == cls.module
        )
        cls.permission.visible = True
        partner = cls._make_portal_contact(portal_profile_id=cls.profile.id)
        cls.user = cls._user_of(partner)

    def _settle(self, scope):
        settings = self.env["res.config.settings"]
        settings.create({"portal_default_scope": scope}).execute()

    def _default(self, user=None):
        return (
            self.env["customer.portal.record"]
            .with_user(user or self.user)
            .default_scope("wishes")
        )

    def _find(self, scope):
        rows = (
            self.env["customer.portal.record"]
            .with_user(self.user)
            .find_rows("wishes", ListQuery(scope=scope), None)
        )
        return [row["id"] for row in rows]

    def _switches(self, user=None):
        return (
            self.env["customer.portal.record"]
            .with_user(user or self.user)
            .has_scopes("wishes")
        )

    @takes_long
    def test_lists_begin_as_the_settings_say(self):
        self.permission.records_visibility = "organization"
        self.assertEqual(self._default(), "mine")
        for scope in ("all", "mine"):
            self._settle(scope)
            with self.subTest(scope):
                self.assertEqual(self._default(), scope)
                stored = self.env["res.config.settings"].create({})
                self.assertEqual(stored.portal_default_scope, scope)

    def test_nonsense_in_the_parameter_counts_as_mine(self):
        self.permission.records_visibility = "organization"
        for value in ("nonsense", "", "ALL", "everyone"):
            self._set_param(PARAM_DEFAULT_SCOPE, value)
            with self.subTest(value):
                self.assertEqual(self._default(), "mine")

    def test_customers_switch_where_they_see_more_than_their_own(self):
        expected = {"own": False, "organization": True, "subsidiaries": True}
        for level, switches in expected.items():
            self.permission.records_visibility = level
            with self.subTest(level):
                self.assertEqual(self._switches(), switches)

    def test_a_catalogue_begins_with_all_there_is(self):
        """Nothing in it is anybody's own: the list would be empty."""
        task = self.env["project.task"].create({"name": "For everyone"})
        self.module.write({"allow_everyone": True, "partner_field": False})
        self.permission.records_visibility = "everyone"
        self.assertFalse(self._switches())
        self.assertEqual(self._default(), "all")
        found = self._find(self._default())
        self.assertIn(task.id, found)

    def test_the_default_never_shows_more_than_the_profile(self):
        self._settle("all")
        other = self.env["project.task"].create(
            {"name": "Another's", "partner_id": self.contact.id}
        )
        mine = other.copy({"partner_id": self.user.partner_id.id})
        found = self._find(self._default())
        self.assertEqual(found, mine.ids)

    def test_there_is_nothing_to_switch_in_what_is_hidden(self):
        self.permission.records_visibility = "organization"
        self.assertTrue(self._switches())
        self.assertFalse(self._switches(self.agent))
        self.assertFalse(
            self.env["customer.portal.record"]
            .with_user(self.user)
            .has_scopes("unknown")
        )
        self.permission.visible = False
        self.assertFalse(self._switches())
        scope = self._default()
        self.assertFalse(self._find(scope))

    @takes_long
    def test_customers_themselves_can_be_asked(self):
        self.permission.records_visibility = "organization"
        self._settle("all")
        pages = self.env["customer.portal.record"].with_user(self.user)
        self.assertEqual(pages.with_user(self.user).default_scope("wishes"), "all")

    def test_nobody_calls_it_from_outside(self):
        for name in ("has_scopes", "default_scope"):
            with self.subTest(name), self.assertRaises(AccessError):
                get_public_method(self.env["customer.portal.record"], name)
