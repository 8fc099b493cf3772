"""Find the line and column of elements in a payload that the validators took; stops as soon as all are found."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import BinaryIO
from xml.parsers import expat

from validators.placing import StreamPlaces, blocks_of
from validators.reading import Layout

_FORM_DEPTH = 2


@dataclass(frozen=True, slots=True)
class Position:
    """Where a start tag begins; both count from 1, a column counts characters."""

    line: int
    column: int


class _AllFoundError(Exception):
    """Ends the reading; never leaves this module."""


def find_positions(payload: BinaryIO, wanted: Collection[str]) -> dict[str, Position]:
    """Return the position of each element wanted, named by its path of child indexes such as "1,2,7,3".

    The payload is read from its first byte. What is not there has no entry.
    """
    places = StreamPlaces(blocks_of(payload)).find(wanted)
    return {path: Position(place.line or 1, place.column or 1) for path, place in places.items()}


def find_block_out_of(layout: Layout, payload: BinaryIO) -> Position | None:
    """Return the position of the first child of the root that has no place in the layout, whatever its prefix."""
    found: list[Position] = []

    def see(path: list[int], name: str, position: Callable[[], Position]) -> None:
        if len(path) != _FORM_DEPTH:
            return
        tag = name.rpartition(":")[2]
        if tag not in layout.forms and not (tag == layout.header and path[-1] == 1):
            found.append(position())
            raise _AllFoundError

    _read(payload, see)
    return found[0] if found else None


def find_loose_text(payload: BinaryIO) -> Position | None:
    """Return the position of the first text that stands between the children of the root, blanks apart."""
    found: list[Position] = []

    def hear(depth: int, text: str, position: Callable[[], Position]) -> None:
        if depth == _FORM_DEPTH and text.strip():
            begin = position()
            found.append(Position(begin.line, begin.column + len(text) - len(text.lstrip())))
            raise _AllFoundError

    _read(payload, lambda _path, _tag, _position: None, hear)
    return found[0] if found else None


def _read(
    payload: BinaryIO,
    see: Callable[[list[int], str, Callable[[], Position]], None],
    hear: Callable[[int, str, Callable[[], Position]], None] | None = None,
) -> None:
    def position() -> Position:
        return Position(parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    parser = expat.ParserCreate("UTF-8")
    counts = [0]

    def start(tag: str, _attributes: dict[str, str]) -> None:
        counts[-1] += 1
        see(counts, tag, position)
        counts.append(0)

    def end(_tag: str) -> None:
        counts.pop()

    def refuse(*_declared: object) -> None:
        raise _AllFoundError

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    if hear is not None:
        parser.CharacterDataHandler = lambda text: hear(len(counts), text, position)
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.ParseFile(payload)
    except (_AllFoundError, expat.ExpatError):
        return
