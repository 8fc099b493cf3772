"""The connection that Django opens; see the package."""

from types import TracebackType

import psycopg
from django.db.backends.postgresql import base
from django.db.utils import DatabaseErrorWrapper
from django.utils.functional import cached_property

_DATA_EXCEPTIONS = "22"
"""The class of errors whose first sentence repeats the value that does not fit."""


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection as Django's own, whose errors hold no row: PostgreSQL adds the failing one, names and addresses and all."""

    @cached_property
    def wrap_database_errors(self) -> "_QuietErrors":
        """The context in which errors of the database become Django's."""
        return _QuietErrors(self)


class _QuietErrors(DatabaseErrorWrapper):
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, psycopg.Error):
            error.args = _first_sentence_of(error)
        super().__exit__(kind, error, traceback)


def _first_sentence_of(error: psycopg.Error) -> tuple[object, ...]:
    """Return what the server says first, without the details that follow; what it did not say stays as it is."""
    if error.sqlstate is None or error.diag.message_primary is None:
        return error.args
    if error.sqlstate.startswith(_DATA_EXCEPTIONS):
        return (f"a value does not fit ({error.sqlstate})",)
    return (error.diag.message_primary,)
