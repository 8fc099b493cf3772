"""A database of its own that is migrated to an older version, filled, and migrated on."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.architecture.repository import ROOT

MIGRATE = """
import sys
import django
from django.core.management import call_command
django.setup()
for target in sys.argv[1:]:
    call_command("migrate", *target.split(), verbosity=0)
"""


@contextmanager
def a_database(name: str) -> Iterator[str]:
    """Give the address of an empty database on the server of these tests."""
    address = urlsplit(os.environ["DATABASE_URL"])
    name = f"{name}_{os.getpid()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(address._replace(path=f"/{name}"))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def migrate(url: str, *targets: str) -> None:
    """Migrate to each target, an app and one of its migrations; to the newest of all for an empty one."""
    subprocess.run(
        [sys.executable, "-c", MIGRATE, *targets],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings"},
        check=True,
        timeout=120,
    )


def required_columns(connection: psycopg.Connection, table: str) -> dict[str, str]:
    """Return a plain value for each column of the table that must have one, by its type."""
    values = {"timestamp with time zone": "now()", "date": "'2026-06-01'", "boolean": "false", "jsonb": "'[]'"}
    rows = connection.execute(
        "SELECT column_name, data_type, character_maximum_length FROM information_schema.columns "
        "WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'",
        [table],
    )
    return {name: values.get(kind, "''" if length or kind == "text" else "0") for name, kind, length in rows}


def insert(connection: psycopg.Connection, table: str, *, returning: str = "id", **said: Any) -> Any:
    """Insert a row that says this, and nothing much in its other columns; return the value that names it."""
    plain = {name: value for name, value in required_columns(connection, table).items() if name not in said}
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, [*said, *plain])),
        sql.SQL(", ").join([sql.Placeholder()] * len(said) + [sql.SQL(value) for value in plain.values()]),
        sql.Identifier(returning),
    )
    row = connection.execute(statement, list(said.values())).fetchone()
    assert row is not None
    return row[0]


def read(url: str, query: str) -> list[tuple]:
    """Return the rows of a query."""
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()
