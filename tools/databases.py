"""Databases and the files that Odoo keeps beside them.

A database's comment tells which checkout made it, and from what. The latter is written
last, so a database that does not tell was left half-made.
"""

import contextlib
import os
import shutil
import time

import psycopg2
from psycopg2 import sql

from . import postgres
from .console import Stop
from .paths import ADDON, CHECKOUT, DATA

MARK = f"{ADDON} {CHECKOUT}: "


@contextlib.contextmanager
def cursor(database="postgres"):
    """Yield a cursor whose statements take effect at once."""
    connection = psycopg2.connect(dbname=database)
    try:
        connection.autocommit = True
        with connection.cursor() as result:
            yield result
    finally:
        connection.close()


def query(statement, parameters=(), database="postgres"):
    """Return the rows of a query."""
    with cursor(database) as result:
        result.execute(statement, parameters)
        return result.fetchall()


def made_from(name):
    """Return what a database was made from: nothing if it is missing or half-made."""
    comment = _comment(name) or ""
    if not comment.startswith(MARK) or not filestore(name).is_dir():
        return None
    return comment.removeprefix(MARK)


def _comment(name):
    """Return a database's comment, and nothing if there is no such database."""
    statement = "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
    rows = query(f"{statement} WHERE datname = %s", [name])
    return rows[0][0] or "" if rows else None


def installed_modules(database):
    """Return the names of the modules that a database has."""
    statement = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    return {name for (name,) in query(statement, database=database)}


def finish(name, mark):
    """Note on a database what it was made from, which also says that it is whole."""
    _execute("COMMENT ON DATABASE {} IS {}", name, sql.Literal(MARK + mark))


def _execute(statement, name, *values):
    with cursor() as result:
        result.execute(sql.SQL(statement).format(sql.Identifier(name), *values))


def create(name, template="template0"):
    """Make a database, without or with the content of another one."""
    _refuse_foreign(name)
    drop(name)
    statement = "CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8' LC_COLLATE 'C'"
    _execute(statement, name, sql.Identifier(template))
    _add_trigrams(name)
    finish(name, "")
    if filestore(template).is_dir():
        # Odoo never changes a stored file, so the copies can share them.
        shutil.copytree(filestore(template), filestore(name), copy_function=os.link)


def _add_trigrams(name):
    """Let texts be searched by an index, as Odoo does with the databases it makes."""
    with contextlib.suppress(psycopg2.Error), cursor(name) as result:
        result.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")


def _refuse_foreign(name):
    """Keep what somebody else has on a server that is not only ours."""
    comment = _comment(name)
    if comment is None or comment.startswith(MARK) or postgres.is_own():
        return
    raise Stop(
        f"The database {name} on this server was not made by this checkout, so it is\n"
        f"not replaced. If nobody needs it: dropdb {name}"
    )


def drop(name):
    """Remove a database and its files, also while somebody uses it."""
    _execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    shutil.rmtree(filestore(name), ignore_errors=True)


def interrupt(name, seconds=1):
    """Do to those who use a database what a restart of its server does to everybody.

    Their connections are lost, and for a while nobody gets a new one.
    """
    allow = "ALTER DATABASE {} ALLOW_CONNECTIONS {}"
    _execute(allow, name, sql.Literal(False))
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    query(end, [name])
    time.sleep(seconds)
    _execute(allow, name, sql.Literal(True))


def filestore(name):
    """Return the folder where Odoo keeps the database's attachments."""
    return DATA / "filestore" / name
