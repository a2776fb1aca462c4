"""Databases and the files that Odoo keeps beside them.

A database's comment tells what it was made from. It is written last, so a database
without one was left half-made.
"""

import contextlib
import os
import shutil

import psycopg2
from psycopg2 import sql

from .paths import DATA


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
    """Return the database's comment: nothing if it is missing or half-made."""
    rows = query(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE datname = %s",
        [name],
    )
    return rows[0][0] if rows else None


def finish(name, comment):
    """Note on a database what it was made from, which also says that it is whole."""
    statement = sql.SQL("COMMENT ON DATABASE {} IS {}")
    with cursor() as result:
        result.execute(statement.format(sql.Identifier(name), sql.Literal(comment)))


def create(name, template="template0"):
    """Make a database, without or with the content of another one."""
    drop(name)
    statement = "CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8' LC_COLLATE 'C'"
    with cursor() as result:
        result.execute(
            sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(template))
        )
    if filestore(template).is_dir():
        # Odoo never changes a stored file, so the copies can share them.
        shutil.copytree(filestore(template), filestore(name), copy_function=os.link)


def drop(name):
    """Remove a database and its files, also while somebody uses it."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    with cursor() as result:
        result.execute(statement.format(sql.Identifier(name)))
    shutil.rmtree(filestore(name), ignore_errors=True)


def filestore(name):
    """Return the folder where Odoo keeps the database's attachments."""
    return DATA / "filestore" / name
