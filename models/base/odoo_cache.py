"""Odoo's cache of what methods answer: here alone it is emptied and counted."""


def clear(env):
    """Empty it in this process, and tell the others once the transaction commits.

    :param env: of the transaction
    """
    env.registry.clear_cache()


def clear_after_commit(env):
    """Empty it once more after the commit.

    Until then other threads read what was there before, and keep it.
    """
    env.cr.postcommit.add(env.registry.clear_cache)


def get_told(env):
    """Return the parts of it that the other processes will be told to empty.

    :rtype: set[str]
    """
    return set(env.registry.cache_invalidated)


def clear_untold(env, told):
    """Empty it in this process, for what the other ones have not seen.

    :param set told: what they are to be told all the same
    """
    registry = env.registry
    registry.clear_cache("default", *registry.cache_invalidated)
    registry.cache_invalidated.intersection_update(told)


def forget_changes(env):
    """Empty what a transaction that is undone has changed, and tell nobody."""
    env.registry.reset_changes()


def read_changes(env, cr):
    """Empty it if a database knows of changes that this process has not heard of."""
    env.registry.check_signaling(cr)


def get_sequences(env, cr):
    """Return how often the parts of it have changed, as a database sees it.

    :return: what can be compared with another answer
    :rtype: tuple
    """
    return env.registry.get_sequences(cr)


def get_generation(env):
    """Return how many changes the transaction sees."""
    _registry, sequences = get_sequences(env, env.cr)
    return sequences["default"]


def get_latest_generation(env):
    """Return how many changes this process knows of; each request looks first."""
    return env.registry.cache_sequences["default"]
