from odoo import models

from ..access.res_partner import LOGGING_IN


class ResPartner(models.Model):
    """What customers change of themselves is kept, with who did it."""

    _inherit = "res.partner"

    def _track_get_fields(self):
        """Track all that customers change about themselves, with who did it."""
        names = super()._track_get_fields()
        if self.env.user._is_portal():
            names = names | self.env["customer.portal.gate"].get_profile_tracked()
            if self.env.context.get(LOGGING_IN):
                names = names - {"tz"}  # The browser said it, and nobody chose it.
        return names
