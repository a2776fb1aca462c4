from lxml import etree

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ...const import GROUP_MANAGER
from ..base.snapshot_cache import snapshot_cache

PRODUCTS = "product.template"
MOST_MONTHS = 1200
# Where the form of products shows it.
PLACE = ".//group[@name='group_general'][not(ancestor::field)]"


class CustomerPortalSupportProduct(models.Model):
    """How many months of support a product brings.

    Products are another app's, which may be installed or not, so they get no column.
    A row goes with the model: once the app is installed again, an id would mean another
    product. One that says 0 stays, as something may have been bought by it.
    """

    _name = "customer.portal.support.product"
    _description = "Support Product"
    _inherit = ["customer.portal.cache.mixin"]

    model_id = fields.Many2one("ir.model", required=True, ondelete="cascade")
    res_id = fields.Integer("Product ID", required=True)
    months = fields.Integer("Months of Support", required=True)

    _product_uniq = models.Constraint(
        "UNIQUE (model_id, res_id)", "A product has one number of months."
    )

    @api.constrains("months")
    def _check_months(self):
        if any(not 0 <= row.months <= MOST_MONTHS for row in self):
            raise ValidationError(
                self.env._(
                    "Months of Support must be a number from 0 to %(most)s.",
                    most=MOST_MONTHS,
                )
            )

    @api.model
    @snapshot_cache()
    def _get_months(self):
        """Return the months of each product that has, or had, some.

        :return: by the id of the ``product.template``; kept, as each access that is
            given asks whether there are any
        :rtype: dict[int, int]
        """
        rows_sudo = self.sudo().search([("model_id.model", "=", PRODUCTS)])
        return {row.res_id: row.months for row in rows_sudo}

    @api.model
    def _set_months(self, products, months):
        """Say what products bring.

        :raise AccessError: for all but administrators of the portal: whoever sells a
            product does not decide on access
        """
        if not self.env.su and not self.env.user.has_group(GROUP_MANAGER):
            raise AccessError(
                self.env._(
                    "Only Customer Portal administrators can change the months of "
                    "support."
                )
            )
        products.check_access("write")
        rows_sudo = self._get_rows_sudo(products)
        rows_sudo.write({"months": months})
        model_id = self.env["ir.model"]._get_id(PRODUCTS)
        rows_sudo.create(
            [
                {"model_id": model_id, "res_id": res_id, "months": months}
                for res_id in set(products.ids) - set(rows_sudo.mapped("res_id"))
            ]
        )

    @api.model
    def _get_rows_sudo(self, products):
        return self.sudo().search(
            [("model_id.model", "=", PRODUCTS), ("res_id", "in", products.ids)]
        )


class ImageMixin(models.AbstractModel):
    """Months of Support, on products and their form, by a mixin of theirs.

    They are another app's, which may be installed or not, so no view of this addon can
    name them.
    """

    _inherit = "image.mixin"

    support_months = fields.Integer(
        "Months of Support",
        compute="_compute_support_months",
        inverse="_inverse_support_months",
        search="_search_support_months",
        copy=False,
        exportable=False,
        groups="base.group_user",
        help="What each one sold adds to the support period of the organization's "
        "portal users. 0 = not a support product.",
    )

    def _compute_support_months(self):
        is_product = self._name == PRODUCTS
        rows = self.env["customer.portal.support.product"]
        months = rows._get_months() if is_product else {}
        for record in self:
            record.support_months = months.get(record._origin.id, 0)

    def _inverse_support_months(self):
        if self._name != PRODUCTS:
            return
        rows = self.env["customer.portal.support.product"]
        known = rows._get_months()
        for months, products in self.grouped("support_months").items():
            ids = [one.id for one in products if known.get(one.id, 0) != months]
            if ids:
                rows._set_months(self.browse(ids), months)

    def _search_support_months(self, operator, value):
        if self._name != PRODUCTS or operator not in ("in", ">", ">="):
            return NotImplemented
        months = self.env["customer.portal.support.product"]._get_months()
        if operator == "in":
            others = [res_id for res_id, one in months.items() if one not in value]
            found = [res_id for res_id, one in months.items() if one in value]
            return Domain(
                *(("id", "not in", others) if 0 in value else ("id", "in", found))
            )
        least = value + (operator == ">")
        found = [res_id for res_id, one in months.items() if one >= least]
        return Domain.TRUE if least <= 0 else Domain("id", "in", found)

    @api.ondelete(at_uninstall=True)
    def _unlink_support_months(self):
        if self._name == PRODUCTS:
            rows = self.env["customer.portal.support.product"]
            rows._get_rows_sudo(self).unlink()

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if self._name == PRODUCTS and view_type == "form":
            for place in arch.xpath(PLACE)[:1]:
                place.extend(self._make_support_nodes())
        return arch, view

    @api.model
    def _make_support_nodes(self):
        """Let administrators of the portal write it, and the others read it.

        Of what is not sold there is nothing to say.
        """
        name = {"name": "support_months"}
        return [
            etree.Element(
                "field",
                name,
                groups=GROUP_MANAGER,
                invisible="not sale_ok and not support_months",
            ),
            etree.Element(
                "field",
                name,
                groups=f"!{GROUP_MANAGER}",
                readonly="1",
                invisible="not support_months",
            ),
        ]
