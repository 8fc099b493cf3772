"""One upload in progress: bytes go to staging, the client's own close settles them."""

import os
from collections.abc import Callable
from datetime import datetime

from domain.brussels import Clock
from domain.mailbox_refusals import NotAllowed, QuotaExceeded
from evidence.outages import outages

LOOK_AGAIN = 8 * 1024 * 1024
"""Bytes by which an upload grows before it is asked again how much room its sender's other files leave."""


class StagedUpload:
    """An open handle on a staged file; `settle` gets the final size and the instant of the close, once bytes are durable.

    `allowance` is how large the file may become, as `room` tells anew while it grows: several may be open at once.
    """

    def __init__(
        self,
        descriptor: int,
        *,
        name: str,
        allowance: int,
        room: Callable[[], int],
        settle: Callable[[int, datetime], None],
        clock: Clock,
    ) -> None:
        self._descriptor = descriptor
        self._name = name
        self._allowance = allowance
        self._room = room
        self._looked_at = 0
        self._settle = settle
        self._clock = clock
        self._is_open = True

    def write(self, offset: int, data: bytes) -> None:
        """Write `data` at `offset`; QuotaExceeded beyond what the sender may stage."""
        self._require_open()
        self._require_room(offset + len(data))
        with outages():
            view = memoryview(data)
            while view:
                written = os.pwrite(self._descriptor, view, offset)
                view, offset = view[written:], offset + written
            now = self._clock.now().timestamp()
            os.utime(self._descriptor, (now, now))  # by our clock, which tells how long a part is waited for

    def truncate(self, size: int) -> None:
        """Cut or extend the file to `size` bytes."""
        self._require_open()
        self._require_room(size)
        with outages():
            os.ftruncate(self._descriptor, size)

    def size(self) -> int:
        """Return the present size in bytes."""
        self._require_open()
        return os.fstat(self._descriptor).st_size

    def close(self) -> None:
        """Make the bytes durable and settle them; what this returns from has happened."""
        self._require_open()
        self._is_open = False
        at = self._clock.now()  # before the disk has its say: our own slowness makes no declaration late
        try:
            with outages():
                os.fsync(self._descriptor)
                self._settle(os.fstat(self._descriptor).st_size, at)
        finally:
            os.close(self._descriptor)

    def abandon(self) -> None:
        """Let go without a close: the bytes stay to be resumed or replaced, and complete nothing."""
        if self._is_open:
            self._is_open = False
            os.close(self._descriptor)

    def _require_room(self, size: int) -> None:
        if size > self._looked_at + LOOK_AGAIN:
            with outages():
                self._allowance, self._looked_at = self._room(), size
        if size > self._allowance:
            raise QuotaExceeded(f"{self._name} does not fit in what may be staged ({self._allowance} bytes left)")

    def _require_open(self) -> None:
        if not self._is_open:
            raise NotAllowed(f"{self._name} is already closed")
