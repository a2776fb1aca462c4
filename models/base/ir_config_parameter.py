from odoo import api, models

from ...const import NUMBER_LIMITS
from ...utils import MAX_INTEGER, read_number


class IrConfigParameter(models.Model):
    _inherit = "ir.config_parameter"

    @api.model
    def _get_portal_number(self, key):
        """Return a number of Settings, whatever somebody has written there by hand.

        One that is too large counts as the largest that Settings takes; what is no
        number counts as 0, "none". Ids are such numbers, too.

        :param str key: of the parameter
        :rtype: int
        """
        text = (self.sudo().get_param(key) or "").strip()
        if not text.isdecimal():
            return 0
        most = NUMBER_LIMITS.get(key, MAX_INTEGER)
        number = read_number(text, most)
        return most if number is None else number
