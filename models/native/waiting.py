from odoo import api, models
from odoo.fields import Domain
from odoo.tools import formatLang
from odoo.tools.misc import format_date

from ...icons import ICONS
from ..record.waiting import LATE, LIMIT, TO_PAY, TO_SIGN, WaitingItem

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
    def _get_sources(self):
        finders = {ORDER: self._find_quotations, INVOICE: self._find_invoices}
        return [
            *super()._get_sources(),
            *(find for model, find in finders.items() if self._has_documents(model)),
        ]

    @api.model
    def _get_alert_pages(self):
        shown = {
            path for path, model in ALERT_PAGES.items() if self._has_documents(model)
        }
        return super()._get_alert_pages() | shown

    # === QUOTATIONS === #

    @api.model
    def _find_quotations(self):
        today = self._get_today()
        domain = Domain("state", "=", "sent") & (
            Domain("validity_date", "=", False) | Domain("validity_date", ">=", today)
        )
        orders = self._find_documents(ORDER, domain, "validity_date, id desc")
        orders -= self.env["customer.portal.gate"].refused_on(orders, "edit")
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
    def _find_invoices(self):
        domain = (
            Domain("move_type", "in", ("out_invoice", "out_receipt"))
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", ("not_paid", "partial"))
            & Domain("amount_residual", ">", 0)
        )
        moves = self._find_documents(INVOICE, domain, "invoice_date_due, id")
        items = [self._make_invoice(move) for move in moves]
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
    def _find_documents(self, model_name, domain, order):
        """Return documents of a customer or their organization, with all rights.

        Looked for by what the profile shows, and asked of Odoo's own rules only where
        there are any: these take three queries.
        """
        gate = self.env["customer.portal.gate"]
        organization = self.env.user.sudo().partner_id.commercial_partner_id
        theirs = gate._make_organization_domain("partner_id", organization.id)
        domain &= gate.native_domain(model_name) & theirs
        documents = self.env[model_name].sudo()
        return gate.shown(documents.search(domain, limit=LIMIT + 1, order=order))

    @api.model
    def _get_today(self):
        return self.env.user.sudo().partner_id.company_id._get_portal_today()
