from functools import partial

from odoo import models

from ..base.clashes import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from .delivery import DELIVERY, LOST, Delivery


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _send(self, auto_commit=False, *args, **kwargs):
        """Send the mails of the portal one by one, each in a transaction of its own.

        Where the connection is lost, the others follow with the next one, at once.
        """
        rows = self.env["customer.portal.mail"]._get_of(self)
        followed = self.browse(rows.mapped("mail_id")) & self
        if not followed or self.env["ir.mail_server"]._disable_send():
            return super()._send(auto_commit, *args, **kwargs)

        def send(mails):
            return super()._send(auto_commit, *args, **kwargs)

        try:
            send(self - followed)
            for mail in followed.sorted("id"):
                mail._send_followed(auto_commit, send)
        except LOST:
            self.env["customer.portal.mail"]._trigger_mail_run()
            raise
        return True

    def _send_followed(self, auto_commit, send):
        """Send one mail that nobody else is sending, and see how far it comes.

        A clash with another transaction stops no mail run: the mail is sent by the
        next one, or if it has left, that is told afterwards.

        :param bool auto_commit: whether this is a mail run, which may commit
        :param send: core's way, callable on mails
        """
        rows = self.env["customer.portal.mail"]
        delivery = Delivery(partial(self._leave, auto_commit))
        watched = self.with_context(**{DELIVERY: delivery})
        try:
            if auto_commit:
                self._commit()  # See what others have done by now.
            if self._claim():
                send(watched)
        except LOST as error:
            rows._tell(self, str(error), temporary=True)
            if auto_commit:
                self._commit()
            raise
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            if not auto_commit:
                raise
            self.env.cr.rollback()
            self._tell_after_clash(delivery)

    def _commit(self):
        """Keep what became of a mail, as core's mail run does after each of them."""
        self.env.cr.commit()  # pylint: disable=invalid-commit

    def _claim(self):
        """Lock this mail and its row, and say whether it is still to be sent.

        Who waits for the lock would send a mail that another one is sending.
        """
        row = self.env["customer.portal.mail"]._get_of(self)
        locked = self.try_lock_for_update() and row.try_lock_for_update()
        return locked and self.state == "outgoing"

    def _leave(self, is_mail_run):
        """Write down that this mail is handed over now, before it is.

        It is out of the queue from here on: if the server is killed, it is not sent
        twice. And nobody who saves waits for the mail server.
        """
        if is_mail_run:
            rows = self.env["customer.portal.mail"]._get_of(self)
            rows._write_state("leaving", False)
            self._commit()

    def _tell_after_clash(self, delivery):
        rows = self.env["customer.portal.mail"]
        if delivery.taken:
            rows._tell(self, False)
            self.exists().unlink()
            self._commit()
        else:
            rows._trigger_mail_run()

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Ask before ``super()``, which deletes the mails that were sent."""
        failure = failure_type and (
            failure_reason or self[:1].failure_reason or self._get_failure(failure_type)
        )
        rows = self.env["customer.portal.mail"]
        rows._tell(self, failure, self._is_temporary(failure_type))
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )

    def _is_temporary(self, failure_type):
        delivery = self.env.context.get(DELIVERY)
        if isinstance(delivery, Delivery) and delivery.error:
            return delivery.is_temporary
        return failure_type == "mail_smtp"

    def _get_failure(self, failure_type):
        labels = dict(self._fields["failure_type"]._description_selection(self.env))
        return labels.get(failure_type, failure_type)
