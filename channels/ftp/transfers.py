"""What goes over a data connection, and the ways in which that can end."""

from enum import Enum
from typing import BinaryIO, Protocol

from channels.uploads import StagedUpload
from evidence.outages import outages

_BLOCK = 64 * 1024


class TransferEnd(Enum):
    """Why a data connection came to its end."""

    COMPLETE = "complete"
    """Incoming: the client closed it in order. Outgoing: the client has all of it."""

    CUT = "cut"
    """Reset, or under TLS closed without a close_notify: nobody knows what is missing."""

    STALLED = "stalled"
    ABORTED = "aborted"
    DEPARTED = "departed"
    """The control connection was lost."""

    NOT_CONNECTED = "not connected"
    NOT_SECURED = "not secured"
    """There was no TLS handshake."""

    FOREIGN = "foreign"
    """Whoever came for the data has not shown the certificate of the control connection."""


class Incoming:
    """Bytes for an upload, from `at` on."""

    def __init__(self, upload: StagedUpload, *, at: int) -> None:
        self._upload = upload
        self._at = at

    def take(self, block: bytes) -> None:
        """Stage what has arrived; QuotaExceeded or OutageError where that is not possible."""
        self._upload.write(self._at, block)
        self._at += len(block)


class Outgoing:
    """Bytes of an answer or a listing, from where `content` stands to its end."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content

    def next_block(self) -> bytes:
        """Return what comes next, nothing at the end; OutageError when it cannot be read."""
        with outages():
            return self._content.read(_BLOCK)


class Ended(Protocol):
    """Who is told, once, how a transfer ended."""

    def __call__(self, end: "TransferEnd | Exception") -> None:
        """Take note; the data connection is closed by then."""
        ...
