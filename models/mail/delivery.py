import smtplib
from contextlib import contextmanager

# Key of the context by which a mail run hands over the delivery of one mail. An RPC
# caller can send the key, but never an object of this class.
DELIVERY = "customer_portal_delivery"

# What a mail server, or the way there, may be over: errors without an answer.
LOST = (smtplib.SMTPServerDisconnected, ConnectionError, TimeoutError)


class Delivery:
    """One mail on its way to a mail server: how far it has come, and what went wrong.

    Odoo turns errors into text; whether to try again depends on the error itself.
    """

    def __init__(self, leave):
        """:param leave: called right before the mail itself is handed over"""
        self.error = None
        self.taken = False
        self._leave = leave

    @contextmanager
    def watch(self, session):
        """Watch one mail that is sent in the body.

        :param smtplib.SMTP session: with the mail server
        """
        if isinstance(session, smtplib.SMTP):
            hand_over = session.data
            session.data = lambda message: self._hand_over(hand_over, message)
        try:
            yield
        except Exception as error:
            self.error = error.__cause__ or error.__context__ or error
            raise
        finally:
            vars(session).pop("data", None) if session else None

    def _hand_over(self, hand_over, message):
        self._leave()
        code, answer = hand_over(message)
        self.taken = code == 250
        return code, answer

    @property
    def is_temporary(self):
        """Whether the mail server may answer differently later (RFC 5321, 4.2.1)."""
        if isinstance(self.error, LOST):
            return True
        codes = [getattr(self.error, "smtp_code", None)]
        if isinstance(self.error, smtplib.SMTPRecipientsRefused):
            codes = [code for code, _answer in self.error.recipients.values()]
        return all(code and 400 <= code < 500 for code in codes)
