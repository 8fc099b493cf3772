"""Find the line and column of elements in the bytes of a payload that was read without a fault; judges nothing.

The parser of the rules keeps no column, so whoever has a finding looks a second time: at the bytes of the form it is
about, where the bytes alone say which these are, or else from the beginning on. Lines end with LF, with or without a CR
before it; columns count characters, also those of more than one byte. Both count from 1. A mark of the byte order
counts as nothing.

An element is wanted by its path of child indexes, such as "1,2,7,3", or by its name in a form: "1,2/EndingDate" is the
first of that name in the last block of the second form or, where there is none, that block.
"""

import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import BinaryIO, TypeAlias
from xml.parsers import expat

from domain.findings import Location
from validators.prologs import UTF8_MARK

_START = re.compile(rb"<Form>")
_OTHER_OR_HIDING = re.compile(rb"<(?:Form[ /\t\r\n]|[!?])")
_AFTER_DECLARATION = 8
"""A payload that has an XML declaration has it before this byte; another instruction begins later."""
_TAG = re.compile(rb"<[^>]*>")
_BLOCK = 32 * 1024
_FORM_DEPTH = 2
_DEEPEST = 256
"""The parser of the rules gives up beyond: nothing so deep is in a payload that was read without a fault, or wanted."""
_LAYOUTS = 256
"""Forms that differ in their values alone have one layout; so many layouts are remembered."""
Begin: TypeAlias = tuple[int, int]
"""The line and column at which something begins."""
BEGINNING: Begin = (1, 1)


class ContentPlaces:
    """The places of elements in a payload, or in a piece of one that was wrapped in its root, held in memory.

    `read` returns the bytes and is called at most once, when anything is looked for. They hold `forms` forms, the first
    of which is the `first` of its payload. What stands after the first `skipped` bytes, which hold no form, has in the
    payload the line and column of `begin`.
    """

    def __init__(
        self, read: Callable[[], bytes], *, forms: int, first: int = 1, skipped: int = 0, begin: Begin = BEGINNING
    ) -> None:
        self._read = read
        self._forms = forms
        self._first = first
        self._skipped = skipped
        self._begin = begin
        self._content: bytes | None = None
        self._starts: list[int] | None = None
        self._ruler = self._new_ruler()

    def find(self, wanted: Collection[str]) -> dict[str, Location]:
        """Return the places of the elements wanted; what is not there has no entry."""
        if not wanted:
            return {}
        starts = self._look()
        return dict(self._find_in_all(wanted) if starts is None else self._find_in_forms(wanted, starts))

    def begins_of_forms(self) -> list[Begin] | None:
        """Return where each form begins, the first first; None where the bytes alone do not say which is which."""
        starts = self._look()
        if starts is None:
            return None
        ruler, content, begins = self._new_ruler(), self._content or b"", []
        for start in starts:
            ruler.pass_to(start, content)
            begins.append((ruler.line, ruler.column))
        return begins

    def _look(self) -> list[int] | None:
        if self._content is None:
            self._content = self._read()
            self._starts = _starts_of(self._content, self._forms)
        return self._starts

    def _find_in_all(self, wanted: Collection[str]) -> Iterator[tuple[str, Location]]:
        """Read from the beginning, where the bytes do not say for sure which form stands where."""
        original = {_shifted(path, 1 - self._first): path for path in wanted}
        stream = StreamPlaces(blocks_of(io.BytesIO(self._content or b"")), ruler=self._new_ruler())
        for path, place in stream.find(original).items():
            yield original[path], Location(place.line, place.column, _shifted(place.indexes or "", self._first - 1))

    def _find_in_forms(self, wanted: Collection[str], starts: list[int]) -> Iterator[tuple[str, Location]]:
        for form, paths in groupby(sorted(wanted, key=_form_of), key=_form_of):
            if 0 <= form - self._first < len(starts):
                yield from self._find_in_form(form, set(paths), starts)

    def _find_in_form(self, form: int, paths: set[str], starts: list[int]) -> Iterator[tuple[str, Location]]:
        number, content = form - self._first, self._content or b""
        start, own = starts[number], f"1,{form}"
        if self._ruler.passed > start:
            self._ruler = self._new_ruler()
        self._ruler.pass_to(start, content)
        if own in paths:
            yield own, self._ruler.place(own)
        if paths - {own}:
            end = starts[number + 1] if number + 1 < len(starts) else len(content)
            for offset, path, wanted in sorted(_seek(content[start:end], form, paths - {own})):
                self._ruler.pass_to(start + offset, content)
                yield wanted, self._ruler.place(path)

    def _new_ruler(self) -> "_Ruler":
        return _Ruler(*self._begin, passed=self._skipped)


