from lxml import etree

from odoo import models
from odoo.tools import ormcache

# Context key and value: letters are made, of which many have the same template. An RPC
# caller can send the key, but never the object.
LETTERS = "customer_portal_letters"
LETTERS_VALUE = object()


class IrQweb(models.AbstractModel):
    """Compiles the template of a letter once, and not for each letter.

    Core keeps the code of views only. For a hundred letters of one template that was
    more than half of the time that it takes to give a hundred contacts access.
    """

    _inherit = "ir.qweb"

    def _generate_code_uncached(self, template):
        is_letter = self.env.context.get(LETTERS) is LETTERS_VALUE
        if not is_letter or not etree.iselement(template):
            return super()._generate_code_uncached(template)
        source = etree.tostring(template, encoding="unicode")
        return self._generate_letter_code(source, template)

    @ormcache(
        "source",
        "tuple(self.env.context.get(key) for key in self._get_template_cache_keys())",
        cache="templates",
    )
    def _generate_letter_code(self, source, template):
        """Return what core does, kept as long as that of a view is.

        :param str source: of the template, by which it is kept
        """
        # pylint: disable=super-method-mismatch
        return super()._generate_code_uncached(template)
