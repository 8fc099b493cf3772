"""Files on disk while a delivery arrives: one folder a sender, names that no sender chooses."""

import contextlib
import errno
import fcntl
import io
import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from domain.sender_numbers import SenderNumber


class StagingArea:
    """Unsealed bytes under `root`; the rows of `StagedFile` say what they are."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def new_path(self, sender: SenderNumber) -> str:
        """Return an unused path, relative to the root, for a file of `sender`, whose folder is there."""
        (self._root / str(sender)).mkdir(parents=True, exist_ok=True)
        return _unused(sender)

    def open_alone(self, path: str) -> int | None:
        """Return a file descriptor that reads and writes `path`, created when it is not there.

        None when an upload, of whatever process, still has it open: the kernel forgets the lock with the last of them.
        """
        descriptor = os.open(self._root / path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as busy:
            os.close(descriptor)
            if busy.errno in {errno.EWOULDBLOCK, errno.EACCES}:
                return None
            raise
        return descriptor

    def open_new(self, sender: SenderNumber) -> tuple[str, int]:
        """Return an unused path for a file of `sender`, and a file descriptor that reads and writes it."""
        path = _unused(sender)
        try:
            descriptor = self.open_alone(path)
        except FileNotFoundError:  # only the first file of a sender needs its folder made
            path = self.new_path(sender)
            descriptor = self.open_alone(path)
        if descriptor is None:
            message = f"the unused path {path} is in use"
            raise OSError(errno.EEXIST, message)
        return path, descriptor

    def copy(self, path: str, sender: SenderNumber) -> str:
        """Copy what `path` holds, if anything, to an unused path for a file of `sender`; return that path."""
        copied = self.new_path(sender)
        try:
            shutil.copyfile(self._root / path, self._root / copied)
        except FileNotFoundError:
            return copied
        (self._root / copied).chmod(0o640)
        return copied

    def open_for_reading(self, path: str, *, size: int) -> BinaryIO:
        """Return the staged bytes from their beginning; a file that was closed empty need not be on the disk."""
        if size == 0:
            return io.BytesIO()
        return (self._root / path).open("rb")

    def size(self, path: str) -> int:
        """Return the present size in bytes; 0 when nothing was written yet."""
        try:
            return (self._root / path).stat().st_size
        except FileNotFoundError:
            return 0

    def used_by(self, sender: SenderNumber) -> int:
        """Return how many bytes the sender's files have now, those that are being written among them."""
        try:
            return sum(_size(entry) for entry in os.scandir(self._root / str(sender)))
        except FileNotFoundError:
            return 0

    def written_at(self, path: str) -> datetime | None:
        """Return when the bytes were last written (aware); None when there are none."""
        try:
            return datetime.fromtimestamp((self._root / path).stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def list_untouched_since(self, instant: datetime) -> Iterator[str]:
        """Yield the paths of all files that were not written after that instant (aware)."""
        for file in self._root.glob("*/*"):
            path = f"{file.parent.name}/{file.name}"
            written_at = self.written_at(path)
            if written_at is not None and written_at <= instant:
                yield path

    def discard(self, path: str, *, may_be_open: bool = False) -> None:
        """Remove the bytes; harmless when they are gone.

        Those of an upload that may be open are given up at once: until it ends they would fill the disk uncounted.
        """
        if may_be_open:
            with contextlib.suppress(FileNotFoundError):
                os.truncate(self._root / path, 0)
        (self._root / path).unlink(missing_ok=True)


def _unused(sender: SenderNumber) -> str:
    return f"{sender}/{uuid.uuid4().hex}"


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except FileNotFoundError:
        return 0
