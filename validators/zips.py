"""Open a payload that may have come zipped: one plain entry, inflated while it is read, bounded, nothing believed.

The zip is one local header, its data and one central header, back to back, then the end record. Whatever deviates from
that - comments, gaps, overlaps, several disks, archives behind archives - is refused rather than interpreted.
"""

import io
import os
import struct
import zlib
from contextlib import ExitStack
from dataclasses import dataclass
from typing import BinaryIO

from domain.refusals import Refusal, RefusalCode

STORED, DEFLATED = 0, 8

_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_DESCRIPTOR_SIZES = frozenset({12, 16, 20, 24})
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000
_PATCHED = 0x0020
_HAS_DESCRIPTOR = 0x0008
_IN_EXTRA = 0xFFFFFFFF
_EXTRA_64 = 0x0001
_BLOCK = 64 * 1024


@dataclass(frozen=True, slots=True)
class _Entry:
    """The one entry: where its data lie, how they are packed and what the directory says they become."""

    method: int
    starts: int
    packed_size: int
    size: int
    crc: int


def open_payload(content: BinaryIO, *, limit: int) -> BinaryIO:
    """Return the payload in `content`, from its first byte: the only entry of a zip, or `content` itself when it is none.

    The result can be read and rewound (`seek(0)`), and closes `content` when it is closed, as a refusal does. Raises Refusal ARCHIVE_INVALID,
    ARCHIVE_ENTRIES, ARCHIVE_ALGORITHM or, for more than `limit` bytes after unzipping, PAYLOAD_TOO_LARGE; what the data
    do not keep of what the directory promised is refused while they are read.
    """
    with ExitStack() as opened:
        opened.callback(content.close)
        payload = _unzip(content, limit=limit) if is_zip(content) else content
        opened.pop_all()
    return payload


def is_zip(content: BinaryIO) -> bool:
    """Whether `content` begins as zips do, which XML never does; leaves it at its first byte."""
    content.seek(0)
    start = content.read(4)
    content.seek(0)
    return start in _STARTS


def _unzip(content: BinaryIO, *, limit: int) -> BinaryIO:
    entry = _find_entry(content)
    if entry.size > limit:
        raise _too_large(limit)
    return io.BufferedReader(_Unzipped(content, entry, limit=limit), _BLOCK)


def _find_entry(content: BinaryIO) -> _Entry:
    end = content.seek(0, os.SEEK_END) - _END.size
    _, disk, disk_with_directory, here, entries, size, offset, comment = _unpack(_END, content, end, b"PK\x05\x06")
    if disk or disk_with_directory or here != entries or comment:
        raise _invalid("it lies on several disks or has a comment")
    if entries != 1:
        raise Refusal(RefusalCode.ARCHIVE_ENTRIES, f"the zip has {entries} entries instead of 1")
    if offset + size != end:
        raise _invalid("its directory does not end where its end record begins")
    return _read_entry(content, offset, size)


def _read_entry(content: BinaryIO, offset: int, size: int) -> _Entry:
    fields = _unpack(_CENTRAL, content, offset, b"PK\x01\x02")
    flags, method, crc, packed, unpacked = fields[3], fields[4], fields[7], fields[8], fields[9]
    name_size, extra_size, comment_size, disk, local = fields[10], fields[11], fields[12], fields[13], fields[16]
    if size > _CENTRAL.size + name_size + extra_size + comment_size:
        raise Refusal(RefusalCode.ARCHIVE_ENTRIES, "the directory of the zip holds more than its one entry")
    name, extra = content.read(name_size), content.read(extra_size)
    if size != _CENTRAL.size + len(name) + len(extra) + comment_size or disk or local:
        raise _invalid("its directory does not fit its one entry")
    _require_file(name)
    if flags & (_ENCRYPTED | _PATCHED) or method not in {STORED, DEFLATED}:
        raise Refusal(RefusalCode.ARCHIVE_ALGORITHM, f"the entry is encrypted or packed by method {method}")
    unpacked, packed = _sizes(unpacked, packed, extra)
    starts = _require_local(content, flags=flags, method=method, name=name)
    gap = offset - starts - packed
    if gap != 0 and not (flags & _HAS_DESCRIPTOR and gap in _DESCRIPTOR_SIZES):
        raise _invalid("the data of its entry do not lie between its two headers")
    return _Entry(method, starts, packed, unpacked, crc)


