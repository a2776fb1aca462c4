from odoo import models

from ..const import RELATED_RECORDS


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    def _get_view_etrees(self):
        """Let Odoo's pages list only those related records that the profile shows.

        Here, as views that inherit these templates could not be there before their
        apps are, nor come when they are installed later.
        """
        trees = super()._get_view_etrees()
        for view, tree in zip(self, trees, strict=True):
            for variable in RELATED_RECORDS.get(view.key, ()):
                for node in tree.iterfind(f".//t[@t-set='{variable}']"):
                    value = node.get("t-value")
                    shown = f"portal_shown({value}) if portal_shown else ({value})"
                    node.set("t-value", shown)
        return trees
