from contextlib import nullcontext

from odoo import models

from .customer_portal_delivery import DELIVERY, Delivery


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    def send_email(self, message, *args, **kwargs):
        """Let a mail run see how far a mail has come, and the error itself."""
        delivery = self.env.context.get(DELIVERY)
        is_watched = isinstance(delivery, Delivery)
        with (
            delivery.watch(kwargs.get("smtp_session")) if is_watched else nullcontext()
        ):
            return super().send_email(message, *args, **kwargs)