def _require_local(content: BinaryIO, *, flags: int, method: int, name: bytes) -> int:
    """Return where the data begin, after the local header, which says what the directory says."""
    fields = _unpack(_LOCAL, content, 0, b"PK\x03\x04")
    name_size, extra_size = fields[9], fields[10]
    if (fields[2], fields[3]) != (flags, method) or content.read(name_size) != name:
        raise _invalid("its two headers contradict each other")
    return _LOCAL.size + name_size + extra_size


def _require_file(name: bytes) -> None:
    if name.endswith(b"/"):
        raise Refusal(RefusalCode.ARCHIVE_ENTRIES, "the only entry of the zip is a folder")
    if name in {b"", b".", b".."} or any(byte < 0x20 or byte in b"/\\:" for byte in name):  # noqa: PLR2004 - blank
        raise _invalid("its entry has no plain name")


def _sizes(unpacked: int, packed: int, extra: bytes) -> tuple[int, int]:
    """Return both sizes, from the extra field of large zips where the header leaves them to it."""
    wanted = [size for size in (unpacked, packed) if size == _IN_EXTRA]
    if not wanted:
        return unpacked, packed
    found = _find_extra(extra)
    if len(found) < 8 * len(wanted):
        raise _invalid("its entry has no size")
    sizes = iter(struct.unpack_from(f"<{len(wanted)}Q", found))
    return tuple(next(sizes) if size == _IN_EXTRA else size for size in (unpacked, packed))  # type: ignore[return-value]


def _find_extra(extra: bytes) -> bytes:
    while len(extra) >= 4:  # noqa: PLR2004 - two numbers of two bytes: kind and size
        kind, size = struct.unpack_from("<2H", extra)
        if kind == _EXTRA_64:
            return extra[4 : 4 + size]
        extra = extra[4 + size :]
    return b""


class _Unzipped(io.RawIOBase):
    """The bytes of one entry; refuses data that are more, fewer or others than the directory said."""

    def __init__(self, content: BinaryIO, entry: _Entry, *, limit: int) -> None:
        self._content = content
        self._entry = entry
        self._limit = limit
        self._given = 0
        self._crc = 0
        self._rewind()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._given

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go back to the first byte; nowhere else."""
        if (offset, whence) != (0, os.SEEK_SET):
            raise io.UnsupportedOperation("a zipped payload is read from its beginning")
        self._rewind()
        return 0

    def readinto(self, buffer: "memoryview[int] | bytearray") -> int:  # type: ignore[override]
        data = self._next(len(buffer))
        buffer[: len(data)] = data
        self._given += len(data)
        self._crc = zlib.crc32(data, self._crc)
        if self._given > min(self._limit, self._entry.size):
            raise _too_large(self._limit) if self._given > self._limit else _invalid("its entry is larger than it says")
        if not data and (self._given, self._crc) != (self._entry.size, self._entry.crc):
            raise _invalid("the data of its entry are not those that it promises")
        return len(data)

    def close(self) -> None:
        self._content.close()
        super().close()

    def _rewind(self) -> None:
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS) if self._entry.method == DEFLATED else None
        self._content.seek(self._entry.starts)
        self._packed_left = self._entry.packed_size
        self._waiting = b""
        self._given = 0
        self._crc = 0

    def _next(self, most: int) -> bytes:
        """Return up to `most` bytes more, none at the end."""
        if self._inflater is None:
            return self._read_packed(most)
        data = b""
        while not data and not self._inflater.eof:
            packed = self._waiting or self._read_packed(_BLOCK)
            try:
                data = self._inflater.decompress(packed, most)
            except zlib.error:
                raise _invalid("its entry cannot be inflated") from None
            if not packed and not data:
                raise _invalid("its entry breaks off")
            self._waiting = self._inflater.unconsumed_tail
        if not data and (self._inflater.unused_data or self._packed_left):
            raise _invalid("something follows the data of its entry")
        return data

    def _read_packed(self, most: int) -> bytes:
        data = self._content.read(min(most, self._packed_left))
        self._packed_left -= len(data)
        return data


def _unpack(record: struct.Struct, content: BinaryIO, at: int, mark: bytes) -> tuple[int, ...]:
    """Return the fields of the record at `at`, which begins with `mark`."""
    if at >= 0:
        content.seek(at)
        data = content.read(record.size)
        if len(data) == record.size and data.startswith(mark):
            return record.unpack(data)
    raise _invalid("a record that belongs there is missing")


def _invalid(what: str) -> Refusal:
    return Refusal(RefusalCode.ARCHIVE_INVALID, f"the file begins as a zip, but {what}")


def _too_large(limit: int) -> Refusal:
    return Refusal(RefusalCode.PAYLOAD_TOO_LARGE, f"more than {limit} bytes after unzipping")
