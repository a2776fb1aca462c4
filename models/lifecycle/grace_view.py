from odoo import models

# What pages of Odoo offer that is refused in grace, by template: XPaths.
REFUSED = {
    "sale.sale_order_portal_template": (
        "//a[@id='o_sale_portal_paynow']",
        "//div[@name='sale_order_modal_validate']",
    ),
}


class IrUiView(models.Model):
    """In grace invoices are paid, but no quotation is, which would order something."""

    _inherit = "ir.ui.view"

    def _get_view_etrees(self):
        trees = super()._get_view_etrees()
        for view, tree in zip(self, trees, strict=True):
            for xpath in REFUSED.get(view.key, ()):
                for node in list(tree.iterfind(f".{xpath}")):
                    self._show_if(node, "not portal_reads")
        return trees
