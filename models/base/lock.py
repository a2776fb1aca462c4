"""Limits, and what is done once: one request after the other asks and does it.

Requests that are served at once do not see what the others do until these end, so
without it each would find that nothing has been done yet.
"""

import logging
from contextlib import contextmanager
from hashlib import sha256

import psycopg2

from odoo.tools import SQL

_logger = logging.getLogger(__name__)


@contextmanager
def alone(env, purpose, *key):
    """Wait until no other request is at the same, and see what they have done.

    The lock is held until the transaction ends: what is done about the answer is seen
    by the next one.

    :param env: of the transaction
    :param str purpose: what is limited
    :param key: of whom or of what; texts, numbers, and the like
    :return: an environment to look with, as of now; that of the transaction shows
        things as they were when it began
    """
    digest = sha256(repr((purpose, *key)).encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    env.execute_query(SQL("SELECT 1 FROM pg_advisory_xact_lock(%s)", number))
    with env.registry.cursor() as cr:
        yield env(cr=cr)


def answer_each(asked, answer, cron, most):
    """Answer what people have asked for, each in a transaction of its own.

    :param asked: records, ``most`` of them at the most
    :param answer: callable on one of them, which is locked
    :param str cron: XML id of the scheduled action that does this, for what is left
    """
    IrCron, action = asked.env["ir.cron"], asked.env.ref(cron)
    IrCron._commit_progress(remaining=len(asked))
    for one in asked:
        if not _try_to_answer(one, answer):
            action._trigger()
        if not IrCron._commit_progress(1):
            return
    if len(asked) == most:
        action._trigger()


def _try_to_answer(one, answer):
    """Answer unless somebody else does, or changes what it depends on just now.

    :return: whether it is answered, and not to be tried again soon
    :rtype: bool
    """
    env = one.env
    try:
        if one.try_lock_for_update():
            answer(one)
            env.flush_all()
    except psycopg2.OperationalError:
        env.cr.rollback()
        return False
    return True


def report_failure(env, work, *args):
    """Do some work of which nothing stays if it fails, which is reported then.

    :param env: of the transaction
    :return: what it returns; None if it fails
    :raise OperationalError: for a clash with another transaction: it is tried again
    """
    try:
        with env.cr.savepoint():
            return work(*args)
    except psycopg2.OperationalError:
        raise
    except Exception:
        _logger.exception("Nothing came of %s", work)
        return None


def refuse_writing(cr):
    """Let the database refuse to write for as long as a request has its cursor.

    The next one who gets the connection from the pool can write again. No transaction
    may be under way: commit it, or roll it back.
    """
    if not cr.readonly:
        cr.connection.set_session(readonly=True)
