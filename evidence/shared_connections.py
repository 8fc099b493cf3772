"""A few database connections that many threads share, each for one operation at a time."""

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from domain.refusals import OutageError

_REST_SECONDS = 5.0
"""How long a connection may have rested that is used without a question to the server first."""


@dataclass(slots=True)
class _Shared:
    connection: BaseDatabaseWrapper
    used_at: float


class SharedConnections:
    """Up to `count` connections, opened on first use; who finds none free waits for up to `patience` seconds.

    A connection that has rested or failed, or has not been used since another one failed, is looked after first, so that
    a server that was restarted is met by one failure at most.
    """

    def __init__(self, count: int, *, patience: float = 10.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience = patience
        self._clock = clock
        self._doubted_at = clock()
        self._idle: queue.LifoQueue[_Shared] = queue.LifoQueue()
        for _ in range(count):
            self._idle.put(_Shared(_unopened(), self._doubted_at))

    @contextmanager
    def lend(self) -> Iterator[None]:
        """Let the thread use one of them inside the block, as Django's connection; OutageError when none becomes free."""
        try:
            shared = self._idle.get(timeout=self._patience)
        except queue.Empty:
            raise OutageError("no database connection became free") from None
        try:
            self._look_after(shared)
            connections[DEFAULT_DB_ALIAS] = shared.connection
            try:
                yield
            finally:
                del connections[DEFAULT_DB_ALIAS]
                self._take_back(shared)
        finally:
            self._idle.put(shared)

    def _look_after(self, shared: _Shared) -> None:
        has_rested = self._clock() - shared.used_at > _REST_SECONDS
        if has_rested or shared.used_at <= self._doubted_at or shared.connection.errors_occurred:
            shared.connection.close_if_unusable_or_obsolete()

    def _take_back(self, shared: _Shared) -> None:
        if shared.connection.in_atomic_block:
            shared.connection.close()
            shared.connection = _unopened()  # the old one would refuse to be opened again
        shared.used_at = self._clock()
        if shared.connection.errors_occurred:
            self._doubted_at = shared.used_at


def _unopened() -> BaseDatabaseWrapper:
    connection = connections.create_connection(DEFAULT_DB_ALIAS)
    connection.inc_thread_sharing()
    return connection
