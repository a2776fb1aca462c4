"""PostgreSQL: the developer's own server, or a cluster of ours on a private socket.

Ours listens on no network port, is started when a command of this checkout needs it and
stopped when the last of them ends.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import socket
import subprocess
from pathlib import Path

from .console import Stop, run
from .paths import BUILD, LOCKS, OUTSIDE, SOCKETS
from .step import locked, rebuilt

PORT = "5432"  # Only a part of the socket's name.
ROLE = "odoo"
SYSTEM_USER = "postgres"  # PostgreSQL refuses to run as root.
SETTINGS = f"""
listen_addresses = ''
unix_socket_directories = '{SOCKETS}'
unix_socket_permissions = 0700
shared_buffers = 256MB
# What is in here can be made again, so it need not survive a power cut.
fsync = off
synchronous_commit = off
full_page_writes = off
"""


def given():
    """Whether the developer names a server to use."""
    return bool(os.environ.get("PGHOST") or os.environ.get("PGPORT"))


def packages():
    """Return the Debian packages needed, and whether each is there."""
    return {} if given() else {"postgresql": _programs()}


def is_own():
    """Whether the server in use is the one of this checkout."""
    return os.environ.get("PGHOST") == str(SOCKETS)


@contextlib.contextmanager
def server():
    """Have a server in the body; libpq's variables tell everybody which.

    Commands of this checkout share it: each holds a shared lock, and the one that gets
    an exclusive lock when it leaves was the last and stops the server.
    """
    if given():
        yield
        return
    with locked("postgres"):
        users = (LOCKS / "postgres-users").open("w")
        fcntl.flock(users, fcntl.LOCK_SH)
        _start()
    try:
        with _environment():
            yield
    finally:
        with locked("postgres"), users, contextlib.suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            stop()


@contextlib.contextmanager
def _environment():
    before = {name: value for name, value in os.environ.items() if name[:2] == "PG"}
    for name in before:
        del os.environ[name]
    ours = {"PGHOST": str(SOCKETS), "PGPORT": PORT, "PGUSER": ROLE}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name in ours:
            del os.environ[name]
        os.environ.update(before)


def _programs():
    """Return the folder of the newest PostgreSQL's programs, or nothing."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: float(path.parts[-3]),
    )
    other = shutil.which("initdb")
    found = found or ([Path(other).resolve()] if other else [])
    return found[-1].parent if found else None


def _owner():
    """Return how to run a program as the cluster's user."""
    if os.geteuid() != 0:
        return {}
    return {"user": SYSTEM_USER, "group": SYSTEM_USER, "extra_groups": []}


def _give(path):
    if os.geteuid() == 0:
        shutil.chown(path, SYSTEM_USER, SYSTEM_USER)


def _cluster():
    """Return the cluster's folder, outside of a checkout that its user cannot enter."""
    BUILD.mkdir(exist_ok=True)
    entered = subprocess.run(["test", "-x", BUILD], check=False, **_owner())
    return (OUTSIDE if entered.returncode else BUILD) / "postgres"


def _start():
    if _answers():
        return
    cluster = _cluster()
    if not (cluster / "PG_VERSION").is_file():
        with rebuilt(cluster) as folder:
            _create(folder)
    _forget_killed_server(cluster)
    SOCKETS.mkdir(mode=0o700, exist_ok=True)
    _refuse_foreign_sockets()
    _give(SOCKETS)
    _pg_ctl(cluster, "start", "--wait", "--log", cluster / "server.log")


def _create(folder):
    _give(folder)
    locale = ["--encoding=UTF8", "--locale=C.UTF-8"]
    options = [f"--username={ROLE}", "--auth=trust", "--no-sync", *locale]
    initdb = [_programs() / "initdb", *options, folder]
    run(initdb, log="initdb", cwd="/", **_owner())
    with (folder / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS)


def _pg_ctl(cluster, action, *options):
    command = [_programs() / "pg_ctl", "--pgdata", cluster, action, *options]
    run(command, log=f"postgres-{action}", cwd="/", **_owner())


def _answers():
    with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
        client.connect(str(SOCKETS / f".s.PGSQL.{PORT}"))
        return True
    return False


def _forget_killed_server(cluster):
    """Remove the traces of a server that was killed.

    Its process number may be another program's by now; PostgreSQL would then not start.
    """
    trace = cluster / "postmaster.pid"
    if not trace.is_file():
        return
    with contextlib.suppress(OSError):
        if Path(f"/proc/{trace.read_text().split()[0]}/cwd").resolve() == cluster:
            return
    trace.unlink()
    for left in SOCKETS.glob(".s.PGSQL.*"):
        left.unlink()


def _refuse_foreign_sockets():
    """The place is public: somebody else's folder of that name is not to be trusted."""
    allowed = {os.geteuid()}
    if os.geteuid() == 0:
        allowed.add(pwd.getpwnam(SYSTEM_USER).pw_uid)
    if SOCKETS.is_symlink() or SOCKETS.stat().st_uid not in allowed:
        raise Stop(f"{SOCKETS} belongs to somebody else; our socket goes there.")


def stop():
    """Stop our server if it runs."""
    if _answers():
        _pg_ctl(_cluster(), "stop", "--wait", "--mode=fast")
    with contextlib.suppress(OSError):
        SOCKETS.rmdir()


def remove():
    """Stop our server and remove all it keeps outside of `build/`."""
    if _programs():
        stop()
    for folder in [SOCKETS, OUTSIDE]:
        shutil.rmtree(folder, ignore_errors=True)
