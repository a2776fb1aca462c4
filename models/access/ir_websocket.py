from odoo import models
from odoo.http import SessionExpiredException

from odoo.addons.bus.websocket import wsrequest


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    @classmethod
    def _authenticate(cls):
        """Ask the door at each message: a websocket outlives many requests."""
        result = super()._authenticate()
        uid = wsrequest.session.uid
        if uid and wsrequest.env["res.users"].browse(uid)._get_portal_refusal():
            wsrequest.session.logout(keep_db=True)
            raise SessionExpiredException()
        return result
