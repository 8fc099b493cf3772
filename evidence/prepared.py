"""Statements that the server plans once for each connection: for what every delivery needs, planning is half its cost.

Such a statement says the type of each value, since the server hears of the values only after it was planned.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper


class _Preparing(psycopg.Cursor[Any]):
    """A cursor whose statements are prepared at their first execution."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:  # noqa: ANN401 - as psycopg's
        """Execute the statement."""
        return super().execute(query, params, **{**options, "prepare": True})


def open_prepared() -> CursorWrapper:
    """Return a cursor on Django's connection, to be used in a `with` block; it raises what Django's own cursors raise."""
    connection = connections[DEFAULT_DB_ALIAS]  # once: every word through Django's proxy looks it up anew
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    return make(_Preparing(connection.connection))  # type: ignore[arg-type]  # the stubs name what it returns


@contextmanager
def sent_together() -> Iterator[None]:
    """Send the statements of the block at once, and hear of their failures at its end; none of them may be read inside.

    The server is waited for once and not after each, which takes half of what small statements cost.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield
