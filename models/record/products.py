from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# Models of what is sold -> the field with the price, and that of a variant that leads
# there.
PRODUCTS = {
    "product.template": ("list_price", "product_tmpl_id"),
    "product.product": ("lst_price", "id"),
}
LINES = "sale.order.line"
# Where a transaction keeps the prices of a page.
PRICES = "customer_portal_prices"


class CustomerPortalGate(models.AbstractModel):
    """What is sold: which products a customer sees."""

    _inherit = "customer.portal.gate"

    @api.model
    def _get_visibility_domain(self, partner, right, level):
        """Show products that the organization has bought; no down payments at all."""
        if right.model_name not in PRODUCTS:
            return super()._get_visibility_domain(partner, right, level)
        if LINES not in self.env:
            if level == "bought":
                return Domain.FALSE
            return super()._get_visibility_domain(partner, right, level)
        if level == "bought":
            domain = self._get_bought_domain(right, partner.commercial_partner_id.id)
        else:
            domain = super()._get_visibility_domain(partner, right, level)
        down_payments = Domain("is_downpayment", "=", True)
        return domain & ~self._make_ordered_domain(right.model_name, down_payments)

    @api.model
    def _get_bought_domain(self, right, organization_id):
        if not organization_id:
            return Domain.FALSE
        ordered = Domain("state", "=", "sale")
        ordered &= self._make_organization_domain("order_partner_id", organization_id)
        return self._make_ordered_domain(right.model_name, ordered)

    @api.model
    def _make_ordered_domain(self, model_name, lines):
        """Return the products that stand in some order lines.

        The domain is cached, so nothing in it may hold records.

        :param odoo.fields.Domain lines: on the order lines
        """
        _price, fname = PRODUCTS[model_name]

        def to_sql(model, alias, query):
            found = model.env[LINES].sudo()._search(lines)
            product_ids = found.subselect(SQL.identifier(found.table, "product_id"))
            variants = model.env["product.product"].sudo()
            variants = variants.with_context(active_test=False)
            query = variants._search([("id", "in", product_ids)])
            ids = query.subselect(SQL.identifier(query.table, fname))
            return SQL("%s IN %s", SQL.identifier(alias, "id"), ids)

        def is_ordered(product):
            one = Domain("id", "=", product.id)
            products_sudo = product.sudo().with_context(active_test=False)
            return bool(products_sudo.search_count(one & domain, limit=1))

        domain = Domain.custom(to_sql=to_sql, predicate=is_ordered)
        return domain


class CustomerPortalRecord(models.AbstractModel):
    """What is sold: at which price."""

    _inherit = "customer.portal.record"

    @api.model
    def _render_value(self, record, name, mode="detail"):
        """Show the customer's own price, in the currency of the pricelist."""
        if not self._is_price(record, name):
            return super()._render_value(record, name, mode)
        price, currency = self._get_customer_price(record)
        monetary = self.env["ir.qweb.field.monetary"]
        return monetary.value_to_html(price, {"display_currency": currency})

    @api.model
    def _get_export_value(self, record, name):
        if self._is_price(record, name):
            price, currency = self._get_customer_price(record)
            return currency.round(price)
        return super()._get_export_value(record, name)

    @api.model
    def _is_price(self, record, name):
        return record._name in PRODUCTS and PRODUCTS[record._name][0] == name

    @api.model
    def _get_customer_price(self, product):
        """Return the price of a product for the user, and its currency.

        Of all products of a page at once: each alone would ask for its rules, 242
        queries instead of 5 for 80 products, and 12 times as long.
        """
        pricelist = product.env.user.sudo().partner_id.property_product_pricelist
        currency = pricelist.currency_id or product.env.company.currency_id
        key = product._name, product.env.user.id, product.env.company.id
        prices = self.env.cr.cache.setdefault(PRICES, {}).setdefault(key, {})
        if product.id not in prices:
            page = product.browse({product.id, *product._prefetch_ids})
            prices.update(
                pricelist._get_products_price(page.exists(), 1.0, currency=currency)
            )
        return prices[product.id], currency


class CustomerPortalModule(models.Model):
    """Products can be shown to whoever has bought them."""

    _inherit = "customer.portal.module"

    def _is_bought(self):
        is_sold = self.model_name in PRODUCTS and LINES in self.env
        return is_sold or super()._is_bought()
