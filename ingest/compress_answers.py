"""Make the one-entry ZIP of an answer that is too large as it is; reads and writes a piece at a time.

The content is deflated before the answer has a name, and wrapped when it gets one: only the small second step happens
while the recipient's counter is locked.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Final

CHUNK = 1024 * 1024
LARGEST = 0xFFFFFFFF
_RAW_DEFLATE = -zlib.MAX_WBITS
_LEVEL = 3
"""Takes 0.4 of the time of the usual 6; a notification of 264 MB is 12 MB instead of 10."""
_DEFLATED = 8
_VERSION = 20
_NO_FLAGS = 0
_ENTRY: Final = struct.Struct("<4s5H3I2H")
_DIRECTORY: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")


@dataclass(frozen=True, slots=True)
class DeflatedContent:
    """Content deflated into `file` (raw, RFC 1951, from its start); sizes in bytes, `checksum` is CRC-32."""

    file: BinaryIO
    checksum: int
    size: int
    deflated_size: int


def deflate(content: BinaryIO, target: BinaryIO, *, largest: int = LARGEST) -> DeflatedContent:
    """Deflate `content` to its end into `target`, an empty file that stays open.

    Raises ValueError above `largest` bytes, at most the 4 GiB where the plain form of ZIP ends; notifications are
    split long before.
    """
    deflater = zlib.compressobj(_LEVEL, wbits=_RAW_DEFLATE)
    checksum = size = deflated_size = 0
    for chunk in _chunks(content):
        checksum, size = zlib.crc32(chunk, checksum), size + len(chunk)
        deflated_size += target.write(deflater.compress(chunk))
    deflated_size += target.write(deflater.flush())
    if max(size, deflated_size) > largest:
        raise ValueError(f"an answer of {size} bytes does not fit in a ZIP of the plain form")
    return DeflatedContent(target, checksum, size, deflated_size)


def write_zip(deflated: DeflatedContent, target: BinaryIO, *, entry_name: str, day: date) -> None:
    """Write the ZIP whose only entry is `entry_name` (ASCII), dated `day` at midnight (PKWARE APPNOTE 4.3)."""
    name = entry_name.encode("ascii")
    dos_day = (day.year - 1980) << 9 | day.month << 5 | day.day
    facts = (_NO_FLAGS, _DEFLATED, 0, dos_day, deflated.checksum, deflated.deflated_size, deflated.size)
    entry = _ENTRY.pack(b"PK\x03\x04", _VERSION, *facts, len(name), 0) + name
    target.write(entry)
    deflated.file.seek(0)
    target.writelines(_chunks(deflated.file))
    directory = _DIRECTORY.pack(b"PK\x01\x02", _VERSION, _VERSION, *facts, len(name), 0, 0, 0, 0, 0, 0) + name
    target.write(directory)
    start = len(entry) + deflated.deflated_size
    target.write(_END.pack(b"PK\x05\x06", 0, 0, 1, 1, len(directory), start, 0))


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(CHUNK):
        yield chunk
