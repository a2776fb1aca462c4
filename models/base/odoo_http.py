"""What the addon takes of the inside of ``odoo.http``: it is named here alone.

The inside moves from version to version, so that a port changes this file and none of
those that use it. What controllers are made with (``request``, ``route``,
``Controller``) stays where it is and is taken from ``odoo.http`` by everybody.
"""

from contextlib import contextmanager

from odoo.http import (
    STORED_SESSION_BYTES,
    FutureResponse,
    Session,
    SessionExpiredException,
    _request_stack,
    get_default_session,
    get_session_max_inactivity,
    request,
    root,
)
from odoo.service.security import check_session

__all__ = [
    "FutureResponse",
    "Session",
    "SessionExpiredException",
    "check_session",
    "close_session",
    "get_connection",
    "get_default_session",
    "get_session_key",
    "get_session_max_inactivity",
    "read_session",
    "save_session",
    "visiting",
]


def close_session(session):
    """Log out of a session as core does, and stay in the database."""
    session.logout(keep_db=True)


def save_session(session):
    """Save a session at once."""
    root.session_store.save(session)


def read_session(session):
    """Return a session as it was saved last, maybe by another request.

    :rtype: odoo.http.Session
    """
    return root.session_store.get(session.sid)


def get_session_key(session):
    """Return the part of a session's id that stays when core gives it another one.

    :rtype: str
    """
    return session.sid[:STORED_SESSION_BYTES]


def get_connection():
    """Return the socket of the request, None where the server does not tell.

    Odoo keeps it to itself; its websockets take it from there, too.
    """
    return request.httprequest._HTTPRequest__environ.get("werkzeug.socket")


@contextmanager
def visiting(visit):
    """Have something stand for a request in the body, while nobody has made one.

    :param visit: what then is ``request``
    """
    _request_stack.push(visit)
    try:
        yield
    finally:
        _request_stack.pop()
