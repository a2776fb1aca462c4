from lxml import etree

from odoo import api, models

from ...const import GROUP_MANAGER
from .support_product import PRODUCTS

PLACE = ".//group[@name='group_general'][not(ancestor::field)]"


class ImageMixin(models.AbstractModel):
    """The form of products shows how many months of support they bring.

    It is another app's, which may be installed or not, so no view of this addon can
    name it.
    """

    _inherit = "image.mixin"

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
