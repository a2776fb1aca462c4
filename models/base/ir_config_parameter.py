from odoo import api, models

from ...const import NUMBER_LIMITS
from ...utils import MAX_INTEGER, read_number


class IrConfigParameter(models.Model):
    _inherit = "ir.config_parameter"

    @api.model
    def _get_portal_text(self, key):
        """Return a setting as it is written, an empty text if it is not.

        All settings are read here, so that one place knows how Odoo keeps them.

        :param str key: of the parameter
        :rtype: str
        """
        return self.sudo().get_param(key) or ""

    @api.model
    def _set_portal_text(self, key, text):
        """Write a setting; an empty text removes it.

        :param str key: of the parameter
        """
        self.sudo().set_param(key, text or False)

    @api.model
    def _get_portal_number(self, key):
        """Return a number of Settings, whatever somebody has written there by hand.

        One that is too large counts as the largest that Settings takes; what is no
        number counts as 0, "none". Ids are such numbers, too.

        :param str key: of the parameter
        :rtype: int
        """
        text = self._get_portal_text(key).strip()
        if not text.isdecimal():
            return 0
        most = NUMBER_LIMITS.get(key, MAX_INTEGER)
        number = read_number(text, most)
        return most if number is None else number
