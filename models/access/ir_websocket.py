from odoo import models

from odoo.addons.bus.websocket import wsrequest

from ..base.odoo_http import SessionExpiredException, close_session


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    @classmethod
    def _authenticate(cls):
        """Ask the door at each message: a websocket outlives many requests."""
        result = super()._authenticate()
        uid = wsrequest.session.uid
        if uid and wsrequest.env["res.users"].browse(uid)._get_portal_refusal():
            close_session(wsrequest.session)
            raise SessionExpiredException()
        return result
