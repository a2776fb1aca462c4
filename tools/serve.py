"""A running Odoo: started, waited for, and stopped with all that belongs to it."""

import contextlib
import signal
import subprocess
import time
import urllib.request

from . import databases, odoo_run, ports
from .console import Stop, tail
from .paths import LOGS

PATIENCE = 180
GRACE = 15


@contextlib.contextmanager
def odoo(database, name, port, smtp_port, address=None, **options):
    """Serve a database in the body, from the moment when its pages answer.

    :param str name: of its configuration file and its log
    :param str address: where people reach it, if that is not the server itself
    :param options: more of Odoo's own
    :return: the process
    :raise Stop: if Odoo does not come up
    """
    usual = {
        "db_name": database,
        "dbfilter": f"^{database}$",
        "http_port": port,
        "smtp_server": ports.LOOPBACK,
        "smtp_port": smtp_port,
    }
    file = odoo_run.CONFIG.with_name(f"{name}.conf")
    config = odoo_run.configure(file, **{**usual, **options})
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    _set_address(database, address or url(port))
    has_workers = options.get("workers")
    command = odoo_run.workers_command if has_workers else odoo_run.command
    words = command(config=config)
    with log.open("wb") as output, program(words, output) as process:
        _wait(process, f"{url(port)}/web/login", log)
        yield process


def url(port):
    """Return the address of a server here."""
    return f"http://{ports.LOOPBACK}:{port}"


def _set_address(database, address):
    """Links in mails name the address that is in the database, with its port."""
    with databases.cursor(database) as cursor:
        cursor.execute(
            "UPDATE ir_config_parameter SET value = %s WHERE key = 'web.base.url'",
            [address],
        )


@contextlib.contextmanager
def program(words, output):
    """Run an Odoo in the body.

    :param words: its command line
    :param output: file for what it prints
    :return: the process
    """
    # Not in the terminal's group, so that Ctrl-C reaches us alone and we stop it; and
    # ended by the system if we are killed.
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig", "TERM", *words],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(process, url, log):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Stop(f"{tail(log)}\n\nOdoo ended by itself. All output: {log}")
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=60):
            return
        time.sleep(0.2)
    raise Stop(f"{tail(log)}\n\nOdoo does not answer at {url}. All output: {log}")
