"""Write files so that they are either whole or absent, also after a power cut; what fails leaves nothing behind."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

HIDDEN_ENDING = ".part"


def temporary_beside(path: Path) -> Path:
    """Return the hidden name under which `path` is written until it is whole."""
    return path.with_name(f".{path.name}{HIDDEN_ENDING}")


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path`, replacing what is there in one step."""
    with draft_of(path) as file:
        file.write(content)
    publish(temporary_beside(path), path)


@contextlib.contextmanager
def draft_of(path: Path) -> Iterator[BinaryIO]:
    """Yield a file to write under the hidden name of `path`; it is synced at the end, and gone when anything fails.

    An OSError from it names `path`: a full disk by itself tells no file.
    """
    temporary = temporary_beside(path)
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except BaseException as trouble:
        _discard(temporary)
        if isinstance(trouble, OSError) and trouble.filename in {None, str(temporary)}:
            trouble.filename = str(path)
        raise


def publish(temporary: Path, path: Path) -> None:
    """Give a finished, synced file its own name, durably; it is gone when that fails."""
    try:
        temporary.replace(path)
    except OSError:
        _discard(temporary)
        raise
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _discard(temporary: Path) -> None:
    with contextlib.suppress(OSError):  # the trouble that led here is the one to tell
        temporary.unlink(missing_ok=True)
