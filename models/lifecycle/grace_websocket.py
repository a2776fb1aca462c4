from odoo import api, models

from odoo.addons.bus.websocket import wsrequest

from ..base import lock


class IrWebsocket(models.AbstractModel):
    """In grace a message on a websocket writes nothing, whatever it is about."""

    _inherit = "ir.websocket"

    @classmethod
    def _authenticate(cls):
        """Let the database refuse to write, from here to the end of the message."""
        result = super()._authenticate()
        if wsrequest.env["customer.portal.grace"]._is_on():
            # What core has noted before stays, such as the customer's device.
            wsrequest.env.cr.commit()  # pylint: disable=invalid-commit
            lock.refuse_writing(wsrequest.env.cr)
        return result

    def _after_subscribe_data(self, data):
        """Leave out who has just come online: to tell it, core writes it down."""
        if self.env["customer.portal.grace"]._is_on():
            data = {**data, "missed_presences": self.env["mail.presence"]}
        return super()._after_subscribe_data(data)


class MailPresence(models.Model):
    _inherit = "mail.presence"

    @api.model
    def _try_update_presence(self, user_or_guest, inactivity_period=0):
        """Note nobody as online who only reads: browsers say so all the time."""
        if self.env["customer.portal.grace"]._is_on():
            return None
        return super()._try_update_presence(user_or_guest, inactivity_period)