class StreamPlaces:
    """The places of elements in a payload that is read once, in document order, and no further than is asked for.

    `blocks` are its bytes from the first on.
    """

    def __init__(self, blocks: Iterable[bytes], *, ruler: "_Ruler | None" = None) -> None:
        self._blocks = iter(blocks)
        self._tags = _Tags([0], self._is_wanted)
        self._ruler = ruler or _Ruler()
        self._wanted: Collection[str] = ()
        self._searched: Collection[int] = ()
        self._last = 0
        self._kept = b""
        self._kept_from = 0
        self._ahead: dict[str, tuple[Location, str]] = {}

    def find(self, wanted: Collection[str]) -> dict[str, Location]:
        """Return the places of the elements wanted; those of one form are asked for at once, form after form.

        What is not there has no entry.
        """
        if not wanted:
            return {}
        named = {path for path in wanted if _name_in(path)}
        self._wanted, self._last = frozenset(wanted) - named, max(map(_form_of, wanted))
        self._searched = frozenset(map(_form_of, named))
        while (named or self._wanted - self._ahead.keys()) and self._tags.form <= self._last:
            block = next(self._blocks, b"")
            if not block:
                break
            self._kept += block
            self._tags.read(block)
            self._measure()
        found = {path: self._ahead[path][0] for path in self._wanted if path in self._ahead}
        starts = [(path, name) for path, (_, name) in self._ahead.items()]
        for path in named:
            meant = _meant([one for one in starts if _form_of(one[0]) == _form_of(path)], _name_in(path))
            if meant is not None:
                found[path] = self._ahead[meant][0]
        self._ahead = {path: start for path, start in self._ahead.items() if _form_of(path) > self._last}
        return found

    def _is_wanted(self, form: int, path: str) -> bool:
        """What stands in the same block behind the last form wanted may be asked for next."""
        return form > self._last or form in self._searched or path in self._wanted

    def _measure(self) -> None:
        for path, name, offset in self._tags.seen:
            self._ruler.pass_to(offset, self._kept, offset_of_content=self._kept_from)
            self._ahead[path] = self._ruler.place(path), name
        self._tags.seen.clear()
        if self._tags.form_start > self._ruler.passed:
            self._ruler.pass_to(self._tags.form_start, self._kept, offset_of_content=self._kept_from)
        known = min(self._ruler.passed - self._kept_from, len(self._kept))
        self._kept, self._kept_from = self._kept[known:], self._kept_from + known


@dataclass(slots=True)
class _Ruler:
    """Counts lines and columns of bytes as they pass by, in order; `passed` are the bytes so far."""

    line: int = 1
    column: int = 1
    passed: int = 0

    def pass_to(self, offset: int, content: bytes, *, offset_of_content: int = 0) -> None:
        """Pass all bytes before `offset`; where it and what was passed end, a character ends."""
        data = content[self.passed - offset_of_content : offset - offset_of_content]
        self.passed = offset
        lines = data.count(b"\n")
        if lines:
            self.line, self.column = self.line + lines, 1
            data = data[data.rfind(b"\n") + 1 :]
        data = data.removeprefix(UTF8_MARK)
        self.column += count_characters(data)

    def place(self, path: str) -> Location:
        return Location(self.line, self.column, path)


