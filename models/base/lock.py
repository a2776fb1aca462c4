from contextlib import contextmanager
from hashlib import sha256

from odoo import api, models
from odoo.tools import SQL


class CustomerPortalLock(models.AbstractModel):
    """Limits, and what is done once: one request after the other asks and does it.

    Requests that are served at once do not see what the others do until these end, so
    without it each would find that nothing has been done yet.
    """

    _name = "customer.portal.lock"
    _description = "Customer Portal Lock"

    @api.model
    @contextmanager
    def _alone(self, purpose, *key):
        """Wait until no other request is at the same, and see what they have done.

        The lock is held until the transaction ends: what is done about the answer is
        seen by the next one.

        :param str purpose: what is limited
        :param key: of whom or of what; texts, numbers, and the like
        :return: an environment to look with, as of now; that of the transaction shows
            things as they were when it began
        """
        digest = sha256(repr((purpose, *key)).encode()).digest()
        number = int.from_bytes(digest[:8], "big", signed=True)
        self.env.execute_query(SQL("SELECT 1 FROM pg_advisory_xact_lock(%s)", number))
        with self.env.registry.cursor() as cr:
            yield self.env(cr=cr)

    @api.model
    def _refuse_writing(self, cr):
        """Let the database refuse to write for as long as a request has its cursor.

        The next one who gets the connection from the pool can write again. No
        transaction may be under way: commit it, or roll it back.
        """
        if not cr.readonly:
            cr.connection.set_session(readonly=True)
