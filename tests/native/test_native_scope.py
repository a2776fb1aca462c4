from lxml import html

from odoo.tests import tagged

from ...const import PARAM_DEFAULT_SCOPE
from ..common import PASSWORD
from ..native_common import NativeCommon

PATHS = {
    "quotes": "/my/quotes",
    "orders": "/my/orders",
    "invoices": "/my/invoices",
    "purchases": "/my/purchase",
    "projects": "/my/projects",
    "tasks": "/my/tasks",
}


@tagged("post_install", "-at_install")
class TestNativeScope(NativeCommon):
    """Mine / All and the Default Scope hold on Odoo's own lists."""

    def setUp(self):
        super().setUp()
        self.permissions.write({"visible": True, "records_visibility": "organization"})
        self.authenticate("emma@matrix.example", PASSWORD)

    def _names(self, url):
        """Return whose records a list shows."""
        text = html.fromstring(self.url_open(url).text).text_content()
        code = next(code for code, path in PATHS.items() if url.startswith(path))
        names = {name: self.records[code][name].name for name in self.partners}
        return {owner for owner, name in names.items() if name in text.split()}

    def _scopes(self, url):
        page = html.fromstring(self.url_open(url).text)
        links = page.xpath("//*[contains(@class, 'o_cp_scopes')]/a")
        active = [a.text_content().strip() for a in links if "active" in a.get("class")]
        return [a.get("href") for a in links], active

    def test_each_list_begins_with_the_own_records_and_switches(self):
        for code, path in PATHS.items():
            with self.subTest(code):
                self.assertEqual(self._names(path), {"emma"})
                links, active = self._scopes(path)
                self.assertEqual(active, ["Mine"])
                every = self._names(links[1])
                self.assertEqual(every, {"azure", "emma", "colleague"})
                self.assertEqual(self._scopes(links[1])[1], ["All"])
                self.assertEqual(self._names(links[0]), {"emma"})

    def test_settings_say_how_lists_begin(self):
        self._set_param(PARAM_DEFAULT_SCOPE, "all")
        for code, path in PATHS.items():
            with self.subTest(code):
                self.assertEqual(self._names(path), {"azure", "emma", "colleague"})
                self.assertEqual(self._names(f"{path}?scope=mine"), {"emma"})

    def test_where_a_profile_shows_but_the_own_there_is_no_switch(self):
        self.permissions.records_visibility = "own"
        for code, path in PATHS.items():
            with self.subTest(code):
                self.assertEqual(self._scopes(path), ([], []))
                self.assertEqual(self._names(f"{path}?scope=all"), {"emma"})

    def test_no_scope_shows_more_than_the_profile(self):
        for scope in ("all", "everyone", "", "x", "subsidiaries"):
            with self.subTest(scope):
                shown = self._names(f"/my/orders?scope={scope}")
                self.assertFalse(shown & {"stranger", "deco", "subsidiary", "alone"})

    def test_a_page_of_a_colleague_opens_whatever_the_scope(self):
        order = self.records["orders"]["colleague"]
        response = self.url_open(f"/my/orders/{order.id}?scope=mine")
        self.assertIn(order.name, response.text)

    def test_pages_and_sortings_keep_the_scope(self):
        order = self.records["purchases"]["colleague"]
        for _number in range(85):
            order.copy({"state": "purchase"})
        page = html.fromstring(self.url_open("/my/purchase?scope=all").text)
        [following] = {
            href
            for href in page.xpath("//ul[contains(@class, 'pagination')]//a/@href")
            if "/page/2" in href
        }
        self.assertIn("scope=all", following)
        self.assertEqual(self._scopes(following)[1], ["All"])
        sorts = page.xpath("//a[contains(@href, 'sortby=name')]/@href")
        self.assertIn("scope=all", sorts[0])

    def test_a_context_of_anybody_only_narrows(self):
        for value in ("orders", "nonsense", ["orders"], {}, True, 7):
            orders = self.env["sale.order"].with_user(self.users["emma"])
            orders = orders.with_context(customer_portal_mine=value)
            found = orders.search([("state", "=", "sale")])
            owners = {"emma"} if value == "orders" else {"azure", "emma", "colleague"}
            expected = {self.records["orders"][name].id for name in owners}
            self.assertEqual(set(found.ids), expected)
