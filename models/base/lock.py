import logging
from contextlib import contextmanager
from hashlib import sha256

import psycopg2

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


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
    def _answer_each(self, asked, answer, cron, most):
        """Answer what people have asked for, each in a transaction of its own.

        :param asked: records, ``most`` of them at the most
        :param answer: callable on one of them, which is locked
        :param str cron: XML id of the scheduled action that does this, for what is left
        """
        IrCron, action = self.env["ir.cron"], self.env.ref(cron)
        IrCron._commit_progress(remaining=len(asked))
        for one in asked:
            if not self._try_to_answer(one, answer):
                action._trigger()
            if not IrCron._commit_progress(1):
                return
        if len(asked) == most:
            action._trigger()

    @api.model
    def _try_to_answer(self, one, answer):
        """Answer unless somebody else does, or changes what it depends on just now.

        :return: whether it is answered, and not to be tried again soon
        :rtype: bool
        """
        try:
            if one.try_lock_for_update():
                answer(one)
                self.env.flush_all()
        except psycopg2.OperationalError:
            self.env.cr.rollback()
            return False
        return True

    @api.model
    def _report_failure(self, work, *args):
        """Do some work of which nothing stays if it fails, which is reported then.

        :return: what it returns; None if it fails
        :raise OperationalError: for a clash with another transaction: it is tried again
        """
        try:
            with self.env.cr.savepoint():
                return work(*args)
        except psycopg2.OperationalError:
            raise
        except Exception:
            _logger.exception("Nothing came of %s", work)
            return None

    @api.model
    def _refuse_writing(self, cr):
        """Let the database refuse to write for as long as a request has its cursor.

        The next one who gets the connection from the pool can write again. No
        transaction may be under way: commit it, or roll it back.
        """
        if not cr.readonly:
            cr.connection.set_session(readonly=True)
