from odoo import models

from ..base.odoo_http import SessionExpiredException


class BusBus(models.Model):
    _inherit = "bus.bus"

    def _poll(self, channels, last=0, ignore_ids=None):
        """Ask the door before news are pushed: a silent websocket asks for nothing."""
        if self.env.uid and self.env.user._get_portal_refusal():
            raise SessionExpiredException()
        return super()._poll(channels, last, ignore_ids)
