"""Ports on the loopback interface: nothing here is served to the network."""

import socket

from .console import Stop

LOOPBACK = "127.0.0.1"


def free():
    """Return a port that nobody uses."""
    with socket.socket() as server:
        server.bind((LOOPBACK, 0))
        return server.getsockname()[1]


def refuse_busy(port):
    """Stop if somebody serves at the port already.

    :raise Stop: with a way out
    """
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((LOOPBACK, port))
        except OSError as error:
            raise Stop(
                f"Port {port} cannot be used ({error.strerror}).\n"
                f"Choose another one: make demo PORT={port + 21}"
            ) from None
