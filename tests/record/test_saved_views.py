from lxml import html

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...models.record.view import NAME_LENGTH, QUERY_LENGTH, VIEW_LIMIT
from ..common import PASSWORD, run_migration
from .test_page_list import PageCommon


@tagged("post_install", "-at_install")
class TestSavedViews(PageCommon):
    """Lists as customers have narrowed them, under names of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        values = {"portal_profile_id": cls.profile.id}
        cls.ben = cls._make_portal_contact(
            "ben@example.com", parent_id=cls.organization.id, **values
        )
        cls.outsider = cls._make_portal_contact("outsider@example.com", **values)
        cls.views = cls.env["customer.portal.view"]

    def _as(self, partner):
        return self.views.with_user(self._user_of(partner))

    def _names(self, partner):
        return [view["name"] for view in self._as(partner).find_views("wishes")]

    def _post(self, path="", **data):
        data["csrf_token"] = self._csrf_token()
        return self.url_open(f"/my/p/wishes/views{path}", data)

    def _tabs(self, page):
        tabs = page.xpath("//nav[@aria-label='Saved views']//a")
        return {" ".join(tab.text_content().split()): tab for tab in tabs}

    # === ONE'S OWN === #

    def test_what_is_narrowed_is_saved_and_stands_as_a_tab(self):
        self._make_tasks("calm")
        self._make_tasks("urgent", priority="3")
        self.assertFalse(self._tabs(self._page()))
        response = self._post(name=" On  fire ", query="by_priority=3&sortby=name")
        page = html.fromstring(response.text)
        tab = self._tabs(page)["On fire"]
        self.assertEqual(tab.get("aria-current"), "page")
        self.assertIn("by_priority=3", tab.get("href"))
        [title] = page.xpath("//td[contains(@class, 'o_cp_title')]")
        self.assertEqual(title.text_content().strip(), "urgent")
        tabs = self._tabs(self._page())
        self.assertIsNone(tabs["On fire"].get("aria-current"))
        self.assertEqual(tabs["No filter"].get("aria-current"), "page")

    def test_a_view_of_the_same_name_is_replaced(self):
        mine = self._as(self.emma)
        first = mine.save_view("wishes", "Mine", "search=a")
        self.assertEqual(mine.save_view("wishes", "Mine", "search=b"), first)
        [view] = mine.find_views("wishes")
        self.assertEqual(view["asked"].search, "b")

    def test_a_view_is_renamed_and_deleted(self):
        view_id = self._as(self.emma).save_view("wishes", "Old", "search=a")
        self._post(f"/{view_id}", name="New")
        self.assertEqual(self._names(self.emma), ["New"])
        self._as(self.emma).save_view("wishes", "Other", "search=b")
        with self.assertRaises(UserError):
            self._as(self.emma).change_view("wishes", view_id, "Other")
        self._post(f"/{view_id}/delete")
        self.assertEqual(self._names(self.emma), ["Other"])

    def test_views_and_their_names_have_limits(self):
        mine = self._as(self.emma)
        view_id = mine.save_view("wishes", "x" * 500, "search=" + "y" * 5000)
        view = self.views.browse(view_id)
        self.assertEqual(len(view.name), NAME_LENGTH)
        self.assertLessEqual(len(view.query), QUERY_LENGTH)
        with self.assertRaises(UserError):
            mine.save_view("wishes", " \0 ", "search=a")
        for number in range(VIEW_LIMIT - 1):
            mine.save_view("wishes", f"view {number}", "search=a")
        with self.assertRaises(UserError):
            mine.save_view("wishes", "one more", "search=a")
        answer = self._post(name="one more", query="search=a")
        self.assertIn("Delete one first.", answer.text)
        self._as(self.ben).save_view("wishes", "of another", "search=a")

    def test_nothing_is_saved_by_an_address_or_without_a_token(self):
        response = self.url_open("/my/p/wishes/views?name=a", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        response = self.url_open("/my/p/wishes/views", {"name": "a"})
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self._names(self.emma))

    # === SHARED === #

    def test_a_view_is_shared_within_the_organization_by_who_may(self):
        view_id = self._as(self.emma).save_view("wishes", "Ours", "search=a", True)
        self.assertFalse(self._names(self.ben), "Nobody may, by default.")
        self.right.can_share_views = True
        self._as(self.emma).change_view("wishes", view_id, "Ours", True)
        self.assertEqual(self._names(self.ben), ["Ours"])
        self.assertFalse(self._names(self.outsider))

    def test_what_was_shared_stays_behind_when_its_owner_moves(self):
        """Its name and its search tell of the organization that they have left."""
        self.right.can_share_views = True
        view_id = self._as(self.emma).save_view("wishes", "Ours", "search=a", True)
        deco = self.env["res.partner"].create({"name": "Deco", "is_company": True})
        self.outsider.parent_id = deco
        self.emma.parent_id = deco
        [view] = self._as(self.emma).find_views("wishes")
        self.assertEqual((view["name"], view["is_shared"]), ("Ours", False))
        self.assertFalse(self._names(self.outsider))
        self.assertFalse(self._names(self.ben))
        with self.assertRaises(AccessError):
            self._as(self.outsider).delete_view("wishes", view_id)
        self.emma.parent_id = self.organization
        self.assertEqual(self._names(self.ben), ["Ours"])
        self.emma.parent_id = deco
        self._as(self.emma).change_view("wishes", view_id, "Ours", True)
        self.assertEqual(self._names(self.outsider), ["Ours"])

    def test_an_update_keeps_what_is_shared(self):
        self.right.can_share_views = True
        self._as(self.emma).save_view("wishes", "Ours", "search=a", True)
        self.env["customer.portal.view"].sudo().search([]).organization_id = False
        self.assertFalse(self._names(self.ben))
        run_migration(self.env, "19.0.1.9.0/post-saved-views.py")
        self.assertEqual(self._names(self.ben), ["Ours"])

    def test_of_the_ready_made_profiles_managers_of_organizations_share(self):
        names = ("default", "odoo", "organization", "read_only")
        profiles = self.env["customer.portal.profile"].create(
            [{"name": f"New {name}", "preset": name} for name in names]
        )
        sharing = profiles.permission_ids.filtered("can_share_views")
        self.assertEqual(sharing.profile_id.mapped("preset"), ["organization"])
        self.assertEqual(sharing.module_id.mapped("code"), ["cases"])

    def test_an_organization_shares_so_many_views_and_no_more(self):
        self.right.can_share_views = True
        for number in range(VIEW_LIMIT):
            self._as(self.ben).save_view("wishes", f"{number}", "search=a", True)
        mine = self._as(self.emma)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            mine.save_view("wishes", "one more", "search=a", True)
        view_id = mine.save_view("wishes", "for me", "search=a")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            mine.change_view("wishes", view_id, "for me", True)
        self.assertEqual(len(self._names(self.emma)), VIEW_LIMIT + 1)

    def test_what_is_shared_is_changed_by_its_owner_and_by_who_shares(self):
        self.right.can_share_views = True
        view_id = self._as(self.emma).save_view("wishes", "Ours", "search=a", True)
        profile = self.profile.copy({"name": "Sharing nothing"})
        row = profile.permission_ids.filtered(lambda r: r.module_id == self.module)
        row.can_share_views = False
        self.ben.portal_profile_id = profile
        for work in (
            lambda: self._as(self.ben).delete_view("wishes", view_id),
            lambda: self._as(self.ben).change_view("wishes", view_id, "x"),
            lambda: self._as(self.outsider).delete_view("wishes", view_id),
            lambda: self._as(self.outsider).change_view("wishes", view_id, "x", True),
        ):
            with self.assertRaises(AccessError):
                work()
        self.ben.portal_profile_id = self.profile
        self._as(self.ben).delete_view("wishes", view_id)
        self.assertFalse(self._names(self.emma))

    def test_the_views_of_others_answer_as_if_there_were_none(self):
        view_id = self._as(self.ben).save_view("wishes", "Ben's", "search=a")
        for path in (f"/{view_id}", f"/{view_id}/delete", "/2147483647/delete"):
            with self.subTest(path):
                self.assertEqual(self._post(path, name="x").status_code, 404)
        self.assertEqual(self._names(self.ben), ["Ben's"])

    def test_a_shared_view_shows_nobody_more_than_their_profile_does(self):
        self.right.can_share_views = True
        self._make_tasks("secret", priority="3")
        self._make_tasks("public", partner=self.colleague, priority="3")
        self._as(self.emma).save_view(
            "wishes", "All urgent", "scope=all&by_priority=3&search=s", True
        )
        profile = self.profile.copy({"name": "Own records alone"})
        row = profile.permission_ids.filtered(lambda r: r.module_id == self.module)
        row.records_visibility = "own"
        hidden = row.field_ids.filtered(lambda r: r.field_id.name == "priority")
        hidden.access = "hidden"
        self.ben.portal_profile_id = profile
        [view] = self._as(self.ben).find_views("wishes")
        self.assertEqual(view["asked"].filters, ())
        self.assertEqual(view["asked"].scope, "all")
        self.authenticate("ben@example.com", PASSWORD)
        tab = self._tabs(self._page())["All urgent (shared)"]
        page = html.fromstring(self.url_open(tab.get("href")).text)
        self.assertFalse(page.xpath("//td"))

    # === WHAT IS STORED === #

    def test_what_is_stored_means_no_more_than_in_an_address(self):
        self._make_tasks("a")
        self._make_tasks("theirs", partner=self.stranger)
        view_id = self._as(self.emma).save_view("wishes", "x", "search=a")
        for query in (
            "scope=everyone&filterby=x&sortby=partner_id&groupby=name",
            "by_partner_id=1&search_in=partner_id&chart=1&slice=2&filters=x",
            "domain=[]&context={}&module=orders&code=orders&self=1&right=1",
            "%00%ff&&&===;" + "a=b&" * 1000,
        ):
            self.views.browse(view_id).query = query[:QUERY_LENGTH]
            with self.subTest(query):
                [view] = self._as(self.emma).find_views("wishes")
                self.assertEqual(view["asked"].scope, "mine")
                self.assertFalse(view["asked"].sortby or view["asked"].groupby)
                tab = self._tabs(self._page())["x"]
                page = html.fromstring(self.url_open(tab.get("href")).text)
                titles = page.xpath("//td[contains(@class, 'o_cp_title')]")
                self.assertEqual([t.text_content().strip() for t in titles], ["a"])

    def test_names_are_escaped(self):
        self._as(self.emma).save_view("wishes", "<b>x</b>", "search=a")
        text = self._get("?search=a").text
        self.assertNotIn("<b>x</b>", text)
        self.assertIn("&lt;b&gt;x&lt;/b&gt;", text)

    def test_portal_users_have_no_rights_to_the_model(self):
        mine = self._as(self.emma)
        mine.save_view("wishes", "x", "search=a")
        for work in (
            lambda: mine.search([]),
            lambda: mine.create({"name": "y"}),
            lambda: mine.search_read([]),
        ):
            with self.assertRaises(AccessError):
                work()

    def test_a_list_that_is_hidden_has_no_views(self):
        mine = self._as(self.emma)
        view_id = mine.save_view("wishes", "x", "search=a")
        self.right.visible = False
        self.assertFalse(mine.find_views("wishes"))
        self.assertEqual(self._post(name="y", query="").status_code, 404)
        for work in (
            lambda: mine.save_view("wishes", "y", ""),
            lambda: mine.delete_view("wishes", view_id),
            lambda: mine.save_view("nonsense", "y", ""),
        ):
            with self.assertRaises(AccessError):
                work()
