"""Do work for many submissions together, and for each by itself where together it fails."""

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from django.db import OperationalError
from psycopg.errors import DeadlockDetected, SerializationFailure

from evidence.models import Submission
from evidence.outages import is_database_gone
from ingest.claim import LeaseLostError

log = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")

MOST_TOGETHER = 100
BYTES_TOGETHER = 4 * 1024 * 1024
ATTEMPTS = 3
"""How often work is begun that the database rolls back because others were in its way."""


def try_together(
    items: Sequence[T],
    work: Callable[[Sequence[T]], Sequence[R]],
    *,
    fail: Callable[[T, Exception], None],
) -> list[R]:
    """Return what `work` makes of `items`: of all together or, when that fails, of each by itself.

    What fails by itself is told to `fail` and harms no neighbour. What the database rolled back because of others is begun
    again at once, up to `ATTEMPTS` times. A database that is gone is raised at once: nothing could be done by itself either. One
    that lacked memory, as for locks, has it for the others.
    """
    if len(items) > 1:
        try:
            return list(_attempt(items, work))
        except Exception as trouble:
            if isinstance(trouble, LeaseLostError) or is_database_gone(trouble):
                raise
            log.warning("%d not done together, each is tried by itself outage=%s", len(items), type(trouble).__name__)
    done: list[R] = []
    for item in items:
        try:
            done += _attempt([item], work)
        except Exception as trouble:
            if is_database_gone(trouble):
                raise
            fail(item, trouble)
    return done


def _attempt(items: Sequence[T], work: Callable[[Sequence[T]], Sequence[R]]) -> Sequence[R]:
    for attempt in range(1, ATTEMPTS):
        try:
            return work(items)
        except OperationalError as trouble:
            if not isinstance(trouble.__cause__, DeadlockDetected | SerializationFailure):
                raise
            name = type(trouble.__cause__).__name__
            log.warning("%d rolled back, begun again attempt=%d outage=%s", len(items), attempt, name)
    return work(items)


def group(
    submissions: Sequence[Submission], *, alone: Callable[[Submission], bool] = lambda _: False
) -> Iterator[list[Submission]]:
    """Yield the submissions, in their order, in groups that are worked on in one transaction: many small ones, or one alone.

    Those that are to be `alone` are each by itself, as a large one is.
    """
    together: list[Submission] = []
    size = 0
    for submission in submissions:
        size += submission.payload_bytes
        is_apart = any(alone(one) for one in (submission, *together[-1:]))
        if together and (size > BYTES_TOGETHER or len(together) >= MOST_TOGETHER or is_apart):
            yield together
            together, size = [], submission.payload_bytes
        together.append(submission)
    if together:
        yield together
