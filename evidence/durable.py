"""Make files and folders durable: on return, what was written to them, or the names they hold, survive a halt."""

import ctypes
import os
from collections.abc import Collection
from functools import cache
from pathlib import Path

_MANY = 16


def make_durable(paths: Collection[Path], *, within: Path) -> None:
    """Make all of `paths`, which lie in the folder `within` on its file system, durable; OSError when that fails.

    Many at once become durable by one call for the whole file system where there is one: each `fsync` would write the
    journal again (decision 0049).
    """
    sync_file_system = find_syncfs() if len(paths) >= _MANY else None
    if sync_file_system is None:
        for path in paths:
            _synchronise(path)
        return
    descriptor = os.open(within, os.O_RDONLY)
    try:
        if sync_file_system(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(within))
    finally:
        os.close(descriptor)


@cache
def find_syncfs() -> "ctypes._NamedFuncPointer | None":
    """Return the call of the C library that synchronises one file system; Linux has it, and Python does not offer it."""
    return getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)


def _synchronise(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
