"""Open files for what is too much for memory, in the room of the counter; what browsers send lies there as well."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from evidence.spool import Spool

_IN_MEMORY = 4 * 1024 * 1024


def counter_spool() -> Spool:
    """Return the room of this installation."""
    return Spool.below(settings.GUICHET.home)


class SpooledUploads(TemporaryFileUploadHandler):
    """Keeps a large file that a browser sends in that room, which the settings name as Django's own."""

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Begin a file."""
        counter_spool().make()
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]  # as they came


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
