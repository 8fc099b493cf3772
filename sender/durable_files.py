"""Write small files so that they are either whole or absent, also after a power cut."""

import os
from pathlib import Path

HIDDEN_ENDING = ".part"


def temporary_beside(path: Path) -> Path:
    """Return the hidden name under which `path` is written until it is whole."""
    return path.with_name(f".{path.name}{HIDDEN_ENDING}")


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path`, replacing what is there in one step."""
    temporary = temporary_beside(path)
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    publish(temporary, path)


def publish(temporary: Path, path: Path) -> None:
    """Give a finished, synced file its own name, durably."""
    temporary.replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
