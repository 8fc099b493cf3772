"""SFTP version 3 on the wire (draft-ietf-secsh-filexfer-02): read the fields of requests, render replies. Pure."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, IntFlag

VERSION = 3
FLAG_SIZE, FLAG_OWNER, FLAG_MODE, FLAG_TIMES, FLAG_EXTENDED = 0x1, 0x2, 0x4, 0x8, 0x80000000
_LONGEST_LIST_OF_EXTENSIONS = 64
_LATEST_TIME = 2**32 - 1


class Kind(IntEnum):
    """The types of packets."""

    INIT = 1
    VERSION = 2
    OPEN = 3
    CLOSE = 4
    READ = 5
    WRITE = 6
    LSTAT = 7
    FSTAT = 8
    SETSTAT = 9
    FSETSTAT = 10
    OPENDIR = 11
    READDIR = 12
    REMOVE = 13
    MKDIR = 14
    RMDIR = 15
    REALPATH = 16
    STAT = 17
    RENAME = 18
    READLINK = 19
    SYMLINK = 20
    STATUS = 101
    HANDLE = 102
    DATA = 103
    NAME = 104
    ATTRS = 105
    EXTENDED = 200
    EXTENDED_REPLY = 201


class OpenFlag(IntFlag):
    """The flags of an OPEN request."""

    READ = 0x01
    WRITE = 0x02
    APPEND = 0x04
    CREATE = 0x08
    TRUNCATE = 0x10
    EXCLUSIVE = 0x20


class StatusCode(IntEnum):
    """The status codes of version 3."""

    OK = 0
    EOF = 1
    NO_SUCH_FILE = 2
    PERMISSION_DENIED = 3
    FAILURE = 4
    BAD_MESSAGE = 5
    OP_UNSUPPORTED = 8


class MalformedPacketError(Exception):
    """A packet does not hold what its type announces."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a client is told about a file: mode with its type bits, size in bytes, seconds since 1970."""

    mode: int
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a listing."""

    name: bytes
    long_name: bytes
    attributes: Attributes


class Fields:
    """The fields of one request, taken from the front; MalformedPacketError when it holds less than asked for."""

    __slots__ = ("_at", "_packet")

    def __init__(self, packet: bytes) -> None:
        self._packet = packet
        self._at = 0

    def byte(self) -> int:
        """Take one byte."""
        return self._take(1)[0]

    def uint32(self) -> int:
        """Take a number of four bytes."""
        return int.from_bytes(self._take(4), "big")

    def uint64(self) -> int:
        """Take a number of eight bytes."""
        return int.from_bytes(self._take(8), "big")

    def string(self) -> bytes:
        """Take a string of bytes, opened by its length."""
        return self._take(self.uint32())

    def size_attribute(self) -> int | None:
        """Take a set of attributes; return the size it asks for, if any, and pass over the rest."""
        flags = self.uint32()
        size = self.uint64() if flags & FLAG_SIZE else None
        for flag, length in ((FLAG_OWNER, 8), (FLAG_MODE, 4), (FLAG_TIMES, 8)):
            if flags & flag:
                self._take(length)
        if flags & FLAG_EXTENDED:
            count = self.uint32()
            if count > _LONGEST_LIST_OF_EXTENSIONS:
                raise MalformedPacketError(f"{count} extended attributes")
            for _ in range(2 * count):
                self.string()
        return size

    def _take(self, length: int) -> bytes:
        end = self._at + length
        if end > len(self._packet):
            raise MalformedPacketError(f"{length} bytes expected, {len(self._packet) - self._at} left")
        taken = self._packet[self._at : end]
        self._at = end
        return taken


def render_string(value: bytes) -> bytes:
    """Render a string of bytes, opened by its length."""
    return struct.pack(">I", len(value)) + value


def render_version(extensions: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Render the answer to INIT."""
    pairs = b"".join(render_string(name) + render_string(value) for name, value in extensions)
    return _packet(Kind.VERSION, VERSION, pairs)


def render_status(request: int, code: StatusCode, text: str) -> bytes:
    """Render a status with a text for the user (UTF-8) and no language tag."""
    body = struct.pack(">I", code) + render_string(text.encode()) + render_string(b"")
    return _packet(Kind.STATUS, request, body)


def render_handle(request: int, handle: bytes) -> bytes:
    """Render the handle of an opened file or tray."""
    return _packet(Kind.HANDLE, request, render_string(handle))


def render_data(request: int, data: bytes) -> bytes:
    """Render a block that was read."""
    return struct.pack(">IBII", len(data) + 9, Kind.DATA, request, len(data)) + data


def render_names(request: int, lines: Iterable[Listed]) -> bytes:
    """Render lines of a listing, or the one answer to REALPATH."""
    rendered = [
        render_string(line.name) + render_string(line.long_name) + _attributes(line.attributes) for line in lines
    ]
    return _packet(Kind.NAME, request, struct.pack(">I", len(rendered)) + b"".join(rendered))


def render_real_path(request: int, path: bytes) -> bytes:
    """Render the one answer to REALPATH, which carries no attributes."""
    name = render_string(path)
    return _packet(Kind.NAME, request, struct.pack(">I", 1) + name + name + struct.pack(">I", 0))


def render_attributes(request: int, attributes: Attributes) -> bytes:
    """Render what is known about a file."""
    return _packet(Kind.ATTRS, request, _attributes(attributes))


def render_extended(request: int, body: bytes) -> bytes:
    """Render the answer to an extended request."""
    return _packet(Kind.EXTENDED_REPLY, request, body)


def _attributes(attributes: Attributes) -> bytes:
    time = min(max(attributes.modified, 0), _LATEST_TIME)
    flags = FLAG_SIZE | FLAG_MODE | FLAG_TIMES
    return struct.pack(">IQIII", flags, attributes.size, attributes.mode, time, time)


def _packet(kind: Kind, number: int, body: bytes) -> bytes:
    return struct.pack(">IBI", len(body) + 5, kind, number) + body
