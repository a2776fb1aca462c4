"""Two Odoos with one database, each a process of its own, which act at once."""

import time
from pathlib import Path

from tools.tests.odoo_worker import Worker

HERE = Path(__file__).parent
SETUP = "".join(
    (HERE / name).read_text() for name in ("races_setup.py", "races_daily.py")
)
# How long both get to look at the database before they begin, in seconds.
NOTICE = 0.4


class Two:
    """Two Odoos; `races_setup.py` says which names their code has."""

    def __init__(self, database, config):
        """Start both, and make what all races share."""
        self.workers = [Worker(database, config, SETUP) for _number in range(2)]
        self.run("make_people(env)")
        self.run("find(env, 'nobody')", number=1)

    def run(self, code, number=0, **values):
        """Have one of them run code, and return its `result`."""
        return self.workers[number].run(code, **values)

    def race(self, *works, **values):
        """Have both work at once, each with a view from before either began.

        :param str works: expressions, for the first and for the second one
        :return: what each answers, or why it is refused
        :rtype: list[str]
        """
        return self._begin("race", works, values)

    def run_daily(self, work):
        """Have both do the daily work at once.

        :param str work: the name of a function
        :return: what has gone wrong in each, two empty texts if nothing has
        :rtype: list[str]
        """
        return self._begin("run_at", [f"{work}(env)"] * 2, {})

    def _begin(self, how, works, values):
        start = time.time() + NOTICE
        for worker, work in zip(self.workers, works, strict=True):
            code = f"result = {how}(env, start, lambda env: {work})"
            worker.tell(code, start=start, **values)
        return [worker.answer()["result"] for worker in self.workers]

    def end(self):
        """End both."""
        for worker in self.workers:
            worker.end()
