"""The databases of `make scale`: a PostgreSQL primary of its own, and a replica.

Both listen on private sockets alone, and end with the command.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg2

from . import postgres
from .console import Stop, run

PATIENCE = 60
COMMON = """
unix_socket_directories = '{sockets}'
max_connections = 200
hot_standby = on
# A replica that asks the primary to keep what its readers still look at.
hot_standby_feedback = on
# An answer that a customer has got is written, even if the server dies right after it.
synchronous_commit = on
"""
PRIMARY = """
wal_level = replica
max_wal_senders = 4
wal_keep_size = 1GB
"""
DELAY = "recovery_min_apply_delay = {seconds}s\n"


class Cluster:
    """A PostgreSQL server in a folder of its own."""

    def __init__(self, folder, sockets):
        self.folder, self.sockets = folder, sockets

    def configure(self, *settings):
        """Add settings to its configuration; the last of a name counts."""
        with (self.folder / "postgresql.conf").open("a") as file:
            file.write(COMMON.format(sockets=self.sockets))
            file.writelines(settings)

    def start(self):
        """Start it, and wait until it answers."""
        log = self.folder / "server.log"
        postgres._pg_ctl(self.folder, "start", "--wait", "--log", log)

    def stop(self, mode="fast"):
        """Stop it; `immediate` is what a crash does."""
        postgres._pg_ctl(self.folder, "stop", "--wait", f"--mode={mode}")

    def is_running(self):
        """Say whether it was started and not stopped."""
        return (self.folder / "postmaster.pid").is_file()

    def query(self, statement, parameters=(), database="postgres"):
        """Return the rows of a query, on this server and no other."""
        connection = psycopg2.connect(
            dbname=database,
            host=self.sockets,
            port=postgres.PORT,
            user=postgres.ROLE,
        )
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


class Replica(Cluster):
    """A copy of a primary that follows it."""

    def __init__(self, folder, sockets, primary):
        super().__init__(folder, sockets)
        self.primary = primary

    def create(self):
        """Copy the primary as it runs, and follow it from then on."""
        shutil.rmtree(self.folder, ignore_errors=True)
        source = ["-h", self.primary.sockets, "-p", postgres.PORT, "-U", postgres.ROLE]
        options = ["-R", "-X", "stream", "-c", "fast", "--no-sync"]
        program = postgres._programs() / "pg_basebackup"
        copy = [program, *source, *options, "-D", self.folder]
        run(copy, log="scale-basebackup", cwd="/", **postgres._owner())
        self.configure()
        self.start()

    def delay(self, seconds):
        """Have it follow so much later from now on."""
        self.configure(DELAY.format(seconds=seconds))
        postgres._pg_ctl(self.folder, "reload")

    def wait(self):
        """Wait until it has all that the primary has now."""
        [(place,)] = self.primary.query("SELECT pg_current_wal_lsn()::text")
        has = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
        deadline = time.monotonic() + PATIENCE
        while not self.query(has, [place])[0][0]:
            if time.monotonic() > deadline:
                raise Stop(f"The replica does not follow: {self.folder / 'server.log'}")
            time.sleep(0.1)


@contextlib.contextmanager
def clusters():
    """Have a primary and a folder for its replica in the body.

    libpq's variables name the primary, so that all tools work on it.

    :return: the primary, and the replica, which is not made yet
    """
    folder = postgres._cluster().parent / "scale"
    folder.mkdir(parents=True, exist_ok=True)
    postgres._give(folder)
    with _sockets() as first, _sockets() as second:
        primary = Cluster(folder / "primary", first)
        replica = Replica(folder / "replica", second, primary)
        shutil.rmtree(primary.folder, ignore_errors=True)
        primary.folder.mkdir()
        postgres._create(primary.folder)
        primary.configure(PRIMARY)
        try:
            primary.start()
            with _environment(primary):
                yield primary, replica
        finally:
            for cluster in (replica, primary):
                if cluster.is_running():
                    cluster.stop()


@contextlib.contextmanager
def _sockets():
    """Have a folder for a socket; the path of one in a deep checkout is too long."""
    with tempfile.TemporaryDirectory(prefix="cp-scale-") as folder:
        postgres._give(folder)
        yield folder


@contextlib.contextmanager
def _environment(cluster):
    before = {name: value for name, value in os.environ.items() if name[:2] == "PG"}
    ours = {"PGHOST": cluster.sockets, "PGPORT": postgres.PORT, "PGUSER": postgres.ROLE}
    for name in before:
        del os.environ[name]
    os.environ.update(ours)
    try:
        yield
    finally:
        for name in ours:
            del os.environ[name]
        os.environ.update(before)


def dump(database, path):
    """Write a database of the server in use to a file."""
    words = ["pg_dump", "-Fc", "-Z1", "-f", path, database]
    run([postgres._programs() / words[0], *words[1:]], log="scale-dump")


def restore(database, path):
    """Fill an empty database of the server in use from a file."""
    words = ["-j2", "--no-owner", "-d", database, path]
    run([postgres._programs() / "pg_restore", *words], log="scale-restore")


def memory(pid):
    """Return the memory of a process that it shares with nobody, in megabytes."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    sizes = [line.split()[1] for line in text.splitlines() if line[:8] == "Private_"]
    return sum(map(int, sizes)) / 1024


def children(pid):
    """Return the processes that a process has started."""
    words = ["ps", "-o", "pid=", "--ppid", str(pid)]
    found = subprocess.run(words, capture_output=True, text=True, check=False)
    return [int(word) for word in found.stdout.split()]
