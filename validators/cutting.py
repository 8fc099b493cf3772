"""Cut a large payload into pieces that can be read apart, where its bytes alone say that this is safe.

A piece is a whole number of forms. The end tag of a form can be found as bytes only where nothing can hide or imitate
one: in a body without comments, CDATA sections and processing instructions. Whoever reads the pieces falls back to
reading the payload as a stream as soon as anything in one is not as it should be, so that the stream alone decides what
is refused, and no file is ever read in two different ways.
"""

import re
from dataclasses import dataclass, replace
from mmap import mmap

from domain.refusals import Refusal
from validators.placing import count_characters
from validators.prologs import UTF8_MARK, read_root, require_plain_prolog

PIECE_BYTES = 960 * 1024
"""Less than a form may have at most, so that a piece that is not much longer holds no form that is too large."""
_END_OF_FORM = b"</Form>"
_HIDING = (b"<!", b"<?")
_FOREIGN_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);)")
_LONGEST_FORM = 1280 * 1024
"""More than a form may have: a payload with a longer one is not worth cutting, nor a copy of that form."""
_START_TAG = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml[^<>]*\?>)?[ \t\r\n]*"
    rb"<(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)(?:[ \t\r\n]+[A-Za-z_][A-Za-z0-9_.:-]*[ \t\r\n]*=[ \t\r\n]*"
    rb"(?:\"[^\"<]*\"|'[^'<]*'))*[ \t\r\n]*>"
)
_TAIL_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Piece:
    """Forms that stand together: bytes from `start` to `end`, `forms` of them after `forms_before`.

    `lines_before` counts the line ends between the end of the root's start tag and `start`; `column` is that of the
    character at `start` in its line.
    """

    start: int
    end: int
    forms: int
    forms_before: int
    lines_before: int
    column: int


@dataclass(frozen=True, slots=True)
class CutPayload:
    """The pieces of a payload between its opening (all up to the end of the root's start tag) and its closing tag."""

    opening: bytes
    closing: bytes
    pieces: tuple[Piece, ...]

    @property
    def forms(self) -> int:
        """How many forms the payload has."""
        last = self.pieces[-1]
        return last.forms_before + last.forms


def cut_payload(payload: mmap | bytes, *, prolog_bytes: int, piece_bytes: int = PIECE_BYTES) -> CutPayload | None:
    """Return the pieces of `payload`, or None where it must be read as a stream.

    None is also the answer to a payload without an end, and to one that the stream will refuse for an entity, for bytes
    that are not UTF-8 or for a form that is far too large: whatever is wrong with it, the stream says it.
    """
    frame = find_frame(payload, prolog_bytes=prolog_bytes)
    if frame is None:
        return None
    start, end = len(frame.opening), len(payload) - len(frame.closing)
    if any(payload.find(sign, start, end) >= 0 for sign in _HIDING):
        return None
    if payload.find(b"&", start, end) >= 0 and _FOREIGN_ENTITY.search(payload, start, end):
        return None
    pieces = _pieces(payload, start, end, piece_bytes)
    return replace(frame, pieces=tuple(pieces)) if pieces else None


def find_frame(payload: mmap | bytes, *, prolog_bytes: int) -> CutPayload | None:
    """Return what stands around all forms of `payload`, without its pieces; None where it must be read as a stream."""
    head = bytes(payload[:prolog_bytes])
    match = _START_TAG.match(head)
    closing = _closing_of(payload)
    if match is None or closing is None or closing.name != match["name"] or not _is_plain(head):
        return None
    return CutPayload(match[0], closing.tag, ())


@dataclass(frozen=True, slots=True)
class _Closing:
    tag: bytes
    name: bytes


def _closing_of(payload: mmap | bytes) -> _Closing | None:
    tail = bytes(payload[max(0, len(payload) - _TAIL_BYTES) :])
    start = tail.rfind(b"</")
    match = re.fullmatch(rb"</([A-Za-z_][A-Za-z0-9_.-]*)[ \t\r\n]*>[ \t\r\n]*", tail[start:]) if start >= 0 else None
    return None if match is None else _Closing(match[0], match[1])


def _is_plain(head: bytes) -> bool:
    try:
        require_plain_prolog(head)
        read_root(head, whole=len(head))
    except Refusal:
        return False
    return True


def _pieces(payload: mmap | bytes, start: int, end: int, size: int) -> list[Piece]:
    """Return the pieces; none when the last form is followed by anything but blanks, or the stream will refuse one."""
    pieces: list[Piece] = []
    forms_before = lines_before = 0
    column = _column_after(bytes(payload[:start]), 1)
    while start < end:
        most = min(start + size + _LONGEST_FORM, end)
        found = payload.find(_END_OF_FORM, min(start + size, end), most)
        stop = most if found < 0 else found + len(_END_OF_FORM)
        content = bytes(payload[start:stop])
        if (found < 0 and most < end) or not _is_utf8(content):
            return []
        forms = content.count(_END_OF_FORM)
        if forms:
            pieces.append(Piece(start, stop, forms, forms_before, lines_before, column))
        elif content.strip():
            return []
        forms_before, lines_before, start = forms_before + forms, lines_before + content.count(b"\n"), stop
        column = _column_after(content, column)
    return pieces


def _column_after(content: bytes, column: int) -> int:
    """Return the column of what follows `content`, which begins in `column`."""
    last = content.rfind(b"\n")
    return (column if last < 0 else 1) + count_characters(content[last + 1 :].removeprefix(UTF8_MARK))


def _is_utf8(content: bytes) -> bool:
    try:
        return content.isascii() or bool(content.decode())
    except UnicodeDecodeError:
        return False
