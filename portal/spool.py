"""Open files for what is too much for memory, in the room of the counter; what browsers send lies there as well."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, Never

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from domain.refusals import OutageError
from evidence.outages import outages
from evidence.spool import Spool

_IN_MEMORY = 4 * 1024 * 1024


class NotKeptError(OutageError):
    """What a browser sends cannot be kept until its page has looked at it: nothing of it was done."""


def counter_spool() -> Spool:
    """Return the room of this installation."""
    return Spool.below(settings.GUICHET.home)


class SpooledUploads(TemporaryFileUploadHandler):
    """Keeps a large file that a browser sends in that room, which the settings name as Django's own."""

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Begin a file; NotKeptError, as of the others, where the disk takes none."""
        with keeping():
            counter_spool().make()
            super().new_file(*args, **kwargs)  # type: ignore[arg-type]  # as they came

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write what has come."""
        with keeping(), self._let_go_of():
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        """Give the file, which is written to its end."""
        with keeping(), self._let_go_of():
            return super().file_complete(file_size)

    @contextmanager
    def _let_go_of(self) -> Iterator[None]:
        """Remove the file where the disk takes no more of it; nobody else does."""
        try:
            yield
        except OSError:
            with suppress(OSError):
                self.file.close()
            raise


class NotKept(io.RawIOBase):
    """A body that could not be kept: whoever reads it, in whatever way, meets a NotKeptError."""

    def readable(self) -> bool:
        """Say that it is read like any other."""
        return True

    def readinto(self, _room: object) -> Never:
        """Tell why there is nothing to be read."""
        raise NotKeptError("what a browser sent could not be kept")

    def write(self, content: bytes) -> int:  # type: ignore[override]  # the stubs name what is like bytes by a type of their own
        """Hear what still comes, and let it go."""
        return len(content)

    def seek(self, _offset: int, _whence: int = io.SEEK_SET) -> int:
        """Be where it is asked to be: there is nothing anywhere."""
        return 0


@contextmanager
def keeping() -> Iterator[None]:
    """Raise NotKeptError where what a browser sends cannot be kept."""
    try:
        with outages():
            yield
    except OutageError as trouble:
        raise NotKeptError("what a browser sends cannot be kept") from trouble


@contextmanager
def spooled() -> Iterator[BinaryIO]:
    """Give a file to be written, which is then at its begin; it has no name, and is gone once it is closed.

    Up to 4 MB of it are in memory. Where it could not be written it is closed.
    """
    file = counter_spool().open(in_memory=_IN_MEMORY)
    try:
        yield file
    except BaseException:
        file.close()
        raise
    file.seek(0)
