from odoo.fields import Command
from odoo.tests import tagged

from ...const import PARAM_SUPPORT_OPENS
from ...models.source.entitlement_claims import BY_ORDER
from ..common import takes_long
from .payment_common import PaymentCommon


@tagged("post_install", "-at_install")
class TestPayments(PaymentCommon):
    """An invoice with a support product counts when it is paid."""

    def _invoice_of(self, order):
        invoice = order._create_invoices()
        invoice.action_post()
        self._commit()
        return invoice

    def test_a_paid_invoice_opens_at_once(self):
        self._expire(self.emma)
        invoice = self._invoice(quantity=2)
        self.assertEqual(self.emma.portal_state, "expired")
        self._pay(invoice)
        self.assertEqual(self._period(self.emma), (self.today, self._later(24)))
        self.assertEqual(self.emma.support_source, "product")
        self.assertEqual(self.emma.portal_state, "active")

    def test_an_unpaid_invoice_opens_nothing(self):
        invoice = self._invoice()
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertFalse(self.emma.support_source)

    def test_a_payment_that_is_taken_back_closes_again(self):
        invoice = self._invoice(quantity=2)
        self._pay(invoice)
        invoice.line_ids.remove_move_reconcile()
        self._commit()
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertEqual(self._period(self.emma), self.proposed)

    def test_it_counts_once_however_often_it_is_paid(self):
        invoice = self._invoice(quantity=2)
        self._pay(invoice)
        invoice.line_ids.remove_move_reconcile()
        self._commit()
        self._pay(invoice)
        self.assertEqual(self.emma.support_end_date, self._later(24))
        self.assertEqual(len(self._rows(invoice)), 1)

    def test_a_credit_note_takes_it_back(self):
        invoice = self._invoice(quantity=2)
        self._pay(invoice)
        self._credit(invoice)
        self.assertEqual(self._period(self.emma), self.proposed)
        self.assertEqual(self._rows(invoice).months, 0)

    @takes_long
    def test_what_was_taken_back_stays_in_the_list_of_support_bought(self):
        invoice = self._invoice(quantity=2)
        self._pay(invoice)
        self._credit(invoice)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.customer_portal_entitlement_action"
        )
        self.assertEqual(self._rows(invoice).months, 0)
        self.assertFalse(action["domain"])
        self.assertNotIn("search_default", action["context"])
        self.assertNotIn("yet", action["help"])

    def test_a_credit_note_for_a_part_takes_back_a_part(self):
        invoice = self._invoice(quantity=3)
        self._pay(invoice)
        self._credit(invoice, quantity=1)
        self.assertEqual(self.emma.support_end_date, self._later(24))

    def _reduce(self, invoice, price):
        """Post a credit note that lowers the price, and takes back no piece."""
        note = self._credit(invoice, quantity=1)
        note.button_draft()
        note.invoice_line_ids.price_unit = price
        note.action_post()
        self._commit()
        return note

    def test_a_lower_price_takes_back_as_large_a_part_of_the_time(self):
        invoice = self._invoice()
        self._pay(invoice)
        self._reduce(invoice, 25)
        self.assertEqual(self._rows(invoice).months, 9)
        self.assertEqual(self.emma.support_end_date, self._later(9))

    @takes_long
    def test_what_was_paid_in_part_and_credited_counts_in_part(self):
        invoice = self._invoice(quantity=2)
        self._register_payment(invoice, amount=150)
        self._commit()
        self.assertFalse(self._rows(invoice))
        self._credit(invoice, quantity=0.5)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(self._rows(invoice).months, 18)

    @takes_long
    def test_a_credit_note_that_is_taken_back_gives_the_time_again(self):
        invoice = self._invoice()
        self._pay(invoice)
        note = self._credit(invoice)
        self.assertEqual(self._rows(invoice).months, 0)
        note.button_draft()
        self._commit()
        self.assertEqual(self._rows(invoice).months, 12)
        note.button_cancel()
        self._commit()
        self.assertEqual(self.emma.support_end_date, self._later(12))

    @takes_long
    def test_two_products_add_up_and_are_credited_apart(self):
        short = self.env["product.template"].create(
            {"name": "Short", "type": "service", "support_months": 3}
        )
        line = {"product_id": short.product_variant_id.id, "price_unit": 30}
        invoice = self._invoice(quantity=2)
        other = self._invoice(
            invoice_line_ids=[
                Command.create({**line, "tax_ids": []}),
                Command.create(
                    {
                        "product_id": self.support.product_variant_id.id,
                        "quantity": 0.5,
                        "price_unit": 100,
                        "tax_ids": [],
                    }
                ),
            ]
        )
        self._pay(invoice)
        self._pay(other)
        self.assertEqual(self._rows(other).mapped("months"), [6, 3])
        self.assertEqual(self.emma.support_end_date, self._later(33))
        note = self._credit(other)
        note.button_draft()
        note.invoice_line_ids.filtered(
            lambda one: one.product_id.product_tmpl_id == short
        ).unlink()
        note.action_post()
        self._commit()
        self.assertEqual(self.emma.support_end_date, self._later(27))

    @takes_long
    def test_what_it_was_paid_in_makes_no_difference(self):
        currency = self.setup_other_currency("EUR")
        invoice = self._invoice(currency_id=currency.id)
        self._pay(invoice)
        self.assertEqual(self._rows(invoice).months, 12)
        self._reduce(invoice, 50)
        self.assertEqual(self._rows(invoice).months, 6)

    @takes_long
    def test_a_refund_of_what_was_ordered_counts_by_its_price_too(self):
        self.params.set_param(PARAM_SUPPORT_OPENS, BY_ORDER)
        order = self._order()
        order.order_line.price_unit = 100
        invoice = self._invoice_of(order)
        self._reduce(invoice, 50)
        self.assertEqual(self._rows(order).months, 6)

    @takes_long
    def test_what_was_invoiced_for_less_is_taken_back_whole(self):
        self.params.set_param(PARAM_SUPPORT_OPENS, BY_ORDER)
        order = self._order()
        order.order_line.price_unit = 100
        invoice = self._invoice_of(order)
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 80
        invoice.action_post()
        self._credit(invoice)
        self.assertEqual(self._rows(order).months, 0)

    def test_the_contact_says_what_decides(self):
        invoice = self._invoice()
        self._pay(invoice)
        emma = self.emma.with_user(self.agent)
        self.assertEqual(emma.support_source_detail, invoice.name)
        self._credit(invoice)
        emma.invalidate_recordset()
        self.assertFalse(emma.support_source_detail)

    @takes_long
    def test_an_invoice_that_was_credited_instead_of_paid_opens_nothing(self):
        invoice = self._invoice(quantity=2)
        self._credit(invoice)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertFalse(self.emma.support_source)

    @takes_long
    def test_a_paid_order_counts_once(self):
        order = self._order(quantity=2)
        self.assertFalse(self.emma.support_source)
        self._pay(self._invoice_of(order))
        self.assertEqual(self.emma.support_end_date, self._later(24))
        self.params.set_param(PARAM_SUPPORT_OPENS, BY_ORDER)
        order.write({"state": "sale"})
        self._commit()
        self.assertEqual(self.emma.support_end_date, self._later(24))

    @takes_long
    def test_what_was_ordered_and_then_paid_counts_once(self):
        self.params.set_param(PARAM_SUPPORT_OPENS, BY_ORDER)
        order = self._order(quantity=2)
        invoice = self._invoice_of(order)
        self._pay(invoice)
        self.params.set_param(PARAM_SUPPORT_OPENS, "payment")
        invoice.line_ids.remove_move_reconcile()
        self._commit()
        self._pay(invoice)
        self.assertEqual(self.emma.support_end_date, self._later(24))

    @takes_long
    def test_a_credit_note_takes_back_what_was_ordered(self):
        self.params.set_param(PARAM_SUPPORT_OPENS, BY_ORDER)
        order = self._order(quantity=2)
        invoice = self._invoice_of(order)
        self._credit(invoice)
        self.assertEqual(self._period(self.emma), self.proposed)
        self.assertEqual(self._rows(order).months, 0)

    @takes_long
    def test_an_invoice_that_is_replaced_takes_nothing_back(self):
        self.params.set_param(PARAM_SUPPORT_OPENS, BY_ORDER)
        order = self._order(quantity=2)
        self._credit(self._invoice_of(order), is_modify=True)
        self.assertEqual(self.emma.support_end_date, self._later(24))

    def test_an_invoice_without_an_order_opens_nothing_where_orders_do(self):
        self.params.set_param(PARAM_SUPPORT_OPENS, BY_ORDER)
        self._pay(self._invoice())
        self.assertFalse(self.emma.support_source)

    def test_bills_of_vendors_open_nothing(self):
        bill = self._invoice(move_type="in_invoice")
        self._pay(bill)
        self.assertFalse(self.emma.support_source)

    @takes_long
    def test_a_dozen_is_twelve(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        invoice = self._invoice()
        invoice.button_draft()
        invoice.invoice_line_ids.product_uom_id = dozen
        invoice.action_post()
        self._pay(invoice)
        self.assertEqual(self._rows(invoice).months, 144)

    def _line(self, quantity):
        return Command.create(
            {
                "product_id": self.support.product_variant_id.id,
                "quantity": quantity,
                "price_unit": 100,
                "tax_ids": [],
            }
        )

    @takes_long
    def test_what_an_invoice_takes_back_itself_is_not_given(self):
        invoice = self._invoice(invoice_line_ids=[self._line(1), self._line(-1)])
        self.assertEqual(invoice.payment_state, "paid")
        self.assertFalse(self.emma.support_source)
        self._pay(self._invoice(invoice_line_ids=[self._line(-1), self._line(3)]))
        self.assertEqual(self._period(self.emma), (self.today, self._later(24)))

    @takes_long
    def test_a_credit_note_never_gives_anything(self):
        invoice = self._invoice()
        self._pay(invoice)
        note = self._credit(invoice, quantity=1)
        self.assertFalse(self.emma.support_source)
        note.button_draft()
        chairs = {"product_id": self.chair.product_variant_id.id, "quantity": 9}
        note.invoice_line_ids = [
            self._line(-3),
            Command.create({**chairs, "price_unit": 100, "tax_ids": []}),
        ]
        note.action_post()
        self._commit()
        self.assertLessEqual(self.emma.support_end_date, self._later(12))
        self.assertLessEqual(sum(self._rows(invoice).mapped("months")), 12)
