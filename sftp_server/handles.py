"""What a session has open: uploads, answers and listings, by the handle its client knows them by."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO, TypeAlias, TypeVar

from domain.environments import Tray
from domain.mailbox_refusals import NotAllowed
from sftp_server.packets import Listed, MalformedPacketError
from sftp_server.ports import Upload
from sftp_server.statuses import TooManyOpen, TornUpload


class OpenUpload:
    """An upload in progress; after a failed write it can only be abandoned, so that no torn file is ever closed."""

    def __init__(self, tray: Tray, name: str, upload: Upload, *, opened_at: datetime, appends: bool) -> None:
        self.tray = tray
        self.name = name
        self.upload = upload
        self.opened_at = opened_at
        self._appends = appends
        self._is_torn = False

    def write(self, offset: int, data: bytes) -> None:
        """Write at `offset`, or at the end when the client opened the file to append."""
        try:
            self.upload.write(self.upload.size() if self._appends else offset, data)
        except Exception:
            self._is_torn = True
            raise

    def truncate(self, size: int) -> None:
        """Cut or extend the file."""
        try:
            self.upload.truncate(size)
        except Exception:
            self._is_torn = True
            raise

    def close(self) -> int:
        """Close the upload as its client asked and return its size; a torn one is abandoned, with TornUpload."""
        if self._is_torn:
            self.upload.abandon()
            raise TornUpload("a part of this file was not stored; send it again")
        size = self.upload.size()
        self.upload.close()
        return size

    def let_go(self) -> None:
        """Abandon the upload."""
        self.upload.abandon()


class OpenAnswer:
    """An answer being read; its attributes are those it had when it was opened."""

    def __init__(self, tray: Tray, name: str, stream: BinaryIO, *, size: int, modified_at: datetime) -> None:
        self.tray = tray
        self.name = name
        self.size = size
        self.modified_at = modified_at
        self._stream = stream
        self._at = 0
        self._served = 0
        self._reached_end = False

    def read(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; empty at the end."""
        if offset >= self.size:
            self._reached_end = True
            return b""
        if offset != self._at:
            self._stream.seek(offset)
        data = self._stream.read(length)
        self._at = offset + len(data)
        self._served += len(data)
        self._reached_end = self._reached_end or self._at >= self.size
        return data

    def is_read_whole(self) -> bool:
        """Whether its last byte was served, and as many as it has; a resumed download is taken for a part."""
        return self._reached_end and self._served >= self.size

    def let_go(self) -> None:
        """Close the stream."""
        self._stream.close()


class OpenListing:
    """The lines of a listing that its client has not fetched yet."""

    def __init__(self, lines: Iterable[Listed]) -> None:
        self._rest = deque(lines)

    def take(self, count: int) -> list[Listed]:
        """Return the next lines, at most `count`; none at the end."""
        return [self._rest.popleft() for _ in range(min(count, len(self._rest)))]

    def let_go(self) -> None:
        """Forget the lines."""
        self._rest.clear()


OpenThing: TypeAlias = OpenUpload | OpenAnswer | OpenListing
KindT = TypeVar("KindT", OpenUpload, OpenAnswer, OpenListing)


class OpenHandles:
    """The handles of one session; a number is never used twice."""

    def __init__(self, *, limit: int) -> None:
        self._limit = limit
        self._next = 1
        self._open: dict[bytes, OpenThing] = {}

    def require_room(self) -> None:
        """Raise TooManyOpen when nothing more may be opened; asked before anything is."""
        if len(self._open) >= self._limit:
            raise TooManyOpen(f"at most {self._limit} files may be open at once")

    def add(self, thing: OpenThing) -> bytes:
        """Return the new handle of `thing`."""
        handle = b"%d" % self._next
        self._next += 1
        self._open[handle] = thing
        return handle

    def find(self, handle: bytes, kind: type[KindT]) -> KindT:
        """Return what `handle` stands for; NotAllowed when that is of another kind."""
        thing = self._known(handle)
        if not isinstance(thing, kind):
            raise NotAllowed("this handle was not opened for that")
        return thing

    def find_file(self, handle: bytes) -> OpenUpload | OpenAnswer:
        """Return the file that `handle` stands for; NotAllowed for a listing."""
        thing = self._known(handle)
        if isinstance(thing, OpenListing):
            raise NotAllowed("this handle is a listing")
        return thing

    def take(self, handle: bytes) -> OpenThing:
        """Return what `handle` stands for, and forget the handle."""
        thing = self._known(handle)
        del self._open[handle]
        return thing

    def take_all(self) -> list[OpenThing]:
        """Return everything that is open, and forget the handles."""
        things = list(self._open.values())
        self._open.clear()
        return things

    def _known(self, handle: bytes) -> OpenThing:
        thing = self._open.get(handle)
        if thing is None:
            raise MalformedPacketError("unknown handle")
        return thing
