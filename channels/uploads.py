"""One upload in progress: bytes go to staging, the client's own close settles them."""

import os
import time
from collections.abc import Callable
from datetime import datetime

from domain.brussels import Clock
from domain.mailbox_refusals import LeavesGap, NotAllowed, UploadSuperseded
from domain.refusals import OutageError
from evidence.outages import outages

_LET_GO_WITHIN = (0.01, 0.04, 0.15)
"""Seconds between looks."""


class StagedUpload:
    """An open handle on a staged file.

    `announced` is the size that the file was said to get, where a door is told that. `may_grow_to` gets the size that a write needs and returns up to which size the file may grow before it is to be asked
    again, or raises QuotaExceeded; nothing is asked below `granted`. `settle` gets the final size and the instant of the
    close, once the bytes are durable.
    """

    def __init__(
        self,
        descriptor: int,
        *,
        name: str,
        granted: int,
        may_grow_to: Callable[[int], int],
        settle: Callable[[int, datetime], None],
        clock: Clock,
        announced: int | None = None,
    ) -> None:
        self.announced = announced
        self._descriptor = descriptor
        self._name = name
        self._granted = granted
        self._may_grow_to = may_grow_to
        self._settle = settle
        self._clock = clock
        self._is_open = True

    def write(self, offset: int, data: bytes) -> None:
        """Write `data` at `offset`, which is at most where the file ends.

        Raises LeavesGap beyond that end, QuotaExceeded beyond what the sender may stage, UploadSuperseded as at a close.
        """
        self._require_no_gap(offset)
        self._require_granted(offset + len(data))
        with outages():
            view = memoryview(data)
            while view:
                written = os.pwrite(self._descriptor, view, offset)
                view, offset = view[written:], offset + written
            now = self._clock.now().timestamp()
            os.utime(self._descriptor, (now, now))  # by our clock, which tells how long a part is waited for

    def truncate(self, size: int) -> None:
        """Cut the file to `size` bytes; refused like a write."""
        self._require_no_gap(size)
        self._require_granted(size)
        with outages():
            os.ftruncate(self._descriptor, size)

    def size(self) -> int:
        """Return the present size in bytes."""
        self._require_open()
        return os.fstat(self._descriptor).st_size

    def close(self) -> None:
        """Make the bytes durable and settle them; what this returns from has happened.

        Raises UploadSuperseded when the file is no longer this upload's, and OutageError when the database lost its entry.
        """
        self._require_open()
        self._is_open = False
        at = self._clock.now()  # before the disk has its say: our own slowness makes no declaration late
        try:
            with outages():
                size = os.fstat(self._descriptor).st_size
                if size:
                    os.fsync(self._descriptor)
                self._settle(size, at)
        except UploadSuperseded as superseded:
            if not self._is_let_go():
                raise OutageError(f"the entry of {self._name} was lost; send it again") from superseded
            raise
        finally:
            os.close(self._descriptor)

    def abandon(self) -> None:
        """Let go without a close: the bytes stay to be resumed or replaced, and complete nothing."""
        if self._is_open:
            self._is_open = False
            os.close(self._descriptor)

    def _require_granted(self, size: int) -> None:
        if size > self._granted:
            with outages():
                self._granted = self._may_grow_to(size)

    def _is_let_go(self) -> bool:
        """Whether somebody has let go of the bytes, as whoever takes a file over, seals or removes it does after its commit.

        Only a database that failed keeps them: it is waited for a moment, so that a refusal is not told as an outage.
        """
        for pause in _LET_GO_WITHIN:
            if not os.fstat(self._descriptor).st_nlink:
                return True
            time.sleep(pause)
        return not os.fstat(self._descriptor).st_nlink

    def _require_no_gap(self, offset: int) -> None:
        if offset > self._require_own():
            raise LeavesGap(f"{self._name} ends before byte {offset}: send what comes before it first")

    def _require_own(self) -> int:
        """Return the present size; refuse bytes for a file that is nobody's any more.

        They would fill the disk and be counted for no sender.
        """
        self._require_open()
        status = os.fstat(self._descriptor)
        if not status.st_nlink:
            raise UploadSuperseded(
                f"{self._name} was sealed, replaced or removed while this upload was open; send it again"
            )
        return status.st_size

    def _require_open(self) -> None:
        if not self._is_open:
            raise NotAllowed(f"{self._name} is already closed")
