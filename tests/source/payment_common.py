from odoo.fields import Command

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ...const import PARAM_SUPPORT_OPENS
from ...models.source.entitlement_claims import BY_PAYMENT
from ..source_common import SourceCommon


class PaymentCommon(SourceCommon, AccountTestInvoicingCommon):
    """Invoices that are posted, paid and credited as Odoo does it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.params.set_param(PARAM_SUPPORT_OPENS, BY_PAYMENT)

    def _invoice(self, partner=None, product=None, quantity=1, **values):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.azure).id,
                "invoice_date": self.today,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": (
                                product or self.support
                            ).product_variant_id.id,
                            "quantity": quantity,
                            "price_unit": 100,
                            "tax_ids": [],
                        }
                    )
                ],
                **values,
            }
        )
        invoice.action_post()
        self._commit()
        return invoice

    def _pay(self, invoice):
        self._register_payment(invoice)
        self._commit()

    def _credit(self, invoice, quantity=None, is_modify=False):
        """Return a credit note, made by the button of the invoice."""
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        reversal = wizard.create({"journal_id": invoice.journal_id.id})
        if is_modify:
            action = reversal.modify_moves()
            self._commit()
            return self.env["account.move"].browse(action["res_id"])
        action = reversal.refund_moves()
        note = self.env["account.move"].browse(action["res_id"])
        if quantity is not None:
            note.invoice_line_ids.quantity = quantity
        note.action_post()
        self._commit()
        return note

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "customer_portal.ir_cron_follow_sources"
            ).method_direct_trigger()
        self.env.invalidate_all()
