"""The room of large files that are still worked on: on the disk of the counter's home, where nobody else reads them.

The machine's own folder for temporary files may be memory, or small, and lies outside what the operator guards.
"""

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile, TemporaryDirectory, TemporaryFile
from typing import BinaryIO, cast

from evidence.outages import outages

_FOR_ITS_OWNER = 0o700
_FILE_FOR_ITS_OWNER = 0o600


class Spool:
    """Files that nobody needs once whoever works on them is done, or gone; OutageError where the disk takes none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def below(cls, home: Path) -> "Spool":
        """Return the room of the counter whose home that is."""
        return cls(home / "spool")

    @property
    def folder(self) -> Path:
        """Where the files lie; it may not be there yet."""
        return self._folder

    def make(self) -> Path:
        """Return the folder, which is there and its owner's alone."""
        with outages():
            self._folder.mkdir(mode=_FOR_ITS_OWNER, parents=True, exist_ok=True)
            if self._folder.stat().st_mode & 0o077:
                self._folder.chmod(_FOR_ITS_OWNER)
        return self._folder

    def open(self, *, in_memory: int = 0) -> BinaryIO:
        """Return an empty file without a name, gone once it is closed; up to `in_memory` bytes of it are in memory, and need no room."""
        if in_memory:
            return cast("BinaryIO", _InMemoryAtFirst(self, max_bytes=in_memory))
        with outages():
            return cast("BinaryIO", TemporaryFile(dir=self.make()))

    def require_room(self, size: int) -> None:
        """Return where a file of so many bytes (one at least) would fit in now; OutageError where it would not."""
        with self.open() as file, outages():
            os.posix_fallocate(file.fileno(), 0, size)

    @contextmanager
    def named(self, name: str, pieces: Iterable[bytes]) -> Iterator[Path]:
        """Give a file of that name (no folder in it) that holds the pieces, for who can only be told a path."""
        with ExitStack() as stack:
            with outages():
                path = Path(stack.enter_context(TemporaryDirectory(dir=self.make()))) / name
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


class _InMemoryAtFirst(SpooledTemporaryFile[bytes]):
    """Asks for the room once it is too large for memory, so that what is small is read without one."""

    def __init__(self, spool: Spool, *, max_bytes: int) -> None:
        super().__init__(max_size=max_bytes, dir=str(spool.folder))
        self._spool = spool

    def rollover(self) -> None:
        """Lie on the disk from now on."""
        self._spool.make()
        with outages():
            super().rollover()

    def write(self, content: bytes) -> int:  # type: ignore[override]  # the stubs name what is like bytes by a type of their own
        """Take more; a disk that is full may say so here."""
        with outages():
            return super().write(content)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go elsewhere; a disk that is full may say only now that it did not take what was written."""
        with outages():
            return super().seek(offset, whence)

    def close(self) -> None:
        """Let it go; what a full disk never took is told once more, and the file is closed."""
        with outages():
            super().close()

    def __exit__(self, *_raised: object) -> None:
        """Let it go at the end of a block."""
        self.close()


def _remove(left: Path) -> None:
    if left.is_dir() and not left.is_symlink():
        shutil.rmtree(left)
    else:
        left.unlink()


def _create_for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, _FILE_FOR_ITS_OWNER)
