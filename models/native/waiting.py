from odoo import api, models
from odoo.fields import Domain
from odoo.tools import formatLang
from odoo.tools.misc import format_date

from ...icons import ICONS
from ..record.waiting import LATE, TO_PAY, TO_SIGN, WaitingItem, WaitingSearch

ORDER, INVOICE = "sale.order", "account.move"
# The pages of what Odoo's home page counts -> of which model.
ALERT_PAGES = {"/my/quotes": ORDER, "/my/invoices": INVOICE}


class CustomerPortalWaiting(models.AbstractModel):
    """Quotations to sign and invoices to pay, of the apps that are installed.

    Those of the customer and their organization, of what Odoo's own rules and the
    profile show.
    """

    _inherit = "customer.portal.waiting"

    @api.model
    def _get_searches(self):
        makers = {
            ORDER: self._make_quotation_search,
            INVOICE: self._make_invoice_search,
        }
        return [
            *super()._get_searches(),
            *(make() for model, make in makers.items() if self._has_documents(model)),
        ]

    @api.model
    def _get_alert_pages(self):
        shown = {
            path for path, model in ALERT_PAGES.items() if self._has_documents(model)
        }
        return super()._get_alert_pages() | shown

    # === QUOTATIONS === #

    @api.model
    def _make_quotation_search(self):
        today = self._get_today()
        domain = Domain("state", "=", "sent") & (
            Domain("validity_date", "=", False) | Domain("validity_date", ">=", today)
        )
        return self._make_document_search(
            ORDER, domain, "validity_date, id desc", self._make_quotations
        )

    @api.model
    def _make_quotations(self, orders):
        gate = self.env["customer.portal.gate"]
        orders = gate.shown(orders)
        orders -= gate.refused_on(orders, "edit")
        items = [self._make_quotation(order) for order in orders]
        return self._shorten(items, self.env._("Quotations"), "/my/quotes?scope=all")

    @api.model
    def _make_quotation(self, order):
        day = order.validity_date
        until = day and self.env._(
            "Valid until %(date)s", date=format_date(self.env, day)
        )
        return WaitingItem(
            TO_SIGN,
            ICONS["sign"],
            self.env._("Quotation %(number)s", number=order.name),
            until or "",
            self._get_quotation_action(order),
            f"/my/orders/{order.id}",
            formatLang(self.env, order.amount_total, currency_obj=order.currency_id),
        )

    @api.model
    def _get_quotation_action(self, order):
        if order._has_to_be_signed():
            return self.env._("Sign")
        if order.require_payment and order._has_to_be_paid():
            return self.env._("Pay")
        return self.env._("Review")

    # === INVOICES === #

    @api.model
    def _make_invoice_search(self):
        domain = (
            Domain("move_type", "in", ("out_invoice", "out_receipt"))
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", ("not_paid", "partial"))
            & Domain("amount_residual", ">", 0)
        )
        return self._make_document_search(
            INVOICE, domain, "invoice_date_due, id", self._make_invoices
        )

    @api.model
    def _make_invoices(self, moves):
        shown = self.env["customer.portal.gate"].shown(moves)
        items = [self._make_invoice(move) for move in shown]
        return self._shorten(items, self.env._("Invoices"), "/my/invoices?scope=all")

    @api.model
    def _make_invoice(self, move):
        day, url = move.invoice_date_due, f"/my/invoices/{move.id}"
        is_late = bool(day) and day < self._get_today()
        may_pay = self._may_pay(move)
        return WaitingItem(
            LATE if is_late else TO_PAY,
            ICONS["late"] if is_late else ICONS["pay"],
            self.env._("Invoice %(number)s", number=move.name),
            self._get_due_note(day, is_late),
            self.env._("Pay") if may_pay else self.env._("Show"),
            # The address opens the form, as the list of invoices does.
            f"{url}?payment=True#portal_pay" if may_pay else url,
            formatLang(self.env, move.amount_residual, currency_obj=move.currency_id),
        )

    @api.model
    def _get_due_note(self, day, is_late):
        if not day:
            return ""
        date = format_date(self.env, day)
        if is_late:
            return self.env._("Overdue since %(date)s", date=date)
        return self.env._("Due on %(date)s", date=date)

    @api.model
    def _may_pay(self, move):
        """Say whether Odoo's page of an invoice takes a payment."""
        # Without the app for payments online there is no such method.
        return hasattr(move, "_has_to_be_paid") and move._has_to_be_paid()

    # === BOTH === #

    @api.model
    def _has_documents(self, model_name):
        """Say whether a user sees any documents of a model at all."""
        gate = self.env["customer.portal.gate"]
        reach = gate.native_domain(model_name) if model_name in self.env else None
        return reach is not None and not reach.is_false()

    @api.model
    def _make_document_search(self, model_name, domain, order, make_items):
        """Look for documents of a customer or their organization.

        By what the profile shows; Odoo's own rules are asked by whoever makes the items
        of them, so only where there are any: these take three queries.
        """
        gate = self.env["customer.portal.gate"]
        organization = self.env.user.sudo().partner_id.commercial_partner_id
        theirs = gate._make_organization_domain("partner_id", organization.id)
        domain &= gate.native_domain(model_name) & theirs
        # Or what of another company comes first takes the place of what they may open.
        company_ids = self.env.user.sudo()._get_company_ids()
        domain &= gate._get_company_domain(company_ids, model_name)
        documents = self.env[model_name].sudo()
        return WaitingSearch(documents, domain, order, make_items)

    @api.model
    def _get_today(self):
        return self.env.user.sudo().partner_id.company_id._get_portal_today()
