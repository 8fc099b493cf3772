"""A bounded number of threads for what waits on the database or the disk; requests hold none of them."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import close_old_connections, connections

from evidence.outages import outages

T = TypeVar("T")


class Threads:
    """Runs one short job at a time in each of `count` threads, each with a database connection of its own."""

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="web")

    async def run(self, job: Callable[[], T]) -> T:
        """Return what the job returns; OutageError when the database or the disk fails."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, _with_connection, job)

    def close(self) -> None:
        """Wait for the jobs at work and let the threads go."""
        self._pool.shutdown(wait=True)


_LATEST = threading.local()
_REST_SECONDS = 5.0


def _with_connection(job: Callable[[], T]) -> T:
    """Run the job with the thread's connection, which is looked after when it has rested or failed: that asks the server."""
    connection = connections["default"]
    if connection.errors_occurred or time.monotonic() - getattr(_LATEST, "at", 0.0) > _REST_SECONDS:
        close_old_connections()
    try:
        with outages():
            return job()
    finally:
        if connection.in_atomic_block:
            connection.close()
        _LATEST.at = time.monotonic()
