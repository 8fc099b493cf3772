"""The processes that judge pieces of large payloads: started at the first one, and gone with the process that started them."""

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from functools import cache

from commands.compose import set_up_django


@cache
def judging_workers() -> ProcessPoolExecutor:
    """Return the workers of this process, one for each processor it may use."""
    return ProcessPoolExecutor(
        max_workers=len(os.sched_getaffinity(0)),
        mp_context=multiprocessing.get_context("forkserver"),
        initializer=_begin,
    )


def _begin() -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    set_up_django()


def _end_with_parent() -> None:
    """End this process when the one that started it is gone; it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
