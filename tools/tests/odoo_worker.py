"""An Odoo that runs Python code, one piece after the other.

Odoo takes seconds to start, which each piece would cost in a process of its own.
"""

import json
import os
import subprocess

import pytest

from tools import odoo_run
from tools.console import tail
from tools.paths import LOGS

# Runs in Odoo's shell. Each piece has a transaction of its own, sees what others have
# committed meanwhile, and tells them what they have to forget. Between two pieces,
# nobody is connected to the database: it can be copied.
PROGRAM = """
import contextlib, io, json, os, traceback
from odoo import api, sql_db
from odoo.modules.registry import Registry

name, uid, context = env.cr.dbname, env.uid, dict(env.context)
env.cr.close()
prepared = {{}}
exec({prepare!r}, prepared)


def run(code):
    registry = Registry(name).check_signaling()
    scope = {{**prepared, "result": None}}
    env = scope["env"] = api.Environment(registry.cursor(), uid, context)
    try:
        exec(code, scope)
        env = scope["env"]
        env.cr.commit()
        env.registry.signal_changes()
    except BaseException:
        env.registry.reset_changes()
        raise
    finally:
        for one in (env, scope["env"]):
            one.cr.close()
        sql_db.close_db(name)
    return scope["result"]


answers = os.fdopen({answers}, "w", buffering=1)
for order in os.fdopen({orders}):
    printed, answer = io.StringIO(), {{}}
    try:
        with contextlib.redirect_stdout(printed):
            answer["result"] = run(json.loads(order))
    except BaseException:
        answer["error"] = traceback.format_exc()
    print(json.dumps({{**answer, "printed": printed.getvalue()}}), file=answers)
os._exit(0)
"""


class Worker:
    """A process of Odoo for one database; it ends when we do."""

    def __init__(self, database, config, prepare=""):
        """Start Odoo; it is not waited for.

        :param config: path of its configuration file
        :param str prepare: code that is run first, and whose names the pieces have
        """
        orders, self._orders = os.pipe()
        self._answers, answers = os.pipe()
        self._log = LOGS / f"{config.stem}-worker.log"
        LOGS.mkdir(parents=True, exist_ok=True)
        options = ["--no-http", "--log-level=warn", "--shell-interface=python"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                odoo_run.command("shell", "-d", database, *options, config=config),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(orders, answers),
                text=True,
            )
        os.close(orders)
        os.close(answers)
        program = PROGRAM.format(prepare=prepare, orders=orders, answers=answers)
        self._process.stdin.write(program)
        self._process.stdin.close()
        self._orders = os.fdopen(self._orders, "w")
        self._answers = os.fdopen(self._answers)

    def tell(self, code, **values):
        """Have code run, with values of which it has the names; do not wait for it."""
        lines = [f"{name} = {value!r}" for name, value in values.items()]
        self._orders.write(json.dumps("\n".join([*lines, code])) + "\n")
        self._orders.flush()

    def answer(self):
        """Wait for what was told; return its `result`, and what it `printed`."""
        line = self._answers.readline()
        if not line:
            pytest.fail(f"The worker ended by itself.\n{tail(self._log)}")
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer

    def run(self, code, **values):
        """Run code and return its `result`."""
        self.tell(code, **values)
        return self.answer()["result"]

    def is_alive(self):
        """Say whether it can be told more."""
        return self._process.poll() is None

    def end(self):
        """Kill it, as the system does when memory is short."""
        self._process.kill()
        self._process.wait()
        self._orders.close()
        self._answers.close()
