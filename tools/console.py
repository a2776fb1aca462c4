"""What the developer sees: progress with elapsed time, and reasons to stop."""

import contextlib
import shlex
import subprocess
import sys
import threading
import time

from .paths import LOGS

TAIL = 25


class Stop(Exception):
    """A reason to stop that the developer can act on: shown without a traceback."""


def say(text=""):
    """Print at once, also into a pipe, so that progress is seen when it happens.

    With the end of the line in one piece: lanes print side by side.
    """
    print(f"{text}\n", end="", flush=True)


def complain(reason):
    """Print why a command stops, apart from its output."""
    print(f"\n{reason}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def doing(title):
    """Show `title` while the body runs, and how long it took when it is done."""
    start = time.monotonic()
    finished = threading.Event()
    say(f"  {title} ...")
    if sys.stdout.isatty():
        threading.Thread(target=_tick, args=(title, start, finished)).start()
    try:
        yield
    except BaseException:
        finished.set()
        raise
    finished.set()
    say(f"  {title}: done in {time.monotonic() - start:.0f} s")


def _tick(title, start, finished):
    while not finished.wait(1):
        elapsed = f"\r  {title}: {time.monotonic() - start:.0f} s"
        print(elapsed, end="\r", flush=True)


def run(command, log, **options):
    """Run a long command with its output in `build/log/<log>.log`.

    :param command: list of the program and its arguments
    :param str log: name of the log file, without folder and ending
    :param options: as for `subprocess.run`
    :return: path of the log file
    :raise Stop: if the command fails, with the end of its output
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"{log}.log"
    with path.open("wb") as output:
        code = subprocess.run(
            [str(part) for part in command],
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            **{"stdin": subprocess.DEVNULL, **options},
        ).returncode
    if code:
        words = shlex.join(str(part) for part in command)
        raise Stop(f"{tail(path)}\n\nFailed ({code}): {words}\nAll output: {path}")
    return path


def tail(path):
    """Return the end of a log file, where the reason of a failure stands."""
    lines = path.read_text(errors="replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-TAIL:])
