"""Open files for what is too much for memory: on the disk of the counter's home, since `/tmp` may be memory itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from django.conf import settings

_IN_MEMORY = 4 * 1024 * 1024


@contextmanager
def spooled() -> Iterator[BinaryIO]:
    """Give a file to be written, which is then at its begin; it has no name, and is gone once it is closed.

    Up to 4 MB of it are in memory. Where it could not be written it is closed.
    """
    folder = settings.GUICHET.home / "spool"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = cast("BinaryIO", SpooledTemporaryFile(max_size=_IN_MEMORY, dir=str(folder)))  # noqa: SIM115 - who asked for it closes it
    try:
        yield file
    except BaseException:
        file.close()
        raise
    file.seek(0)
