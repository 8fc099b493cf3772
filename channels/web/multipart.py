"""Read a set out of multipart/form-data as it arrives: each part is one file, named `file`, with its name as file name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, MultipartState, parse_options_header

from channels.web.problems import Problem, ProblemKind

FIELD = "file"
MAX_FILES = 19
"""Nine FI, nine FS and a GO."""

MAX_HEADERS = 8
MAX_HEADER_BYTES = 1024
_ENCODINGS = frozenset({"", "binary", "8bit", "7bit"})


@dataclass(frozen=True, slots=True)
class FileBegins:
    """A part begins; `name` is what its sender calls it, not judged yet."""

    name: str


@dataclass(frozen=True, slots=True)
class FileContent:
    """The next bytes of the part."""

    piece: bytes


SetEvent: TypeAlias = FileBegins | FileContent


def parse_boundary(content_type: str) -> bytes:
    """Return the boundary of a multipart/form-data body; Problem when the type is another or names none."""
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data":
        raise Problem(ProblemKind.MEDIA_TYPE, "a set is sent as multipart/form-data")
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise Problem(ProblemKind.REQUEST_MALFORMED, "multipart/form-data without a boundary")
    return boundary


class SetParser:
    """Turns pieces of a body into events; whatever is not a plain list of files is refused."""

    def __init__(self, boundary: bytes) -> None:
        self._events: list[SetEvent] = []
        self._names: set[str] = set()
        self._headers: dict[str, str] = {}
        self._field, self._value = bytearray(), bytearray()
        self._ended = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin_part,
                    "on_header_field": self._take_field,
                    "on_header_value": self._take_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._begin_file,
                    "on_part_data": self._take_content,
                    "on_end": self._end,
                },
                max_header_count=MAX_HEADERS,
                max_header_size=MAX_HEADER_BYTES,
            )
        except FormParserError as error:
            raise _malformed() from error

    def feed(self, piece: bytes) -> Sequence[SetEvent]:
        """Return what the piece brings; Problem when it cannot be part of a list of files."""
        if self._ended and piece.strip(b"\r\n"):
            raise Problem(ProblemKind.REQUEST_MALFORMED, "something follows the last part")
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise _malformed() from error
        events, self._events = self._events, []
        return events

    def finish(self) -> None:
        """Raise Problem unless the last part was closed and there was one."""
        if not self._ended or self._parser.state != MultipartState.END:
            raise Problem(ProblemKind.REQUEST_MALFORMED, "the last part is not closed")
        if not self._names:
            raise Problem(ProblemKind.REQUEST_MALFORMED, "no file was sent")

    def _begin_part(self) -> None:
        self._headers = {}
        if len(self._names) == MAX_FILES:
            raise Problem(ProblemKind.REQUEST_MALFORMED, f"a set has at most {MAX_FILES} files")

    def _take_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _take_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        name = self._field.decode("latin-1").lower()
        if name in self._headers:
            raise Problem(ProblemKind.REQUEST_MALFORMED, "a part has a header twice")
        self._headers[name] = self._value.decode("latin-1")
        self._field.clear()
        self._value.clear()

    def _begin_file(self) -> None:
        kind, options = parse_options_header(self._headers.get("content-disposition", ""))
        if kind != b"form-data" or options.get(b"name") != FIELD.encode() or b"filename" not in options:
            raise Problem(ProblemKind.REQUEST_MALFORMED, f"every part is a file in a field named {FIELD}")
        if self._headers.get("content-transfer-encoding", "").strip().lower() not in _ENCODINGS:
            raise Problem(ProblemKind.REQUEST_MALFORMED, "parts are sent as they are, without a transfer encoding")
        name = options[b"filename"].decode("latin-1")
        if name in self._names:
            raise Problem(ProblemKind.REQUEST_MALFORMED, "two parts have the same file name")
        self._names.add(name)
        self._events.append(FileBegins(name))

    def _take_content(self, data: bytes, start: int, end: int) -> None:
        self._events.append(FileContent(data[start:end]))

    def _end(self) -> None:
        self._ended = True


def _malformed() -> Problem:
    return Problem(ProblemKind.REQUEST_MALFORMED, "the body is no multipart/form-data of that boundary")
