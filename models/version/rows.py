"""Snapshots of a profile or a module, put together and told apart.

A snapshot is a dict of paths, each with the values of a line.
"""


def merge(base, mine, current):
    """Return a snapshot with the changes of both sides; mine win.

    :param dict base: what both sides began with
    """
    merged = {}
    for path in {**current, **mine}:
        if path not in mine:
            if path not in base:  # The others added it.
                merged[path] = current[path]
        elif path not in current:
            if path not in base:  # Added by this side.
                merged[path] = mine[path]
        else:
            merged[path] = merge_line(base.get(path, {}), mine[path], current[path])
    return merged


def merge_line(base, mine, current):
    """Return the values of a line with the changes of both sides; mine win."""
    changed = {
        name: value
        for name, value in mine.items()
        if name not in base or base[name] != value
    }
    return {**current, **changed}


def find_changes(before, after):
    """Return what differs between two snapshots, in the order of their paths.

    :return: tuples of a path, a name, and the values; the name is None for a line that
        was added or removed
    :rtype: list[tuple]
    """
    changes = []
    for path in {**before, **after}:
        if path not in after or path not in before:
            changes.append((path, None, path in before, path in after))
            continue
        old, new = before[path], after[path]
        changes += [
            (path, name, old.get(name), value)
            for name, value in new.items()
            if old.get(name) != value
        ]
    return changes


def is_changed(base, current):
    """Say whether anything there was has changed; what was added permits nothing."""
    return any(current.get(path) != values for path, values in base.items())
