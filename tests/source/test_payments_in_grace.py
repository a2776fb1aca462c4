import re
from datetime import timedelta

from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.account_payment.tests.common import AccountPaymentCommon

from ...const import PARAM_OVERDUE_DAYS, PARAM_OVERDUE_EFFECT
from ..common import PASSWORD, CustomerPortalHttpCommon, takes_long
from ..grace_common import GraceBegun
from .payment_common import PaymentCommon

LOGGERS = ("odoo.http", "odoo.sql_db", "odoo.addons.base.models.ir_rule")
# What a payment is written into: itself, and a note on the invoice.
PAID_IN = {
    *("payment_transaction", "account_invoice_transaction_rel", "mail_message"),
}
TEXT = "you can't change or send anything"


@tagged("post_install", "-at_install")
class TestPaymentsInGrace(
    GraceBegun, PaymentCommon, AccountPaymentCommon, CustomerPortalHttpCommon
):
    """Who may only read pays invoices all the same: it is how their access goes on.

    Paying is the way out where an invoice is overdue or brings support, so no invoice
    is left out: nobody has to know which one it is.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._user_of(cls.emma)
        rows = cls.emma.portal_profile_id.permission_ids
        rows = rows.filtered(lambda row: row.module_id.code in ("invoices", "quotes"))
        rows.write({"visible": True, "records_visibility": "organization"})

    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger(*LOGGERS))

    # === WHO PAYS, AND HOW === #

    def _end_support(self):
        self._begin_grace(self.emma)
        self.assertEqual(self.emma.portal_state, "grace")

    def _owe(self, effect, partner=None):
        """Return an invoice that is overdue for long."""
        self.params.set_param(PARAM_OVERDUE_DAYS, "10")
        self.params.set_param(PARAM_OVERDUE_EFFECT, effect)
        due = self.today - timedelta(days=20)
        invoice = self._invoice(
            partner=partner,
            product=self.chair,
            invoice_date=due,
            invoice_date_due=due,
        )
        self.assertTrue(self.emma.portal_overdue)
        return invoice

    def _get_flow(self, **values):
        return {
            "provider_id": self.provider.id,
            "payment_method_id": self.payment_method_id,
            "token_id": None,
            "amount": 100.0,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "/my/invoices",
            **values,
        }

    def _refuse(self, route, values):
        """Return what is answered to who may not pay there."""
        before = self._count_changes()
        answer = self.url_open(route, json={"params": values}).json()
        self.assertEqual(self._count_changes(), before)
        return answer["error"]["data"]["message"]

    def _begin_payment(self, invoice, token=None):
        """Begin to pay as the form of the invoice's page does.

        :return: the transaction
        """
        route = f"/invoice/transaction/{invoice.id}"
        done = self.make_jsonrpc_request(
            route,
            {
                "access_token": token,
                **self._get_flow(amount=invoice.amount_residual),
            },
        )
        transactions = self.env["payment.transaction"].sudo()
        return transactions.search([("reference", "=", done["reference"])])

    def _finish_payment(self, transaction):
        """Let the provider say that it is paid, and the page wait for it."""
        transaction._set_done()
        self.env.flush_all()
        self.assertEqual(self.url_open("/payment/status").status_code, 200)
        self.make_jsonrpc_request("/payment/status/poll", {})
        self._commit()

    def _log_in_as_emma(self):
        self.authenticate(self.user.login, PASSWORD)

    # === INVOICES === #

    def test_an_invoice_is_paid_after_the_end_and_support_goes_on(self):
        invoice = self._invoice(quantity=2)
        self._end_support()
        self._log_in_as_emma()
        page = self.url_open(f"/my/invoices/{invoice.id}").text
        self.assertIn(f"/invoice/transaction/{invoice.id}", page)
        self.assertIn("o_cp_grace", page)
        self._finish_payment(self._begin_payment(invoice))
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(self.emma.portal_state, "active")
        self.assertNotIn("o_cp_grace", self.url_open("/my").text)

    @takes_long
    def test_one_that_brings_no_support_is_paid_as_well(self):
        invoice = self._invoice(product=self.chair)
        self._end_support()
        self._log_in_as_emma()
        self._finish_payment(self._begin_payment(invoice))
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(self.emma.portal_state, "grace")

    def test_nothing_else_is_written_by_a_payment(self):
        invoice = self._invoice(product=self.chair)
        self._end_support()
        self._log_in_as_emma()
        before = self._count_changes()
        self._begin_payment(invoice)
        changed = {
            table
            for table, number in self._count_changes().items()
            if number != before.get(table, 0)
        }
        self.assertEqual(changed, PAID_IN)

    @takes_long
    def test_a_page_that_was_only_looked_at_leaves_no_token_and_is_paid(self):
        """Its token is undone; who reads the invoice needs none."""
        invoice = self._invoice(quantity=1)
        self._end_support()
        self._log_in_as_emma()
        page = self.url_open(f"/my/invoices/{invoice.id}").text
        [token] = set(re.findall(r"access_token=([0-9a-f-]{36})", page)) or [None]
        invoice.invalidate_recordset()
        self.assertFalse(invoice.access_token)
        self._finish_payment(self._begin_payment(invoice, token))
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))

    @takes_long
    def test_who_sees_no_invoices_pays_by_the_link_of_an_email_alone(self):
        """Which opens no more for who is logged in, in grace as ever."""
        invoice = self._invoice(quantity=1)
        token = invoice._portal_ensure_token()
        rows = self.emma.portal_profile_id.permission_ids
        rows.filtered(lambda row: row.module_id.code == "invoices").visible = False
        self._end_support()
        self._log_in_as_emma()
        for given in (None, token):
            with self.assertRaises(JsonRpcException):
                self._begin_payment(invoice, given)
        self.authenticate(None, None)
        self._finish_payment(self._begin_payment(invoice, token))
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))

    # === OVERDUE === #

    @takes_long
    def test_who_reads_as_an_invoice_is_overdue_pays_it_and_goes_on(self):
        invoice = self._owe("grace")
        self._log_in_as_emma()
        self.assertTrue(self.emma._is_in_portal_grace())
        page = self.url_open(f"/my/invoices/{invoice.id}").text
        self.assertIn(f"/invoice/transaction/{invoice.id}", page)
        self._finish_payment(self._begin_payment(invoice))
        self.assertFalse(self.emma.portal_overdue)
        self.assertFalse(self.emma._is_in_portal_grace())

    @takes_long
    def test_all_that_is_overdue_is_paid_at_once(self):
        first, second = (self._owe("grace", self.emma) for _number in range(2))
        self._log_in_as_emma()
        done = self.make_jsonrpc_request(
            "/invoice/transaction/overdue",
            {"payment_reference": "BATCH", **self._get_flow(amount=200.0)},
        )
        transactions = self.env["payment.transaction"].sudo()
        paid = transactions.search([("reference", "=", done["reference"])])
        self._finish_payment(paid)
        self.assertEqual(paid.invoice_ids, first + second)
        self.assertFalse(self.emma.portal_overdue)

    @takes_long
    def test_where_the_door_is_closed_the_link_of_an_email_opens_it(self):
        invoice = self._owe("close")
        token = invoice._portal_ensure_token()
        self.assertTrue(self.emma._get_portal_refusal())
        self.authenticate(None, None)
        page = self.url_open(f"/my/invoices/{invoice.id}?access_token={token}")
        self.assertIn(f"/invoice/transaction/{invoice.id}", page.text)
        self._finish_payment(self._begin_payment(invoice, token))
        self.assertFalse(self.emma._get_portal_refusal())

    # === WHAT IS NO INVOICE === #

    @takes_long
    def test_a_quotation_is_not_paid_and_its_page_offers_no_payment(self):
        quote = self._quote(require_payment=True, require_signature=False)
        quote.action_quotation_sent()
        quote.order_line.price_unit = 100
        route = f"{quote.access_url}/transaction"
        values = {"access_token": quote._portal_ensure_token(), **self._get_flow()}
        self._log_in_as_emma()
        self.assertIn("o_payment_form", self.url_open(quote.access_url).text)
        self._end_support()
        self.assertIn(TEXT, self._refuse(route, values))
        self.assertEqual(quote.state, "sent")
        page = self.url_open(quote.access_url).text
        self.assertIn("o_cp_grace", page)
        self.assertNotIn("o_payment_form", page)
        self.assertNotIn("o_sale_portal_paynow", page)

    @takes_long
    def test_no_card_is_stored_without_an_invoice(self):
        self._end_support()
        self._log_in_as_emma()
        token = self._generate_test_access_token(self.emma.id, None, None)
        values = {"partner_id": self.emma.id, "currency_id": None}
        flow = self._get_flow(
            amount=None, is_validation=True, tokenization_requested=True
        )
        values |= {"access_token": token, **flow}
        self.assertIn(TEXT, self._refuse("/payment/transaction", values))
