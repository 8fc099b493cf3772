"""The processes that judge pieces of large payloads: started at the first one, and gone with the process that started them."""

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from typing import ParamSpec, TypeVar

from commands.compose import set_up_django
from commands.garbage import spare_what_stays

P = ParamSpec("P")
T = TypeVar("T")


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


class RenewedPool(Executor):
    """Processes that are started anew when one of them died; what ran in them then is lost."""

    def __init__(self) -> None:
        self._pool = _start()

    def submit(self, work: Callable[P, T], /, *arguments: P.args, **named: P.kwargs) -> "Future[T]":
        """Run `work` in one of the processes."""
        try:
            return self._pool.submit(work, *arguments, **named)
        except BrokenProcessPool:
            self._pool.shutdown(wait=False)
            self._pool = _start()
            return self._pool.submit(work, *arguments, **named)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - an executor's signature
        """End the processes."""
        self._pool.shutdown(wait, cancel_futures=cancel_futures)


@cache
def judging_workers() -> Executor:
    """Return the workers of this process, one for each processor it may use."""
    return RenewedPool()


def _start() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        max_workers=processors(),
        mp_context=multiprocessing.get_context("forkserver"),
        initializer=_begin,
    )


def _begin() -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    set_up_django()
    spare_what_stays()


def _end_with_parent() -> None:
    """End this process when the one that started it is gone; it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
