"""A real SMTP server that sends nothing on: it keeps every mail in a Maildir."""

import contextlib

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox

from . import ports


@contextlib.contextmanager
def serving(folder):
    """Take mails in the body and keep them in `folder`.

    :return: the port
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = Controller(Mailbox(folder), hostname=ports.LOOPBACK, port=ports.free())
    server.start()
    try:
        yield server.port
    finally:
        server.stop()
