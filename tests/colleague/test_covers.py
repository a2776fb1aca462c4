from odoo.fields import Command
from odoo.tests import tagged

from ...models.gate.module_access import ModuleAccess
from ..colleague_common import ColleagueCommon
from ..common import takes_long


@tagged("post_install", "-at_install")
class TestCovers(ColleagueCommon):
    """Nobody gives what they do not have, whichever right it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls.profiles["leader"]
        cls.given = cls.env["customer.portal.profile"].create(
            {"name": "Given", "start_from_id": cls.own.id}
        )
        cls.row, cls.own_row = cls._get_row(cls.given), cls._get_row(cls.own)

    def _covers(self, elsewhere=False):
        return self.gate._covers(self.own.id, self.given.id, elsewhere)

    def _assert_wider(self, kind):
        found = self.gate._find_wider(self.own.id, self.given.id, False)
        named = self.gate._find_wider_named(self.own.id, self.given.id)
        self.assertIn(kind, {one.kind for one in [*found, *named]})
        self.assertFalse(self._covers())
        text = self.gate._get_wider_text(self.own.id, self.given.id)
        self.assertTrue(text)

    def test_a_profile_covers_itself_and_what_starts_from_it(self):
        self.assertTrue(self.gate._covers(self.own.id, self.own.id))
        self.assertTrue(self._covers())
        self.assertFalse(self.given.manage_scope)
        self.assertFalse(self.given.given_profile_ids)

    def test_less_of_anything_is_covered(self):
        self.row.write({"records_visibility": "own", "show_comments": False})
        self.row.field_ids[0].access = "hidden"
        self.given.blocked_paths = "/my/knowledge"
        self.assertTrue(self._covers())
        self.row.visible = False
        self.assertTrue(self._covers())

    def test_what_does_not_exist_or_is_archived_is_never_covered(self):
        self.given.active = False
        self._assert_wider("gone")
        self.assertFalse(self.gate._covers(self.own.id, self.given.id + 1000))

    def test_a_module_that_is_hidden_here(self):
        self.own_row.visible = False
        self._assert_wider("module")

    def test_each_level_of_records_visibility(self):
        levels = ["own", "organization", "subsidiaries"]
        for own_place, own in enumerate(levels):
            for given_place, given in enumerate(levels):
                with self.subTest(own=own, given=given):
                    self.own_row.records_visibility = own
                    self.row.records_visibility = given
                    self.assertEqual(self._covers(), given_place <= own_place)

    def test_everyone_and_what_was_purchased_are_more_than_the_organization(self):
        right = next(iter(self.gate._get_profile_rights(self.own.id).values()))
        for level in ("bought", "everyone", "unheard-of", False, None):
            wider = right._replace(records_visibility=level)
            with self.subTest(level):
                self.assertFalse(self.gate._reaches(right, wider, False))
                if level != "everyone":
                    self.assertFalse(self.gate._reaches(wider, right, False))

    def test_each_action(self):
        actions = self.env["customer.portal.permission"]._get_action_fields()
        offers = {"see", *self.cases._get_offers()}
        checked = 0
        for action, name in actions.items():
            if action == "see" or action not in offers:
                continue
            needed = {"can_comment": "show_comments", "can_upload": "show_documents"}
            for row in self.row + self.own_row:
                row.write({needed.get(name, name): True})
            self.own_row[name] = False
            self.row[name] = True
            with self.subTest(action):
                self._assert_wider("action")
                checked += 1
            self.own_row[name] = True
        self.assertGreater(checked, 5)

    def test_each_use_of_fields(self):
        line = self.row.field_ids.filtered(lambda one: one.field_id.name == "name")
        own_line = self.own_row.field_ids.filtered(
            lambda one: one.field_id == line.field_id
        )
        own_line.access, line.access = "hidden", "read"
        self._assert_wider("field")
        own_line.access, line.access = "read", "write"
        self._assert_wider("field")

    def test_whatever_else_a_right_says_has_to_be_the_same(self):
        [right] = [
            right
            for code, right in self.gate._get_profile_rights(self.own.id).items()
            if code == self.cases.code
        ]
        compared = {"records_visibility", "actions", "names", "domain"}
        for name in set(ModuleAccess._fields) - compared:
            with self.subTest(name):
                other = right._replace(**{name: "other"})
                answers = self.gate._compare_rights(right, other, False)
                self.assertEqual([k for k, ok in answers.items() if not ok], ["other"])

    @takes_long
    def test_a_filter_is_only_covered_by_the_same_one_or_none(self):
        from odoo.fields import Domain

        right = self.gate._get_profile_rights(self.own.id)[self.cases.code]
        free = right._replace(domain=Domain.TRUE)
        some = right._replace(domain=Domain("id", ">", 3))
        other = right._replace(domain=Domain("id", ">", 2))
        covered = {
            (own, given): self.gate._compare_rights(own_right, given_right, False)[
                "filter"
            ]
            for own, own_right in (("free", free), ("some", some))
            for given, given_right in (("free", free), ("some", some), ("other", other))
        }
        self.assertEqual(
            {pair for pair, is_covered in covered.items() if not is_covered},
            {("some", "free"), ("some", "other")},
        )

    def test_a_page_that_is_blocked_stays_blocked(self):
        self.own.blocked_paths = "/my/knowledge"
        self._assert_wider("page")
        self.given.blocked_paths = "/my/knowledge/public"
        self._assert_wider("page")
        for paths in ("/my/knowledge", "/my/knowledge\n/my/other"):
            self.given.blocked_paths = paths
            self.assertTrue(self._covers())
        self.own.blocked_paths = "/my/knowledge/public"
        self.assertTrue(self._covers())

    def test_a_hidden_field_of_contacts_stays_hidden(self):
        contacts = self.env["customer.portal.module"].search(
            [("code", "=", "contacts")]
        )
        rows = self._get_row(self.given, contacts) + self._get_row(self.own, contacts)
        rows.visible = True
        own_row = rows.filtered(lambda row: row.profile_id == self.own)
        line = own_row.field_ids.filtered(lambda one: one.field_id.name == "phone")
        self.assertTrue(self._covers())
        line.access = "hidden"
        self._assert_wider("contact")

    def test_a_part_of_the_home_page(self):
        widget = self.given.widget_ids.filtered(lambda one: one.kind == "shortcuts")
        own = self.own.widget_ids.filtered(lambda one: one.kind == "shortcuts")
        own.visible, widget.visible = False, True
        self._assert_wider("widget")
        own.visible = True
        self.assertTrue(self._covers())

    def test_managing_further_than_oneself(self):
        self.given.write({"manage_scope": "organization"})
        self.assertTrue(self._covers())
        self.given.manage_scope = "subsidiaries"
        self._assert_wider("manage")
        self.given.write(
            {
                "manage_scope": "organization",
                "given_profile_ids": [Command.set(self.given.ids)],
            }
        )
        self._assert_wider("manage")
        self.own.manage_scope = False
        self.given.given_profile_ids = False
        self._assert_wider("manage")

    def test_documents_and_faqs_shared_with_the_other_profile_alone(self):
        for code, model_name, values in (
            (
                "documents",
                "customer.portal.document",
                {"name": "Plan", "file_name": "a.txt", "datas": "YQ=="}
                | {"audience": "profiles"},
            ),
            (
                "faqs",
                "customer.portal.faq",
                {"question": "How?", "is_restricted": True},
            ),
        ):
            module = self.env["customer.portal.module"].search([("code", "=", code)])
            for profile in self.own + self.given:
                self._get_row(profile, module).visible = True
            with self.subTest(code):
                self.assertTrue(self._covers())
                record = self.env[model_name].create(
                    {
                        **values,
                        "is_published": True,
                        "profile_ids": [Command.set(self.given.ids)],
                    }
                )
                self._assert_wider("named")
                record.profile_ids += self.own
                self.assertTrue(self._covers())

    def test_in_a_subsidiary_only_who_looks_down_gives_what_its_people_see(self):
        self.assertTrue(self._covers(elsewhere=False))
        self.assertFalse(self._covers(elsewhere=True))
        self.own_row.records_visibility = "subsidiaries"
        self.assertTrue(self._covers(elsewhere=True))
        self.own_row.records_visibility = "organization"
        self.row.records_visibility = "own"
        self.assertTrue(self._covers(elsewhere=True))

    def test_the_form_says_which_profiles_can_not_be_given(self):
        self.assertIn("“More”", self.own.given_problem)
        self.assertNotIn("“Worker”", self.own.given_problem)
        self.own.manage_scope = False
        self.assertFalse(self.own.given_problem)
