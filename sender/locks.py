"""Let one run at a time change a small file; a run that dies leaves nothing locked."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from sender.troubles import ExitCode, SenderError

PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS = 0.02


@contextlib.contextmanager
def locked(path: Path, *, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the lock that belongs to `path`, which lies beside it; SenderError when another run keeps it too long."""
    lock = path.with_name(f"{path.name}.lock")
    descriptor = os.open(lock, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        deadline = time.monotonic() + patience
        while not _is_taken(descriptor):
            if time.monotonic() > deadline:
                raise SenderError(
                    f"Another run keeps {path} to itself.",
                    next_step="Wait until it is done, then run the same command again.",
                    exit_code=ExitCode.INTERRUPTED,
                )
            time.sleep(_PAUSE_SECONDS)
        yield
    finally:
        os.close(descriptor)


def _is_taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
