"""Tell our own trouble apart: a database or disk that fails is an outage, never a refusal."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError
from psycopg.errors import OutOfMemory

from domain.refusals import OutageError


def is_database_gone(trouble: Exception) -> bool:
    """Whether the database may answer nothing else either, as is thought of all its trouble but a lack of memory.

    That reaches one transaction, such as the one that asks for a lock; others go on.
    """
    return isinstance(trouble, OperationalError | InterfaceError) and not isinstance(trouble.__cause__, OutOfMemory)


def is_outage(trouble: BaseException) -> bool:
    """Whether it is trouble of our own that passes: an outage, or what `outages` would have made one of a database."""
    return isinstance(trouble, OutageError | OperationalError | InterfaceError)


@contextmanager
def outages() -> Iterator[None]:
    """Raise OutageError where the database or the disk fails inside the block."""
    try:
        yield
    except (OperationalError, InterfaceError) as trouble:
        raise OutageError("the database does not answer") from trouble
    except OSError as trouble:
        raise OutageError(f"the storage failed: {trouble.strerror or trouble}") from trouble
