from odoo import api, models
from odoo.tools import SQL

from ..record.products import LINES, PRODUCTS
from .paths import Owner
from .reach import NOBODY

BOUGHT = "bought"


class CustomerPortalEffect(models.AbstractModel):
    """What is sold: products that belong to nobody, but were bought."""

    _inherit = "customer.portal.effect"

    @api.model
    def _get_reach(self, right):
        is_bought = right.records_visibility == BOUGHT
        if not is_bought or right.model_name not in PRODUCTS:
            return super()._get_reach(right)
        return BOUGHT if LINES in self.env else NOBODY

    @api.model
    def _get_more_columns(self, side, one, model, query):
        columns = super()._get_more_columns(side, one, model, query)
        if one.reach == BOUGHT:
            columns[f"{side}_org"] = self._get_buyers(model)
        return columns

    @api.model
    def _get_buyers(self, model):
        """Return who has bought a product, as ``_get_bought_domain`` of the gate."""
        _price, fname = PRODUCTS[model._name]
        buyers = SQL(
            "SELECT DISTINCT l.order_partner_id FROM sale_order_line l"
            " JOIN product_product v ON v.id = l.product_id"
            " WHERE l.state = 'sale' AND v.%s = %s AND l.order_partner_id IS NOT NULL",
            SQL.identifier(fname),
            SQL.identifier(model._table, "id"),
        )
        return Owner(SQL("ARRAY(%s ORDER BY 1)", buyers), True)

    @api.model
    def _select_bought_tokens(self, job, side, one):
        return self._select_organization_tokens(job, side, one)
