"""Lanes: pieces of work side by side, each in a process of its own.

What a lane prints is shown line by line behind its name, and kept in `build/log/`.
"""

import contextlib
import multiprocessing
import os
import sys
import threading

from .console import say
from .paths import LOGS

# The work is a function with its arguments at hand, which only a copy of us has.
COPY = multiprocessing.get_context("fork")
PATIENCE = 10  # seconds, for the last words of a lane that has ended


def run(works, lost):
    """Do pieces of work side by side; whoever interrupts us ends them all.

    :param works: `{name of the lane: function without arguments}`
    :param lost: function that says, for the name of a lane, what is returned for one
        that ended without an answer
    :return: list of what the functions returned, in their order
    """
    lanes = [Lane(name, work) for name, work in works.items()]
    try:
        for lane in lanes:
            lane.show()
        return [lane.answer(lost) for lane in lanes]
    finally:
        for lane in lanes:
            lane.end()


class Lane:
    """One piece of work in its process."""

    def __init__(self, name, work):
        self.name = name
        self._answer, answer = COPY.Pipe(duplex=False)
        self._output, output = os.pipe()
        self._process = COPY.Process(target=_work, args=(work, answer, output))
        self._process.start()
        answer.close()
        os.close(output)
        self._reader = threading.Thread(target=self._show, daemon=True)

    def show(self):
        """Begin to show the output, when all lanes are there: a copy of us must not be
        made while we print.
        """
        self._reader.start()

    def _show(self):
        LOGS.mkdir(parents=True, exist_ok=True)
        log = (LOGS / f"lane-{self.name}.log").open("w")
        with log, open(self._output, errors="replace") as output:  # noqa: PTH123
            for line in output:
                say(f"{self.name:8}| {line.rstrip()}")
                log.write(line)

    def answer(self, lost):
        """Wait for the end of the work and return what came of it."""
        try:
            answer = self._answer.recv()
        except EOFError:
            answer = lost(self.name)
        self._process.join()
        self._reader.join(PATIENCE)
        return answer

    def end(self):
        """End the work if it goes on."""
        if self._process.is_alive():
            self._process.terminate()
            self._process.join()
            self._reader.join(PATIENCE)
        self._answer.close()


def _work(work, answer, output):
    for standard in (1, 2):
        os.dup2(output, standard)
    sys.stdout = sys.stderr = os.fdopen(output, "w", buffering=1)
    with contextlib.suppress(KeyboardInterrupt):
        answer.send(work())
