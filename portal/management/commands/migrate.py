"""`django migrate`, which waits a few seconds at a time for a lock: whoever comes behind it is never kept longer.

A statement that changes a table waits for every transaction that uses it, and everybody who comes meanwhile waits behind that
statement, readers too. So a migration gives up its place after `LOCK_TIMEOUT`, is rolled back, lets the others pass and is begun
again, until `--patience` is over. Migrations need no line of their own for it.
"""

import time
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from threading import Event, Thread
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import Error, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import DeadlockDetected, LockNotAvailable

LOCK_TIMEOUT = 3
"""Seconds for which a migration stands before others."""
_PAUSE = 5.0
"""Seconds that the others have to themselves in between."""
_PATIENCE = 600
_LOOK = 0.5
"""Seconds between two looks at who is in the way: some fit into the time that a lock is waited for."""
_IN_THE_WAY = """
    SELECT DISTINCT pid, COALESCE(NULLIF(application_name, ''), usename, '?'), extract(epoch FROM now() - xact_start)::integer
    FROM unnest(pg_blocking_pids(%s)) AS in_the_way (pid) LEFT JOIN pg_stat_activity USING (pid)
    ORDER BY pid
"""


class Command(migrate.Command):
    """Migrates as Django does, and waits for locks as above."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare how long it is tried."""
        super().add_arguments(parser)
        parser.add_argument(
            "--patience",
            type=_seconds,
            default=_PATIENCE,
            metavar="SECONDS",
            help=f"how long locks that others hold are waited for, again and again (default: {_PATIENCE})",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's own arguments
        """Migrate; CommandError that says who is in the way when the patience is over."""
        connection, until = connections[options["database"]], time.monotonic() + options["patience"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{LOCK_TIMEOUT}s"])
        try:
            while (told := self._blocked(*args, **options)) is not None:
                if time.monotonic() >= until:
                    message = f"{told} What was migrated before stays: migrate again once the lock is free."
                    raise CommandError(message)
                self.stdout.write("")  # the line that names the migration is open
                self.stdout.flush()
                self.stderr.write(f"{told} It is begun again in {_PAUSE:.0f} seconds.")
                time.sleep(_PAUSE)
        finally:
            if connection.is_usable():
                with connection.cursor() as cursor:
                    cursor.execute("RESET lock_timeout")

    def _blocked(self, *args: Any, **options: Any) -> str | None:  # noqa: ANN401 - Django's own arguments
        """Migrate, and return what is told where a lock was not had in time; None once all is migrated."""
        with _watched(connections[options["database"]]) as in_the_way:
            try:
                super().handle(*args, **options)
            except OperationalError as trouble:
                if not isinstance(trouble.__cause__, DeadlockDetected | LockNotAvailable):
                    raise
                found = "; ".join(in_the_way) or "not seen, a superuser finds it in pg_locks"
                return f"A migration waits for a lock that another transaction holds. In its way: {found}."
        return None


@contextmanager
def _watched(migrating: BaseDatabaseWrapper) -> Iterator[list[str]]:
    """Give who kept this connection waiting last, by what finds them, and nothing of what they do.

    A second connection asks it meanwhile: once the first has given up, nobody is in its way. Of a transaction of another role
    only a superuser sees how long it goes on.
    """
    process, is_over, in_the_way = migrating.connection.info.backend_pid, Event(), list[str]()

    def look() -> None:
        with closing(migrating.copy()) as looking, suppress(Error):
            while not is_over.wait(_LOOK):
                with looking.cursor() as cursor:
                    cursor.execute(_IN_THE_WAY, [process])
                    if found := cursor.fetchall():
                        in_the_way[:] = [_transaction(*row) for row in found]

    watch = Thread(target=look, daemon=True)
    watch.start()
    try:
        yield in_the_way
    finally:
        is_over.set()
        watch.join()


def _transaction(process: int, name: str, seconds: int | None) -> str:
    return f"process {process} of {name}" + (f", for {seconds} seconds" if seconds is not None else "")


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError as fault:
        message = f"{text!r} is no number of seconds"
        raise ArgumentTypeError(message) from fault
