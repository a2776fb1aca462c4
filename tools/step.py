"""Steps that can be repeated, and interrupted at any time.

A step leaves a stamp when it is done. The stamp holds a fingerprint of what the step
was made from, so it runs again when that changes, and when it was interrupted.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil

from .console import Stop, doing, say
from .paths import LOCKS, STAMPS


def fingerprint(*inputs):
    """Return a short digest of texts and of the content of files."""
    digest = hashlib.sha256()
    for item in inputs:
        content = item.read_bytes() if isinstance(item, os.PathLike) else item.encode()
        digest.update(b"%d:" % len(content) + content)
    return digest.hexdigest()[:16]


def once(title, name, inputs, work):
    """Do `work` unless it was finished before with the same inputs.

    :param str title: what is shown while it runs
    :param str name: name of the stamp
    :param inputs: texts and files that the result depends on
    :param work: function without arguments that starts over by itself
    :return: whether the work was done now
    :rtype: bool
    """
    stamp = STAMPS / name
    mark = fingerprint(*inputs)
    if stamp.is_file() and stamp.read_text() == mark:
        return False
    forget(name)
    with doing(title):
        work()
    write(stamp, mark)
    return True


def forget(name):
    """Have a step done again next time, though its inputs are the same."""
    (STAMPS / name).unlink(missing_ok=True)


def write(path, text):
    """Write a whole file or nothing, whoever interrupts or writes it too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.{secrets.token_hex(4)}.half")
    half.write_text(text)
    half.replace(path)


@contextlib.contextmanager
def rebuilt(folder):
    """Yield an empty folder that takes the place of `folder` when the body succeeds."""
    half = folder.with_name(f"{folder.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    yield half
    shutil.rmtree(folder, ignore_errors=True)
    half.rename(folder)


@contextlib.contextmanager
def locked(name, refusal=None):
    """Let one process of this checkout at a time into the body.

    The system frees the lock with the process, so a killed one blocks nobody.

    :param str refusal: what to tell instead of waiting
    """
    LOCKS.mkdir(parents=True, exist_ok=True)
    with (LOCKS / name).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if refusal:
                raise Stop(refusal) from None
            say(f"  waiting for another command of this checkout ({name}) ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
