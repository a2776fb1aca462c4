from lxml import html

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PASSWORD, takes_long
from ..native_common import NativeCommon

SIGN, DECLINE = "//*[@data-bs-target='#modalaccept']", "//*[@id='modaldecline']"


@tagged("post_install", "-at_install")
class TestSameEverywhere(NativeCommon):
    """Odoo's own pages have the menu, heading, title and way back of the portal's."""

    def setUp(self):
        super().setUp()
        self.permissions.write({"visible": True, "records_visibility": "organization"})
        widgets = self.profile.widget_ids
        widgets.filtered(lambda widget: widget.kind == "menu").visible = True
        self.authenticate("emma@matrix.example", PASSWORD)
        self.pages = {
            code: (
                self.modules[code].paths.split()[0],
                self.records[code]["emma"].access_url,
            )
            for code in ("quotes", "orders", "invoices", "purchases", "tasks")
        }

    def _open(self, url, status=200):
        response = self.url_open(url)
        self.assertEqual(response.status_code, status, url)
        return html.fromstring(response.text)

    def _title(self, page):
        return " ".join(page.findtext(".//title").split())

    def _menu(self, page):
        """Return the names in the menu, and that of the entry where the page lies."""
        links = page.xpath("//nav[@aria-label='Portal']//a")
        here = [link for link in links if link.get("aria-current")]
        return [
            [link.text_content().strip() for link in some] for some in (links, here)
        ]

    def _crumbs(self, page):
        items = page.xpath("//ol[contains(@class, 'breadcrumb')]/li")
        return [" ".join(item.text_content().split()) for item in items]

    # === MENU, HEADING, TITLE === #

    def test_the_menu_is_on_lists_and_records_of_odoo_and_says_where_one_is(self):
        for code, urls in self.pages.items():
            for url in urls:
                with self.subTest(url):
                    names, here = self._menu(self._open(url))
                    self.assertIn("Home", names)
                    self.assertEqual(here, [self.modules[code].name])

    @takes_long
    def test_the_menu_is_on_pages_of_payment(self):
        for url in ("/my/payment_method", "/payment/pay"):
            with self.subTest(url):
                self.assertIn("Orders", self._menu(self._open(url))[0])

    def test_nobody_but_customers_has_the_menu(self):
        self.authenticate(None, None)
        quote = self.records["quotes"]["emma"]
        page = self._open(
            f"{quote.access_url}?access_token={quote._portal_ensure_token()}"
        )
        self.assertFalse(page.xpath("//nav[@aria-label='Portal']"))
        self.assertFalse(page.xpath("//*[contains(@class, 'o_cp_native_heading')]"))

    def test_one_entry_leads_to_my_profile(self):
        for row in self.profile.permission_ids:
            if row.module_id.code == "contacts":
                row.visible = True
        page = self._open("/my/orders")
        self.assertNotIn("My Profile", self._menu(page)[0])
        links = page.xpath("//*[@role='menuitem'][contains(@href, '/my')]")
        self.assertEqual(
            [link.text_content().strip() for link in links], ["My Profile"]
        )
        # Without scripts the name itself leads there.
        [name] = page.xpath("//header//a[@data-bs-toggle='dropdown']/@href")
        self.assertEqual(name, "/my/profile")

    def test_lists_of_odoo_have_the_heading_of_their_module_and_whose_records(self):
        for code, (url, _record) in self.pages.items():
            with self.subTest(code):
                page = self._open(url)
                [heading] = page.xpath("//h1")
                self.assertEqual(heading.text_content(), self.modules[code].name)
                self.assertEqual(
                    len(page.xpath("//*[contains(@class, 'o_cp_scopes')]")), 1
                )
                self.assertEqual(self._crumbs(page), ["", self.modules[code].name])

    def test_records_of_odoo_are_headed_once_by_their_name(self):
        for code, (list_url, url) in self.pages.items():
            with self.subTest(code):
                page = self._open(url)
                name = self.records[code]["emma"].display_name
                [heading] = page.xpath("//h1")
                self.assertEqual(heading.text_content(), name)
                self.assertFalse(page.xpath(f"//h2[contains(., '{name}')]"))
                self.assertFalse(page.xpath(f"//h3[contains(., '{name}')]"))
                self.assertEqual(
                    self._crumbs(page), ["", self.modules[code].name, name]
                )
                links = page.xpath("//ol[contains(@class, 'breadcrumb')]//a/@href")
                self.assertEqual(links, ["/my/home", list_url])

    def test_titles_name_the_record_its_module_and_the_company(self):
        company = self.env.company
        company.portal_title = "Help of Azure"
        for code, (list_url, url) in self.pages.items():
            module, name = (
                self.modules[code].name,
                self.records[code]["emma"].display_name,
            )
            with self.subTest(code):
                self.assertEqual(
                    [self._title(self._open(one)) for one in (list_url, url)],
                    [f"{module} | Help of Azure", f"{name} | {module} | Help of Azure"],
                )
        self.assertEqual(
            self._title(self._open("/my/payment_method")),
            "Payment Methods | Help of Azure",
        )

    @takes_long
    def test_the_page_of_passwords_has_a_title(self):
        title = self._title(self._open("/my/security"))
        self.assertTrue(title.startswith("Connection & Security | "), title)

    def test_odoos_pages_of_the_account_lie_below_my_profile(self):
        rows = self.profile.permission_ids
        rows.filtered(lambda row: row.module_id.code == "contacts").visible = True
        for url, title in (
            ("/my/account", "Contact Details"),
            ("/my/addresses", "Addresses"),
            ("/my/address", "Address"),
            ("/my/security", "Connection & Security"),
        ):
            with self.subTest(url):
                page = self._open(url)
                [heading] = page.xpath("//h1")
                self.assertEqual(heading.text_content(), title)
                self.assertEqual(self._crumbs(page), ["", "My Profile", title])
                links = page.xpath("//ol[contains(@class, 'breadcrumb')]//a/@href")
                self.assertEqual(links, ["/my/home", "/my/profile"])
                self.assertFalse(page.xpath(f"//h3[contains(., '{title}')]"))

    @takes_long
    def test_employees_keep_odoos_pages_of_the_account(self):
        self.authenticate("admin", "admin")
        for url in ("/my/account", "/my/security"):
            self.assertFalse(self._open(url).xpath("//h1"))

    @takes_long
    def test_cells_of_odoos_lists_say_of_what_column_they_are(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        labels = self._open("/my/quotes").xpath("//td/@data-label")
        self.assertIn("Valid Until", labels)
        [row, *_rows] = self._open("/my/quotes").xpath("//tbody/tr | //table/tr")
        self.assertEqual(len(row.xpath("./td")), len(row.xpath("./td/@data-label")))
        self.partners["emma"].lang = "fr_FR"
        self.authenticate(None, None)
        self.authenticate("emma@matrix.example", PASSWORD)
        words = {"fr_FR": {"Valid Until": "Valable jusqu'au"}}
        view = self.env.ref("sale.portal_my_quotations")
        view.update_field_translations("arch_db", words)
        translated = self._open("/my/quotes").xpath("//td/@data-label")
        self.assertIn("Valable jusqu'au", translated)

    @takes_long
    def test_a_menu_that_is_off_leaves_the_heading(self):
        self.profile.widget_ids.visible = False
        page = self._open("/my/orders")
        self.assertEqual(self._menu(page)[0], [])
        self.assertEqual(len(page.xpath("//h1")), 1)

    # === WHERE SOMETHING IS NOT THERE === #

    @mute_logger("odoo.http")
    def test_what_is_not_there_leads_back_to_its_list(self):
        page = self._open("/my/orders/page/nothing", 404)
        links = page.xpath("//*[contains(@class, 'o_cp_error')]//a")
        self.assertEqual(
            [(link.text_content(), link.get("href")) for link in links],
            [("Back to Orders", "/my/orders"), ("Home", "/my")],
        )
        self.assertIn("Orders", self._menu(page)[0])

    def test_who_may_not_see_a_record_reads_why_they_are_at_home(self):
        url = self.records["orders"]["stranger"].access_url
        page = self._open(url)
        self.assertIn("you may not have access", page.text_content())
        self.assertNotIn("you may not have access", self._open("/my").text_content())

    def test_the_address_of_a_form_leads_back_to_its_page(self):
        order = self.records["orders"]["emma"]
        for path, page in {
            f"{order.access_url}/decline?access_token=abc": (
                f"{order.access_url}?access_token=abc"
            ),
            "/my/home/announcement/1/dismiss": "/my/home",
            "/my/language": "/my",
            "/my/p/cases/7/comment": "/my/p/cases/7",
            "/my/documents/upload": "/my/documents",
            "/my/profile/email/cancel": "/my/profile",
        }.items():
            with self.subTest(path):
                response = self.url_open(path, allow_redirects=False)
                self.assertEqual(response.status_code, 303)
                self.assertTrue(response.headers["Location"].endswith(page))

    @takes_long
    @mute_logger("odoo.http")
    def test_other_ways_to_ask_lead_nowhere(self):
        response = self.url_open("/my/language", method="PUT", allow_redirects=False)
        self.assertNotEqual(response.status_code, 303)

    # === WHAT A PROFILE FORBIDS IS NOT OFFERED === #

    def test_a_quote_offers_to_sign_and_decline_only_where_edit_is_permitted(self):
        quote = self.records["quotes"]["emma"]
        for may_edit in (True, False):
            self.permissions.can_edit = may_edit
            page = self._open(quote.access_url)
            with self.subTest(may_edit):
                self.assertEqual(bool(page.xpath(SIGN)), may_edit)
                self.assertEqual(bool(page.xpath(DECLINE)), may_edit)
                self.assertEqual(bool(page.xpath("//form[@id='accept']")), may_edit)
                self.assertTrue(page.xpath("//*[@id='print_invoice_report']"))

    @takes_long
    def test_a_visitor_with_the_link_of_a_quote_still_signs(self):
        self.permissions.can_edit = False
        quote = self.records["quotes"]["emma"]
        self.authenticate(None, None)
        page = self._open(
            f"{quote.access_url}?access_token={quote._portal_ensure_token()}"
        )
        self.assertTrue(page.xpath(SIGN))

    @takes_long
    def test_a_purchase_offers_other_dates_only_where_edit_is_permitted(self):
        order = self.records["purchases"]["emma"]
        product = self.env["product.product"].create({"name": "Paper"})
        order.order_line = [(0, 0, {"product_id": product.id, "product_qty": 1})]
        for may_edit in (True, False):
            self.permissions.can_edit = may_edit
            page = self._open(f"{order.access_url}?update=True")
            inputs = page.xpath(
                "//input[contains(@class, 'o-purchase-datetimepicker')]"
            )
            self.assertEqual(bool(inputs), may_edit)

    @takes_long
    def test_edit_information_is_offered_where_there_is_something_to_edit(self):
        contacts = self.profile.permission_ids.filtered(
            lambda row: row.module_id.code in ("contacts", "organization")
        )
        contacts.visible = True
        for may_edit in (True, False):
            contacts.can_edit = may_edit
            links = self._open("/my").xpath(
                "//a[contains(., 'Edit information')]/@href"
            )
            self.assertEqual(set(links), {"/my/account"} if may_edit else set())
