from odoo import api, models

from ...const import PARAM_SUPPORT_OPENS
from .entitlement import Claim

ORDERS, INVOICES = "sale.order", "account.move"
# Values of the setting: what opens.
BY_ORDER, BY_PAYMENT = "order", "payment"
PAID = ("paid", "in_payment")
SOLD = ("out_invoice", "out_refund")
# What Odoo's subscriptions say of themselves and, the second, of what is added to one.
SUBSCRIPTION_MARKS = ("is_subscription", "subscription_state")
# How many of a product a line is about.
QUANTITIES = {"sale.order.line": "product_uom_qty", "account.move.line": "quantity"}


class CustomerPortalEntitlement(models.Model):
    """What orders and invoices bring: of apps that may be installed or not."""

    _inherit = "customer.portal.entitlement"

    @api.model
    def _get_opening(self):
        """Return what opens: payment, unless Settings say that the order does.

        Customers confirm quotations themselves, so nothing opens by it until somebody
        has said so.
        """
        params = self.env["ir.config_parameter"]
        chosen = params._get_portal_text(PARAM_SUPPORT_OPENS)
        is_order = chosen == BY_ORDER and ORDERS in self.env
        return BY_ORDER if is_order else BY_PAYMENT

    @api.model
    def _get_concerned(self, documents):
        """Return what a change of some can bring or take: a credit note, its invoice.

        :return: recordsets of orders, then of invoices: what is ordered goes first
        :rtype: list
        """
        if documents._name != INVOICES:
            return [documents]
        moves = documents.filtered(lambda move: move.move_type in SOLD)
        lines, moves = moves.invoice_line_ids, moves | moves.reversed_entry_id
        if "sale_line_ids" not in lines._fields:
            return [moves]
        return [lines.sale_line_ids.order_id, moves]

    @api.model
    def _get_claims(self, documents):
        """Return what orders or invoices bring as they are now.

        :param documents: with all rights
        :rtype: list[Claim]
        """
        if documents._name == ORDERS:
            return self._find_order_claims(documents)
        return self._find_invoice_claims(documents)

    # === ORDERS === #

    @api.model
    def _find_order_claims(self, orders):
        """Return what confirmed orders bring.

        What has counted goes on doing so when the setting changes, and nothing that
        has been paid counts a second time as ordered.
        """
        confirmed = orders.filtered(lambda order: order.state == "sale")
        lines = self._filter_lines(self._leave_subscriptions(confirmed).order_line)
        counted = self._filter_counted(lines)
        if self._get_opening() == BY_ORDER:
            paid = self._filter_counted(lines.invoice_lines)
            counted |= lines.filtered(lambda line: not line.invoice_lines & paid)
        claims = []
        for order, own in (lines & counted).grouped("order_id").items():
            quantities = {
                line: self._get_quantity(line) - self._get_credited(line)
                for line in own
            }
            taken = self._get_taken_back(lines & order.order_line)
            organization = order.partner_id.commercial_partner_id
            claims += self._make_claims(order, organization, quantities, taken)
        return claims

    @api.model
    def _get_taken_back(self, lines):
        """Return by product how many of it lines take back, as their quantity is below
        zero.
        """
        taken = dict.fromkeys(lines.product_id, 0)
        for line in lines:
            taken[line.product_id] += max(-self._get_quantity(line), 0)
        return taken

    @api.model
    def _make_claims(self, document, organization, quantities, taken):
        """Take what was taken back from the lines of the same product, one by one.

        :param dict quantities: of lines that bring something
        :param dict taken: how many of each product were credited or taken back
        """
        claims = []
        for line, quantity in quantities.items():
            less = min(max(quantity, 0), taken[line.product_id])
            taken[line.product_id] -= less
            unit = self._get_unit_months(line)
            claims.append(Claim(line, document, organization, unit, quantity - less))
        return claims

    @api.model
    def _leave_subscriptions(self, orders):
        """Leave those out that have a source of their own, and an end.

        Also what is added to a subscription, which Odoo does not call one: it is for
        the time that the subscription runs, and brings none of its own.
        """
        names = {*SUBSCRIPTION_MARKS} & orders._fields.keys()
        return orders.filtered(lambda order: not any(order[name] for name in names))

    @api.model
    def _get_credited(self, line):
        """Return how many of a line were credited, and not invoiced anew."""
        lines = line.invoice_lines.filtered(lambda one: one.parent_state != "cancel")
        quantities = {"out_invoice": 0, "out_refund": 0}
        for one in lines:
            if one.move_type == "out_invoice":
                quantities[one.move_type] += self._get_quantity(one)
            elif one.parent_state == "posted":
                sold = one.move_id.reversed_entry_id.invoice_line_ids & lines
                quantities[one.move_type] += self._get_taken(one, sold or line)
        again = max(quantities["out_invoice"] - self._get_quantity(line), 0)
        return max(quantities["out_refund"] - again, 0)

    # === INVOICES === #

    @api.model
    def _find_invoice_claims(self, moves):
        """Return what paid invoices bring, but for what has counted as ordered."""
        paid = moves.filtered(
            lambda move: (
                move.move_type == "out_invoice"
                and move.state == "posted"
                and move.payment_state in PAID
            )
        )
        lines = self._filter_lines(paid.invoice_line_ids)
        counted = self._filter_counted(lines)
        unsettled = lines - self._filter_settled_by_order(lines)
        if self._get_opening() == BY_PAYMENT:
            counted |= unsettled
        claims = []
        for move, own in (lines & counted).grouped("move_id").items():
            taken = self._get_taken_back(unsettled & move.invoice_line_ids)
            claims += self._make_invoice_claims(move, own, taken)
        return claims

    @api.model
    def _filter_settled_by_order(self, lines):
        """Return lines of invoices whose order has brought it, or decides itself."""
        if "sale_line_ids" not in lines._fields:
            return lines.browse()
        ordered = lines.sale_line_ids
        orders = self._leave_subscriptions(ordered.order_id)
        settled = self._filter_counted(ordered) | ordered.filtered(
            lambda line: line.order_id not in orders
        )
        return lines.filtered(lambda line: line.sale_line_ids & settled)

    @api.model
    def _make_invoice_claims(self, move, lines, taken):
        """Take what was credited, or taken back, from what an invoice brings."""
        notes = move.reversal_move_ids.filtered(
            lambda note: note.move_type == "out_refund" and note.state == "posted"
        )
        credited = dict.fromkeys(lines.product_id, 0)
        sold = lines.grouped("product_id")
        for line in notes.invoice_line_ids.filtered(lambda one: one.product_id):
            if line.product_id in credited:
                taken_back = self._get_taken(line, sold[line.product_id])
                credited[line.product_id] += taken_back
        quantities = {line: self._get_quantity(line) for line in lines}
        taken = {
            product: taken.get(product, 0) + max(number, 0)
            for product, number in credited.items()
        }
        organization = move.commercial_partner_id
        return self._make_claims(move, organization, quantities, taken)

    @api.model
    def _get_taken(self, line, sold):
        """Return how many of a product a line of a credit note takes back.

        One that only lowers the price takes back as large a part of the time, not all.

        :param sold: lines of an order or an invoice with the same product
        """
        quantity, price = self._get_quantity(line), self._get_price(sold)
        if price <= 0 or line.currency_id != sold.currency_id:
            return quantity
        return min(quantity, line.price_subtotal / price)

    @api.model
    def _get_price(self, lines):
        """Return what one of a product costs on some lines; 0 if that is not known."""
        quantity = sum(map(self._get_quantity, lines))
        return sum(lines.mapped("price_subtotal")) / quantity if quantity > 0 else 0

    # === LINES === #

    @api.model
    def _filter_lines(self, lines):
        """Return those that are about a support product."""
        months = self.env["customer.portal.support.product"]._get_months()
        return lines.filtered(
            lambda line: (
                line.display_type in (False, "product")
                and line.product_id.product_tmpl_id.id in months
            )
        )

    @api.model
    def _get_unit_months(self, line):
        months = self.env["customer.portal.support.product"]._get_months()
        return months.get(line.product_id.product_tmpl_id.id, 0)

    @api.model
    def _get_quantity(self, line):
        """Return the quantity of a line in the unit that its product is kept in."""
        quantity, unit = line[QUANTITIES[line._name]], line.product_uom_id
        product_unit = line.product_id.uom_id
        if not unit or not product_unit or unit == product_unit:
            return quantity
        return unit._compute_quantity(quantity, product_unit, round=False)
