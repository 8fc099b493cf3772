"""The room of large files that are still worked on: on the disk of the counter's home, where nobody else reads them.

The machine's own folder for temporary files may be memory, or small, and lies outside what the operator guards.
"""

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile, TemporaryDirectory, TemporaryFile
from typing import BinaryIO, cast

_FOR_ITS_OWNER = 0o700
_FILE_FOR_ITS_OWNER = 0o600


class Spool:
    """Files that nobody needs once whoever works on them is done, or gone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def below(cls, home: Path) -> "Spool":
        """Return the room of the counter whose home that is."""
        return cls(home / "spool")

    def make(self) -> Path:
        """Return the folder, which is there and its owner's alone."""
        self._folder.mkdir(mode=_FOR_ITS_OWNER, parents=True, exist_ok=True)
        if self._folder.stat().st_mode & 0o077:
            self._folder.chmod(_FOR_ITS_OWNER)
        return self._folder

    def open(self, *, in_memory: int = 0) -> BinaryIO:
        """Return an empty file without a name, gone once it is closed; up to `in_memory` bytes of it are in memory."""
        folder = str(self.make())
        if in_memory:
            return cast("BinaryIO", SpooledTemporaryFile(max_size=in_memory, dir=folder))
        return cast("BinaryIO", TemporaryFile(dir=folder))

    @contextmanager
    def named(self, name: str, pieces: Iterable[bytes]) -> Iterator[Path]:
        """Give a file of that name (no folder in it) that holds the pieces, for who can only be told a path."""
        with TemporaryDirectory(dir=self.make()) as folder:
            path = Path(folder) / name
            with open(path, "xb", opener=_create_for_its_owner) as file:
                file.writelines(pieces)
            yield path

    def drop_left(self, untouched_since: datetime) -> int:
        """Remove what somebody who vanished left and did not touch since that instant (aware); return how much."""
        dropped = 0
        for left in self._folder.glob("*"):
            with contextlib.suppress(FileNotFoundError):  # its owner was done just now
                if left.lstat().st_mtime <= untouched_since.timestamp():
                    _remove(left)
                    dropped += 1
        return dropped


def _remove(left: Path) -> None:
    if left.is_dir() and not left.is_symlink():
        shutil.rmtree(left)
    else:
        left.unlink()


def _create_for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, _FILE_FOR_ITS_OWNER)
