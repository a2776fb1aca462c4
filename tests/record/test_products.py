from odoo.fields import Command
from odoo.tests import tagged

from ...models.record.products import PRICES
from ..common import PASSWORD, CustomerPortalHttpCommon


@tagged("post_install", "-at_install")
class TestProducts(CustomerPortalHttpCommon):
    """What is sold, to whom, and at which price."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["customer.portal.gate"]
        cls.module = cls.env["customer.portal.module"].search(
            [("code", "=", "products")]
        )
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Buyers"})
        cls.right = cls.profile.permission_ids.filtered(
            lambda row: row.module_id == cls.module
        )
        cls.right.write(
            {"visible": True, "records_visibility": "everyone", "can_export": True}
        )
        cls.azure, cls.deco = cls.env["res.partner"].create(
            [
                {"name": "Azure", "is_company": True},
                {"name": "Deco", "is_company": True},
            ]
        )
        cls.emma, cls.colleague, cls.stranger = (
            cls._make_portal_contact(
                f"{name}@buyers.example.com",
                parent_id=organization.id,
                portal_profile_id=cls.profile.id,
            )
            for name, organization in (
                ("emma", cls.azure),
                ("colleague", cls.azure),
                ("stranger", cls.deco),
            )
        )
        cls.user = cls._user_of(cls.emma)
        cls.chair, cls.desk, cls.deposit, cls.inside = cls.env[
            "product.template"
        ].create(
            [
                {"name": "Chair", "list_price": 100},
                {"name": "Desk", "list_price": 250},
                {"name": "Down payment", "list_price": 1, "type": "service"},
                {"name": "Not for sale", "sale_ok": False},
            ]
        )

    def _order(self, partner, product, state="sale", **values):
        line = {"product_id": product.product_variant_id.id, **values}
        order = self.env["sale.order"].create(
            {"partner_id": partner.id, "order_line": [Command.create(line)]}
        )
        order.state = state
        return order

    def _shown(self, partner=None):
        user = self._user_of(partner or self.emma)
        ids = (self.chair | self.desk | self.deposit | self.inside).ids
        rows = [
            self.env["customer.portal.record"]
            .with_user(user)
            .get_row("products", res_id)
            for res_id in ids
        ]
        return [row["title"] for row in rows if row]

    def test_a_catalogue_shows_what_is_sold(self):
        self.assertEqual(self._shown(), ["Chair", "Desk", "Down payment"])

    def test_a_down_payment_is_no_product(self):
        self._order(self.stranger, self.deposit, "draft", is_downpayment=True)
        self.assertEqual(self._shown(), ["Chair", "Desk"])

    def test_a_profile_shows_what_the_organization_has_bought(self):
        self.right.records_visibility = "bought"
        self.assertEqual(self._shown(), [])
        self._order(self.colleague, self.chair)
        self._order(self.emma, self.desk, "sent")
        self._order(self.stranger, self.desk)
        self.assertEqual(self._shown(), ["Chair"])
        self.assertEqual(self._shown(self.colleague), ["Chair"])
        self.assertEqual(self._shown(self.stranger), ["Desk"])
        record = self.gate.with_user(self.user)._get_visible_records(
            self.gate.with_user(self.user)._get_rights()["products"], self.chair.ids
        )
        domain = self.gate.with_user(self.user).domain("products")
        self.assertEqual(record.filtered_domain(domain), record)
        self.assertFalse(self.desk.filtered_domain(domain))

    def test_only_products_are_bought(self):
        self.assertEqual(self.right.possible_levels, "bought everyone")
        cases = self.env["customer.portal.module"]._get_cases()
        row = self.profile.permission_ids.filtered(lambda row: row.module_id == cases)
        self.assertNotIn("bought", row.possible_levels)
        row.write({"visible": True, "records_visibility": "bought"})
        self.assertTrue(self.gate.with_user(self.user).domain("cases").is_false())

    def _price_in_list(self):
        self.env.cr.cache.pop(PRICES, None)
        self.gate.env["product.template"].invalidate_model()
        self.right.module_id.field_ids.filtered(
            lambda line: line.name == "list_price"
        ).in_list = True
        rows = (
            self.env["customer.portal.record"]
            .with_user(self.user)
            .find_rows("products")
        )
        [row] = [row for row in rows if row["id"] == self.chair.id]
        return str(row["cells"]["list_price"])

    def _give_pricelist(self, **values):
        self.env.user.group_ids += self.env.ref("product.group_product_pricelist")
        self.env.ref("base.group_user").implied_ids += self.env.ref(
            "product.group_product_pricelist"
        )
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "For Azure",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "1_product",
                            "product_tmpl_id": self.chair.id,
                            "compute_price": "fixed",
                            "fixed_price": 77,
                        }
                    )
                ],
                **values,
            }
        )
        self.azure.property_product_pricelist = pricelist
        return pricelist

    def test_the_price_is_that_of_the_customers_pricelist(self):
        self.assertIn("100.00", self._price_in_list())
        dollar = self.env.ref("base.EUR") | self.env.ref("base.USD")
        foreign = dollar - self.env.company.currency_id
        foreign.active = True
        self._give_pricelist(currency_id=foreign[:1].id)
        price = self._price_in_list()
        self.assertIn("77.00", price)
        self.assertIn(foreign[:1].symbol, price)

    def test_page_and_export_have_the_same_price(self):
        self._give_pricelist()
        self.env.cr.cache.pop(PRICES, None)
        self.authenticate(self.user.login, PASSWORD)
        page = self.url_open(f"/my/p/products/{self.chair.id}").text
        self.assertIn("77.00", page)
        self.assertNotIn("100.00", page)
        export = self.url_open("/my/p/products/export?format=csv&search=chair").text
        self.assertIn("77", export)
        self.assertNotIn("100.0", export)

    def test_prices_of_a_page_cost_the_same_for_few_and_many(self):
        self._give_pricelist()
        self.env["product.template"].create(
            [{"name": f"Product {n}", "list_price": n} for n in range(15)]
        )
        self._price_in_list()
        counts = []
        for limit in (3, 15):
            self.env.cr.cache.pop(PRICES, None)
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["customer.portal.record"].with_user(self.user).find_rows(
                "products", limit=limit
            )
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)
