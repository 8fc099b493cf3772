"""`django migrate`, which waits a few seconds at a time for a lock: whoever comes behind it is never kept longer.

A statement that changes a table waits for every transaction that uses it, and everybody who comes meanwhile waits behind that
statement, readers too. So a migration gives up its place after `LOCK_TIMEOUT`, is rolled back, lets the others pass and is begun
again, until `--patience` is over. Migrations need no line of their own for it.
"""

import time
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from psycopg.errors import DeadlockDetected, LockNotAvailable

LOCK_TIMEOUT = 3
"""Seconds for which a migration stands before others."""
_PAUSE = 5.0
"""Seconds that the others have to themselves in between."""
_PATIENCE = 600
_OLDEST = """
    SELECT pid, COALESCE(NULLIF(application_name, ''), usename, '?'), extract(epoch FROM now() - xact_start)::integer
    FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start < now() - interval '1 second'
    ORDER BY xact_start LIMIT 3
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
                    message = f"{told} What was migrated before stays: end that transaction, and migrate again."
                    raise CommandError(message)
                self.stderr.write(f"{told} It is begun again in {_PAUSE:.0f} seconds.")
                time.sleep(_PAUSE)
        finally:
            if connection.is_usable():
                with connection.cursor() as cursor:
                    cursor.execute("RESET lock_timeout")

    def _blocked(self, *args: Any, **options: Any) -> str | None:  # noqa: ANN401 - Django's own arguments
        """Migrate, and return what is told where a lock was not had in time; None once all is migrated."""
        try:
            super().handle(*args, **options)
        except OperationalError as trouble:
            if not isinstance(trouble.__cause__, DeadlockDetected | LockNotAvailable):
                raise
            return f"A migration waits for a lock that another transaction holds. {_holders(options['database'])}"
        return None


def _holders(database: str) -> str:
    """Say which transactions have gone on longest, by what finds them, and nothing of what they do."""
    with connections[database].cursor() as cursor:
        cursor.execute(_OLDEST)
        oldest = [f"process {pid} of {name}, for {seconds} seconds" for pid, name, seconds in cursor.fetchall()]
    if not oldest:
        return "None of this role goes on for long: a superuser finds it in pg_stat_activity."
    return f"The oldest that go on: {'; '.join(oldest)}."


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError as fault:
        message = f"{text!r} is no number of seconds"
        raise ArgumentTypeError(message) from fault
