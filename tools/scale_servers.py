"""The servers of `make scale`: two of Odoo behind nginx, and one for scheduled work.

Both Odoos share their data folder, and by it files and sessions. By another host name
they also serve a database without the addon, to compare with.
"""

import contextlib
import os
import signal
import time
from pathlib import Path

from . import databases, nginx, odoo_run, ports, postgres, serve
from .console import Stop, tail
from .paths import BUILD, LOGS
from .scale_parts import children

FOLDER = BUILD / "scale"
DATABASE = "customer_portal_scale"
# Without the addon. Odoo takes the first part of the host's name for %d.
STOCK, STOCK_HOST = f"{DATABASE}_stock", "stock.localhost"
FILTER = f"^{DATABASE}(_%d)?$"
HOST = "localhost"
PATIENCE = 120

# What systemd does by `Restart=always`.
AGAIN = """
trap 'kill "$!"; wait; exit' TERM
while :; do "$@" & wait "$!"; sleep 1; done
"""


class OdooServer:
    """One machine of Odoo, which can be killed and started again."""

    def __init__(self, name, smtp_port, **options):
        self.name, self.smtp_port, self.options = name, smtp_port, options
        self.port, self.gevent_port = ports.free(), ports.free()
        self.url = serve.url(self.port)
        self.log = LOGS / f"{name}.log"
        self.earlier = ""
        self._stack = contextlib.ExitStack()

    def start(self, address):
        """Start it.

        :param str address: where customers reach it
        """
        server = serve.odoo(
            DATABASE,
            self.name,
            self.port,
            self.smtp_port,
            address,
            dbfilter=FILTER,
            workers=2,
            max_cron_threads=0,
            gevent_port=self.gevent_port,
            proxy_mode=True,
            **self.options,
        )
        self.process = self._stack.enter_context(server)

    def stop(self):
        """End it in order, if it runs."""
        self._stack.close()

    def kill(self):
        """End it and all its workers at once, as a machine that fails does."""
        self.earlier += self.log.read_text()
        workers = children(self.process.pid)
        for pid in [self.process.pid, *workers]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._stack.close()

    def workers(self):
        """Return the processes that answer requests; the third is for notifications."""
        pids = children(self.process.pid)
        return [pid for pid in pids if b"gevent" not in _words(pid)]

    def read_log(self):
        """Return all that it has logged since the command began."""
        return self.earlier + self.log.read_text()


def _words(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@contextlib.contextmanager
def running(replica, smtp_port):
    """Serve the database in the body.

    :return: the two Odoo servers, and the address that nginx gives them
    """
    names = ("scale-a", "scale-b")
    options = {"db_replica_host": replica.sockets, "db_replica_port": postgres.PORT}
    servers = [OdooServer(name, smtp_port, **options) for name in names]
    folder = FOLDER / "nginx"
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        front = nginx.serving(folder, HOST, *(server.port for server in servers))
        https, _http = stack.enter_context(front)
        address = f"https://{HOST}:{https}"
        for server in servers:
            stack.callback(server.stop)
            server.start(address)
        yield servers, address


@contextlib.contextmanager
def scheduled(name, smtp_port):
    """Have a server without pages do the scheduled work in the body.

    It ends when its database is restarted, so it is started again as systemd does.
    With threads instead of a worker it would stay, and do nothing any more.

    :return: path of its log
    """
    config = odoo_run.configure(
        odoo_run.CONFIG.with_name(f"{name}.conf"),
        db_name=DATABASE,
        dbfilter=f"^{DATABASE}$",
        http_enable=False,
        workers=1,
        max_cron_threads=2,
        smtp_server=ports.LOOPBACK,
        smtp_port=smtp_port,
    )
    log = LOGS / f"{name}.log"
    words = ["bash", "-c", AGAIN, "odoo", *odoo_run.workers_command(config)]
    with log.open("wb") as output, serve.program(words, output) as process:
        _wait(process, log)
        yield log


def _wait(process, log):
    deadline = time.monotonic() + PATIENCE
    while "Modules loaded" not in log.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            raise Stop(f"{tail(log)}\n\nNo scheduled work. All output: {log}")
        time.sleep(0.2)


def wake():
    """Tell the servers that scheduled work is due, as Odoo itself does."""
    with databases.cursor() as cursor:
        cursor.execute(f"NOTIFY cron_trigger, '{DATABASE}'")
