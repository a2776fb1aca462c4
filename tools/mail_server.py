"""Real SMTP servers that send nothing on: one keeps every mail, one misbehaves."""

import asyncio
import contextlib
import re
import threading
from collections import Counter

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


class Faulty:
    """An SMTP server that answers as the name of the recipient says, and counts.

    What stands before the first dot or digit is the name; all but `gone` and `refused`
    misbehave only the first time that they are tried:

    `busy`, `later`     450 for the recipient; 451 for the mail
    `gone`, `refused`   550 for the recipient; 554 for the mail
    `drop`, `hang`      the connection is lost, or goes silent, inside the mail
    `stall`, `keep`     silence before the mail; after it, which is kept
    all others          taken
    """

    SILENCE = 30

    def __init__(self, pause=0):
        """:param float pause: how long each mail takes, in seconds"""
        self.taken = Counter()
        self.tried = Counter()
        self.pause = pause
        self.lock = threading.Lock()

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        """Answer to a recipient."""
        name, first = self._note(address)
        if name == "gone":
            return "550 No such user"
        if name == "busy" and first:
            return "450 Try again later"
        if name == "stall" and first:
            await asyncio.sleep(self.SILENCE)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def _note(self, address):
        name = re.match(r"[a-z]*", address)[0]
        with self.lock:
            self.tried[address] += 1
            return name, self.tried[address] == 1

    async def handle_DATA(self, server, session, envelope):
        """Answer to a mail."""
        await asyncio.sleep(self.pause)
        [address] = envelope.rcpt_tos
        name, first = re.match(r"[a-z]*", address)[0], self.tried[address] == 1
        if name == "refused":
            return "554 Refused"
        if name == "later" and first:
            return "451 Try again later"
        if name == "drop" and first:
            server.transport.abort()
        if name in ("drop", "hang") and first:
            await asyncio.sleep(self.SILENCE)
        self.taken[address] += 1
        if name == "keep" and first:
            await asyncio.sleep(self.SILENCE)
        return "250 OK"


@contextlib.contextmanager
def faulty(port=None, **options):
    """Serve `Faulty` in the body.

    :return: the handler
    """
    handler = Faulty(**options)
    server = Controller(handler, hostname=ports.LOOPBACK, port=port or ports.free())
    server.start()
    handler.port = server.port
    try:
        yield handler
    finally:
        server.stop()
