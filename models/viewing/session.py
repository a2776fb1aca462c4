import time
from typing import NamedTuple

from ..access.ir_http import SESSION_LOGIN
from ..base.odoo_http import FutureResponse, Session, get_default_session


class View(NamedTuple):
    """Whom a request sees as, in plain values: it outlives cursors."""

    id: int  # of the customer.portal.viewing
    user_id: int  # of the customer
    sid: str  # of the session that stands for the customer's
    hides_invoices: bool = False  # from an agent who may not read them in Odoo


class ViewingSession(Session):
    """The customer's session for one request of an agent, which nothing ever keeps.

    Its id is none that the store takes, so to save, rotate or delete it fails.
    """

    __slots__ = ()

    @classmethod
    def make(cls, view, user):
        """Return the session of a customer.

        :param View view: whom the request sees as
        :param user: of the customer
        """
        session = cls.make_empty(view)
        session.update(
            {
                "create_time": time.time(),
                "db": user.env.cr.dbname,
                "uid": user.id,
                "login": user.login,
                "context": dict(user.with_user(user).context_get()),
                "session_token": user._compute_session_token(view.sid),
                "_trace_disable": True,  # no device of the customer's
                SESSION_LOGIN: user.id,  # no login of theirs
            }
        )
        return session

    @classmethod
    def make_empty(cls, view):
        """Return a session of nobody.

        :param View view: whom the request sees as
        """
        session = cls(get_default_session(), view.sid)
        session.can_save = False
        return session


class QuietResponse(FutureResponse):
    """What a request tells the browser, without cookies: those are the agent's."""

    def set_cookie(self, *args, **kwargs):
        pass
