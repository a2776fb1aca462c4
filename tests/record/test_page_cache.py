from unittest.mock import patch

from odoo.tests import tagged

from .test_page_list import PageCommon


@tagged("post_install", "-at_install")
class TestPageCache(PageCommon):
    """What is looked up once for a page: for one customer, and for that page alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_tasks("mine", "mine, too")
        cls.other_organization = cls.env["res.partner"].create(
            {"name": "Blue", "is_company": True}
        )
        cls.olga = cls._make_portal_contact(
            "olga@example.com",
            parent_id=cls.other_organization.id,
            portal_profile_id=cls.profile.id,
        )
        cls.olgas = cls._make_tasks(
            "hers", partner=cls.olga, stage_id=cls.stages[1].id, priority="1"
        )
        cls.users = (cls.user, cls._user_of(cls.olga))

    def _pages(self, user):
        return self.env["customer.portal.record"].with_user(user)

    def _views(self, user):
        return self.env["customer.portal.view"].with_user(user)

    # === WHOSE IT IS === #

    def test_numbers_and_choices_are_those_of_who_asks(self):
        """Of two organizations, asked in one transaction, in either order."""
        for users in (self.users, self.users[::-1]):
            with self.gate.record_cache():
                found = {
                    user: (
                        self._pages(user).count_rows("wishes"),
                        [
                            label
                            for key, label in self._pages(user).get_states("wishes")
                            if key.isdecimal()
                        ],
                    )
                    for user in users
                }
            self.assertEqual(found[self.user], (2, ["Fresh"]))
            self.assertEqual(found[self.users[1]], (1, ["Doing"]))

    def test_saved_views_are_those_of_who_asks(self):
        self.right.can_share_views = True
        for user in self.users:
            self._views(user).save_view("wishes", f"Own {user.id}", "search=a")
            self._views(user).save_view(
                "wishes", f"Shared {user.id}", "search=b", shared=True
            )
        colleague = self._make_portal_contact(
            "colleague@example.com",
            parent_id=self.organization.id,
            portal_profile_id=self.profile.id,
        )
        emma, olga = self.users
        for users in (self.users, self.users[::-1]):
            with self.gate.record_cache():
                for user in (*users, self._user_of(colleague)):
                    self._pages(user).count_rows("wishes")  # It brings the views.
                names = {
                    user: {
                        one["name"] for one in self._views(user).find_views("wishes")
                    }
                    for user in (*users, self._user_of(colleague))
                }
            self.assertEqual(names[emma], {f"Own {emma.id}", f"Shared {emma.id}"})
            self.assertEqual(names[olga], {f"Own {olga.id}", f"Shared {olga.id}"})
            self.assertEqual(names[self._user_of(colleague)], {f"Shared {emma.id}"})

    def test_rights_are_those_of_who_asks(self):
        hiding = self.env["customer.portal.profile"].create({"name": "Hiding"})
        self.olga.portal_profile_id = hiding
        emma, olga = (self.gate.with_user(user) for user in self.users)
        for gates in ((emma, olga), (olga, emma)):
            with self.gate.record_cache():
                sees = {gate.env.uid: gate.may("wishes") for gate in gates}
            self.assertEqual(sees, {emma.env.uid: True, olga.env.uid: False})

    def test_who_moves_to_another_organization_sees_its_views(self):
        self.right.can_share_views = True
        emma, olga = self.users
        self._views(emma).save_view("wishes", "Azure", "search=a", shared=True)
        self.assertFalse(self._views(olga).find_views("wishes"))
        self.olga.parent_id = self.organization
        [view] = self._views(olga).find_views("wishes")
        self.assertEqual(view["name"], "Azure")

    # === HOW LONG === #

    def test_nothing_is_kept_once_the_page_is_made(self):
        gate = self.gate.with_user(self.user)
        with gate.record_cache():
            self.assertTrue(gate.may("wishes"))
        self.right.visible = False
        self.assertFalse(gate.may("wishes"))

    def test_a_change_of_rights_holds_while_the_page_is_made(self):
        gate = self.gate.with_user(self.user)
        with gate.record_cache():
            self.assertTrue(gate.may("wishes"))
            self.right.visible = False
            self.assertFalse(gate.may("wishes"))

    def test_another_profile_holds_while_the_page_is_made(self):
        hiding = self.env["customer.portal.profile"].create({"name": "Hiding"})
        gate = self.gate.with_user(self.user)
        with gate.record_cache():
            self.assertEqual(gate._get_profile_id(), self.profile.id)
            with self.assertQueryCount(0):
                gate._get_profile_id()
            self.user.partner_id.portal_profile_id = hiding
            self.assertEqual(gate._get_profile_id(), hiding.id)
            self.assertFalse(gate.may("wishes"))

    def test_a_part_of_a_page_forgets_nothing_of_the_whole(self):
        pages = self._pages(self.user)
        with self.gate.record_cache():
            pages.count_rows("wishes")
            with self.gate.record_cache():
                pages.get_states("wishes")
            with self.assertQueryCount(0):
                self.assertEqual(pages.count_rows("wishes"), 2)

    def test_requests_that_write_keep_nothing(self):
        kind, kept = self.env.registry["customer.portal.gate"], []
        original = kind.record_cache

        def record_cache(gate):
            kept.append(gate)
            return original(gate)

        data = {"csrf_token": self._csrf_token(), "name": "x", "query": "search=a"}
        with patch.object(kind, "record_cache", record_cache):
            self.url_open("/my/p/wishes/views", data, allow_redirects=False)
            self.assertFalse(kept)
            self._get()
            self.assertTrue(kept)

    # === CELLS === #

    def test_cells_that_are_alike_are_made_once_a_list(self):
        kind, made = self.env.registry["customer.portal.record"], []
        original = kind._make_cell

        def make_cell(pages, right, record, name, mode):
            made.append(name)
            return original(pages, right, record, name, mode)

        with patch.object(kind, "_make_cell", make_cell):
            rows = self._pages(self.user).find_rows("wishes")
        self.assertEqual(len(rows), 2)
        self.assertEqual(made.count("stage_id"), 1)
        self.assertEqual(made.count("name"), 2)
        self.assertEqual({str(row["cells"]["stage_id"]) for row in rows}, {"Fresh"})
