"""What is tried and taken back: nothing of it is ever there for anybody else."""

from contextlib import contextmanager

from odoo.tools import SQL

from ..base.cache import HIDES
from ..base.snapshot_cache import stop_sharing
from ..gate.res_partner import ORGANIZATIONS

# How long a single query may take, in milliseconds.
PATIENCE = 20_000


@contextmanager
def undone(env):
    """Undo all that happens within, and forget all that was read meanwhile.

    Nothing is emailed or told to other workers either: what waits for the end of the
    transaction is what waited before.
    """
    cr = env.cr
    stop_sharing(env)
    savepoint = cr.savepoint()
    waiting = [
        (hook, hook._funcs.copy(), dict(hook.data))
        for hook in (cr.postcommit, cr.postrollback)
    ]
    cr.execute(SQL("SET LOCAL statement_timeout = %s", PATIENCE))
    try:
        yield
    finally:
        savepoint.rollback()
        savepoint.close(rollback=False)
        for hook, functions, data in waiting:
            hook.clear()
            hook._funcs.extend(functions)
            hook.data.update(data)
        _forget(env)


def _forget(env):
    """Forget what was read of contacts and users that never were."""
    for key in (HIDES, ORGANIZATIONS):
        env.cr.cache.pop(key, None)
    env.registry.clear_cache()
    stop_sharing(env)
