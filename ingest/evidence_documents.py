"""Say of which kind a document that proves something is, and what keeps people from reading it. Pure, bounded by its size.

Structure alone is looked at, and whether a password is asked for: what a document shows, and whether it would harm somebody,
others judge. Scans and photographs are taken as devices make them: a telephone puts a second picture, or a film, behind the end of a JPEG.
"""

import re
import zlib
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice

from ingest.pdf_locks import LOCK, OpenedPdf

_STARTS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))
_PDF_END = re.compile(rb"startxref\s+\d+\s+%%EOF[\s\x00]*\Z")
_PDF_SEEN_END = re.compile(rb"startxref\s+\d+\s+%%EOF")
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_OBJECTS = re.compile(rb"/Type\s*/ObjStm.{0,400}?stream\r?\n", re.DOTALL)
_MOST_STREAMS, _LONGEST_STREAM, _MOST_UNPACKED = 1_000, 1024 * 1024, 32 * 1024 * 1024
_LONGEST_HEAD = 1000
"""In how many streams of packed objects a page is looked for, how much of each is unpacked, and to how many bytes all together;
and how far before its type the number of such a stream is looked for."""
_PNG_CHUNK = 12
_MOST_CHUNKS = 100_000
_JPEG_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
_MOST_SEGMENTS = 10_000
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_SCAN, _JPEG_END = 0xDA, 0xD9


class DocumentFault(StrEnum):
    """Why nobody can read a document."""

    DAMAGED = "DAMAGED"
    LOCKED = "LOCKED"
    MORE_BEHIND = "MORE_BEHIND"


def kind_of(content: bytes) -> str | None:
    """Return pdf, png or jpg, as the first bytes say; None for anything else."""
    return next((known for start, known in _STARTS if content.startswith(start)), None)


def fault_of(content: bytes, *, kind: str) -> DocumentFault | None:
    """Return what keeps people from reading the whole document; None for one that is sound."""
    match kind:
        case "pdf":
            return _fault_of_pdf(content)
        case "png":
            return _fault_of_png(content)
        case _:
            return None if _is_whole_jpeg(content) else DocumentFault.DAMAGED


def _fault_of_pdf(content: bytes) -> DocumentFault | None:
    opened = None
    if LOCK.search(content) is not None and (opened := OpenedPdf.of(content)) is None:
        return DocumentFault.LOCKED
    if _PDF_END.search(content) is None:
        return DocumentFault.DAMAGED if _PDF_SEEN_END.search(content) is None else DocumentFault.MORE_BEHIND
    has_page = _PAGE.search(content) is not None or any(map(_PAGE.search, _unpacked(content, opened)))
    return None if has_page else DocumentFault.DAMAGED


def _unpacked(content: bytes, opened: OpenedPdf | None) -> Iterator[bytes]:
    """Return what its packed objects say, one stream after another, as far as the bound goes."""
    left = _MOST_UNPACKED
    for found in islice(_OBJECTS.finditer(content), _MOST_STREAMS):
        packed = content[found.end() : found.end() + _LONGEST_STREAM]
        if opened is not None:
            packed = opened.decrypted(packed, head=content[max(found.start() - _LONGEST_HEAD, 0) : found.start()])
        try:
            objects = zlib.decompressobj().decompress(packed, left)
        except zlib.error:
            continue
        yield objects
        left -= len(objects)
        if left <= 0:
            return


def _fault_of_png(content: bytes) -> DocumentFault | None:
    """Look at every chunk: each whole, the first the size, then some of the picture, the last the end."""
    at, has_picture = 8, False
    for number in range(_MOST_CHUNKS):
        length, name = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        end = at + _PNG_CHUNK + length
        if end > len(content) or zlib.crc32(content[at + 4 : end - 4]) != int.from_bytes(content[end - 4 : end]):
            return DocumentFault.DAMAGED
        if number == 0 and not (name == b"IHDR" and any(content[at + 8 : at + 12]) and any(content[at + 12 : at + 16])):
            return DocumentFault.DAMAGED
        has_picture = has_picture or (name == b"IDAT" and length > 0)
        at = end
        if name == b"IEND":
            break
    else:
        return DocumentFault.DAMAGED
    if not has_picture:
        return DocumentFault.DAMAGED
    return None if at == len(content) else DocumentFault.MORE_BEHIND


def _is_whole_jpeg(content: bytes) -> bool:
    """Whether a frame with a height and a width, then a scan, and its end are there."""
    has_frame, has_scan = False, False
    for marker, start in islice(_segments(content), _MOST_SEGMENTS):
        if marker == _JPEG_END:
            return has_frame and has_scan
        if marker in _JPEG_FRAMES:
            has_frame = any(content[start + 3 : start + 5]) and any(content[start + 5 : start + 7])
        has_scan = has_scan or marker == _JPEG_SCAN
    return False


def _segments(content: bytes) -> Iterator[tuple[int, int]]:
    """Return each marker after the first, and where what follows it begins; what a scan draws is passed over."""
    at = 2
    while found := _JPEG_MARKER.search(content, at):
        marker, start = found[1][0], found.end()
        yield marker, start
        at = start if marker == _JPEG_END else start + max(int.from_bytes(content[start : start + 2]), 2)
