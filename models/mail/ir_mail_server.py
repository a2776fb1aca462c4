from contextlib import nullcontext

from odoo import api, models
from odoo.tools import email_normalize

from .delivery import DELIVERY, Delivery
from .mail_mail_addresses import SENDER


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    def _prepare_email_message__(self, message, smtp_session):
        """Send a mail from where its recipient may know that it comes from.

        The connection is for all recipients, and Odoo takes the sender from there.
        """
        sender = message[SENDER]
        if not sender:
            return super()._prepare_email_message__(message, smtp_session)
        del message[SENDER]
        hidden = email_normalize(message["From"], strict=False)
        message.replace_header("From", sender)
        former = getattr(smtp_session, "smtp_from", False)
        if former and email_normalize(former, strict=False) == hidden:
            smtp_session.smtp_from = sender
        try:
            return super()._prepare_email_message__(message, smtp_session)
        finally:
            if former:
                smtp_session.smtp_from = former

    @api.model
    def send_email(self, message, *args, **kwargs):
        """Let a mail run see how far a mail has come, and the error itself."""
        delivery = self.env.context.get(DELIVERY)
        is_watched = isinstance(delivery, Delivery)
        with (
            delivery.watch(kwargs.get("smtp_session")) if is_watched else nullcontext()
        ):
            return super().send_email(message, *args, **kwargs)