class _Tags:
    """Start tags by their paths, their names, and the offsets of their first bytes; `counts` is where the reading starts."""

    def __init__(self, counts: list[int], is_wanted: Callable[[int, str], bool]) -> None:
        self.seen: list[tuple[str, str, int]] = []
        self.form = 0
        self.form_start = 0
        self._counts = counts
        self._is_wanted = is_wanted
        self._parser = expat.ParserCreate("UTF-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = _refuse

    def read(self, data: bytes) -> None:
        """Read on; what stands behind the last form of some bytes may end the reading."""
        try:
            self._parser.Parse(data, False)
        except (expat.ExpatError, _DoctypeError):
            return

    def _start(self, name: str, _attributes: Mapping[str, str]) -> None:
        counts = self._counts
        counts[-1] += 1
        if len(counts) == _FORM_DEPTH:
            self.form, self.form_start = counts[1], self._parser.CurrentByteIndex
        if len(counts) <= _DEEPEST:  # a path is as long as its element is deep
            path = ",".join(map(str, counts))
            if self._is_wanted(self.form, path):
                self.seen.append((path, name, self._parser.CurrentByteIndex))
        counts.append(0)

    def _end(self, _tag: str) -> None:
        self._counts.pop()


def blocks_of(payload: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of the payload from where it stands, in small blocks."""
    while block := payload.read(_BLOCK):
        yield block


def count_characters(data: bytes) -> int:
    """Return how many characters the UTF-8 bytes are."""
    return len(data) if data.isascii() else len(data.decode(errors="replace"))


class _DoctypeError(Exception):
    """Ends the reading of what the validators refuse; never leaves this module."""


def _refuse(*_declared: object) -> None:
    raise _DoctypeError


def _starts_of(content: bytes, forms: int) -> list[int] | None:
    """Return where each form starts; None where something may hide or imitate the start of one."""
    if _OTHER_OR_HIDING.search(content, _AFTER_DECLARATION):
        return None
    starts = [match.start() for match in _START.finditer(content)]
    return starts if len(starts) == forms else None


def _seek(form: bytes, number: int, wanted: Collection[str]) -> Iterator[tuple[int, str, str]]:
    """Yield what is wanted in the bytes of the form of that number, which hide no tag: offset, path, and how it was named."""
    names = {one: _name_in(one) for one in wanted if _name_in(one)}
    tags = tuple(_TAG.findall(form)) if names else ()
    if len(names) == len(wanted) and b'"' not in form and b"'" not in form:  # no value of an attribute can hold a >
        for one, name in names.items():
            if (meant := _meant_in_layout(tags, name)) is not None:
                path, tag, before = meant
                yield _offset_of(form, tag, before), f"1,{number},{path}", one
        return
    read = _Tags([1, number - 1], lambda _form, _path: True)
    read.read(form)
    starts = {path: (name, offset) for path, name, offset in read.seen if _form_of(path) == number}
    for one in wanted:
        there = _meant([(each, name) for each, (name, _) in starts.items()], names[one]) if one in names else one
        if there in starts:
            yield starts[there][1], there, one


@lru_cache(maxsize=_LAYOUTS)
def _meant_in_layout(tags: tuple[bytes, ...], name: str) -> tuple[str, bytes, int] | None:
    """Return of the element meant in a form of these tags: its path below it, its tag, and how many like it stand before."""
    read = _Tags([0], lambda _form, _path: True)
    read.read(b"<_>" + b"".join(tags))
    starts = {path: (tag, offset - len(b"<_>")) for path, tag, offset in read.seen}
    meant = _meant([(path, tag) for path, (tag, _) in starts.items()], name)
    if meant is None:
        return None
    passed, before = 0, 0
    while passed < starts[meant][1]:
        passed += len(tags[before])
        before += 1
    return meant.split(",", 2)[2], tags[before], tags[:before].count(tags[before])


def _offset_of(form: bytes, tag: bytes, before: int) -> int:
    offset = form.find(tag)
    for _ in range(before):
        offset = form.find(tag, offset + 1)
    return offset


def _meant(starts: Iterable[tuple[str, str]], name: str) -> str | None:
    """Return the path of the first element of that name in the last block of a form, or of that block; None without one.

    `starts` are all elements of the form by path and name, in their order.
    """
    block: str | None = None
    found: str | None = None
    for path, one in starts:
        depth = path.count(",")
        if depth == _FORM_DEPTH:
            block, found = path, None
        if depth >= _FORM_DEPTH and found is None and one == name:
            found = path
    return found or block


def _name_in(path: str) -> str:
    """Return the name by which an element is wanted; empty where its path is told."""
    return path.partition("/")[2]


def _form_of(path: str) -> int:
    """Return the number of the form in which the element at `path` stands; 0 for the root."""
    steps = path.partition("/")[0].split(",", 2)
    return int(steps[1]) if len(steps) >= _FORM_DEPTH else 0


def _shifted(path: str, forms: int) -> str:
    steps, slash, name = path.partition("/")
    root, *below = steps.split(",", 2)
    return ",".join([root, str(int(below[0]) + forms), *below[1:]]) + slash + name if below else root
