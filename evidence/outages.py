"""Tell our own trouble apart: a database or disk that fails is an outage, never a refusal."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError

from domain.refusals import OutageError


@contextmanager
def outages() -> Iterator[None]:
    """Raise OutageError where the database or the disk fails inside the block."""
    try:
        yield
    except (OperationalError, InterfaceError) as trouble:
        raise OutageError("the database does not answer") from trouble
    except OSError as trouble:
        raise OutageError(f"the storage failed: {trouble.strerror or trouble}") from trouble
