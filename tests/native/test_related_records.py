from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PASSWORD, takes_long
from ..native_common import NativeCommon


@tagged("post_install", "-at_install")
class TestRelatedRecords(NativeCommon):
    """What a page of Odoo links to beside its own record, past all rules."""

    BILLED = ("emma", "colleague", "stranger")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order, cls.purchase = (
            cls.records[code]["emma"] for code in ("orders", "purchases")
        )
        cls.product = cls.env["product.product"].create({"name": "Chair"})
        line = cls._order_product(cls.order)
        cls._bill(sale_line_ids=line.ids)
        line = cls._order_product(cls.purchase)
        cls._bill(purchase_line_id=line.id)
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _order_product(cls, order):
        values = {"order_id": order.id, "name": "Chair", "product_id": cls.product.id}
        return cls.env[order.order_line._name].create(values)

    @classmethod
    def _bill(cls, **link):
        """Let the invoices of three customers be about a line of an order.

        Odoo's page of an order lists the last three.
        """
        for name in cls.BILLED:
            invoice = cls.records["invoices"][name]
            values = {"move_id": invoice.id, "name": "Chair", **link}
            cls.env["account.move.line"].create({**values, "display_type": "line_note"})

    def setUp(self):
        super().setUp()
        self.permissions.write({"can_edit": True})

    def _invoices_on(self, page):
        """Return whose invoices a page links to."""
        return {
            name
            for name, invoice in self.records["invoices"].items()
            if f"/my/invoices/{invoice.id}?access_token" in page
        }

    # === INVOICES === #

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_orders_link_to_no_invoice_that_the_customer_does_not_see(self):
        self.authenticate("emma@matrix.example", PASSWORD)
        for document in (self.order, self.purchase):
            self.assertEqual(len(document.invoice_ids), len(self.BILLED))
            for level in ("own", "organization", "subsidiaries"):
                self._permit(level)
                seen = self._expected_owners("emma", level, "invoices")
                for url in (document.access_url, document.get_portal_url()):
                    found = self._invoices_on(self.url_open(url).text)
                    with self.subTest(document._name, level=level, url=url):
                        self.assertEqual(found, seen.intersection(self.BILLED))

    def test_visitors_with_the_link_find_the_invoices_of_its_customer_only(self):
        self.authenticate(None, None)
        for document in (self.order, self.purchase):
            found = self._invoices_on(self.url_open(document.get_portal_url()).text)
            with self.subTest(document._name):
                self.assertEqual(found, {"emma", "colleague"})

    @takes_long
    def test_an_invoice_to_the_invoice_address_stays_on_the_order(self):
        self.authenticate(None, None)
        for name, invoice in self.records["invoices"].items():
            if name != "stranger":
                invoice.line_ids.sale_line_ids = False
        self.order.partner_invoice_id = self.partners["deco"]
        self.order.invalidate_recordset()
        page = self.url_open(self.order.get_portal_url()).text
        self.assertEqual(self._invoices_on(page), {"stranger"})

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.http")
    def test_a_link_that_somebody_kept_opens_no_invoice_that_was_moved(self):
        self._permit("subsidiaries")
        self.authenticate("emma@matrix.example", PASSWORD)
        moved = self.records["invoices"]["emma"]
        link = moved.get_portal_url()
        self.assertEqual(self.url_open(link, allow_redirects=False).status_code, 200)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET partner_id = %s, commercial_partner_id = %s"
            " WHERE id = %s",
            (self.partners["stranger"].id, self.partners["deco"].id, moved.id),
        )
        self.env.invalidate_all()
        self.assertEqual(self.url_open(link, allow_redirects=False).status_code, 303)

    # === DELIVERIES === #

    def _make_delivery(self, name, origin=None):
        """Return a delivery of the order to one of the customers."""
        type_out = self.env["stock.picking.type"].search(
            [("code", "=", "outgoing")], limit=1
        )
        return self.env["stock.picking"].create(
            {
                "partner_id": self.partners[name].id,
                "picking_type_id": type_out.id,
                "location_id": type_out.default_location_src_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "sale_id": self.order.id,
                "return_id": origin and origin.id,
            }
        )

    def _opens_slip(self, picking, kind="pdf", token=None):
        token = token or self.order._portal_ensure_token()
        url = f"/my/picking/{kind}/{picking.id}?access_token={token}"
        return self.url_open(url).status_code == 200

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.http")
    def test_orders_link_to_the_deliveries_of_their_customer_only(self):
        mine, moved = self._make_delivery("emma"), self._make_delivery("stranger")
        returned = self._make_delivery("stranger", mine)
        self._permit("organization")
        for login in ("emma@matrix.example", None):
            self.authenticate(login, login and PASSWORD)
            page = self.url_open(self.order.get_portal_url()).text
            with self.subTest(login=login):
                self.assertIn(f"/my/picking/pdf/{mine.id}", page)
                self.assertTrue(self._opens_slip(mine))
                for picking in (moved, returned):
                    self.assertNotIn(f"/my/picking/pdf/{picking.id}", page)
        # Odoo's own rule lets the order's customer print all of its deliveries.
        for kind in ("pdf", "return/pdf"):
            with self.subTest(kind):
                self.assertFalse(self._opens_slip(moved, kind))

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.http")
    def test_a_delivery_opens_by_the_order_that_the_profile_shows(self):
        self.order.partner_id = self.partners["colleague"]
        picking = self._make_delivery("colleague")
        self.authenticate("emma@matrix.example", PASSWORD)
        for level, expected in (("organization", True), ("own", False), (None, False)):
            self._permit(level)
            with self.subTest(level):
                self.assertEqual(self._opens_slip(picking), expected)
        self._permit("organization")
        self.assertFalse(self._opens_slip(picking, token="wrong"))

    # === TASKS === #

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_tasks_link_to_no_project_or_order_that_the_customer_does_not_see(self):
        task = self.records["tasks"]["emma"]
        child = task.copy({"name": "hidden child", "parent_id": task.id})
        child.message_unsubscribe(child.message_partner_ids.ids)
        child.partner_id = self.partners["stranger"]
        self.authenticate("emma@matrix.example", PASSWORD)
        self._permit("own", ["tasks"])
        for url in (task.access_url, task.get_portal_url()):
            page = self.url_open(url)
            with self.subTest(url):
                self.assertIn(task.name, page.text)
                self.assertNotIn("hidden child", page.text)
                self.assertNotIn(f'href="/my/projects/{task.project_id.id}"', page.text)

    @takes_long
    def test_internal_users_find_everything(self):
        moves = self.env["account.move"].union(*self.records["invoices"].values())
        gate = self.gate.with_user(self.clerk)
        self.assertEqual(gate.with_user(self.clerk).related(self.order, moves), moves)
