"""Read BER or DER into a tree of elements within bounds: depth, elements, tag numbers, length of numbers.

It looks at no value; `cms` does. Time and memory are linear in the input, which a parser of objects cannot promise:
asn1crypto, for one, needs quadratic time for a tag number or an object identifier of a megabyte.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from domain.refusals import Refusal, RefusalCode

MAX_DEPTH = 32
"""Levels; a signature with a time stamp among its unsigned attributes needs about 20."""

MAX_ELEMENTS = 10_000
"""A signature needs about 40; one that carries a chain in indefinite lengths about 500."""

MAX_NUMBER = 64
"""Content bytes of one INTEGER or OBJECT IDENTIFIER outside of certificates."""

INTEGER, OCTETS, IDENTIFIER, SEQUENCE, SET = 0x02, 0x04, 0x06, 0x30, 0x31
CONTEXT_0, CONTEXT_1 = 0xA0, 0xA1
PRIMITIVE_CONTEXT_0 = 0x80
CONSTRUCTED = 0x20
"""First bytes of elements, class and form included; this bit says that an element consists of elements."""

_NUMBERS = (INTEGER, IDENTIFIER)
_TAG_NUMBER = 0x1F
_LONG_FORM = 0x80
_MAX_LENGTH_BYTES = 4
_CERTIFICATES_AND_LISTS = (CONTEXT_0, CONTEXT_1)
_DEPTH_OF_SIGNED_DATA_FIELDS = 3
_OPEN_END = sys.maxsize


@dataclass(slots=True)
class Element:
    """One element of the tree; its positions count bytes of `source`, `end` that of the content alone."""

    first: int
    source: bytes
    start: int
    content: int
    end: int
    children: list["Element"] = field(default_factory=list)

    @property
    def contents(self) -> bytes:
        """The content without header and without end mark."""
        return self.source[self.content : self.end]

    @property
    def encoded(self) -> bytes:
        """Header and content; of an element of definite length that is all of it."""
        return self.source[self.start : self.end]

    def octets(self) -> bytes:
        """Return the value of an octet string, which BER may cut into pieces."""
        if not self.first & CONSTRUCTED:
            return self.contents
        return b"".join(child.octets() for child in _all_octets(self.children))


class Fields:
    """Takes the fields of a sequence one after the other; ValueError for one that is missing, other or too many."""

    def __init__(self, sequence: Element, name: str) -> None:
        if sequence.first != SEQUENCE:
            raise ValueError(f"{name} is no sequence")
        self._name = name
        self._left = sequence.children[::-1]

    def take(self, *firsts: int) -> Element:
        """Return the next field, which begins with one of these bytes."""
        if not self._left or self._left[-1].first not in firsts:
            raise ValueError(f"{self._name} lacks a field or has another")
        return self._left.pop()

    def take_any(self) -> Element | None:
        """Return the next field, or None at the end."""
        return self._left.pop() if self._left else None

    def take_optional(self, first: int) -> Element | None:
        """Return the next field when it begins with this byte."""
        return self._left.pop() if self._left and self._left[-1].first == first else None

    def require_end(self) -> None:
        """Raise ValueError when a field is left."""
        if self._left:
            raise ValueError(f"{self._name} with {len(self._left)} fields too many")


def read_element(encoded: bytes) -> Element:
    """Return the one element that `encoded` is, with all inside it.

    Certificates and revocation lists of definite length in a CMS are not entered, since nobody reads them. Raises
    Refusal SIGNATURE_INVALID beyond a bound, ValueError for what is no BER.
    """
    root: Element | None = None
    open_elements: list[tuple[Element, int]] = []
    position, count, limit = 0, 0, len(encoded)
    while root is None or open_elements:
        first, length, content = _read_header(encoded, position)
        count += 1
        depth = len(open_elements)
        if count > MAX_ELEMENTS or depth > MAX_DEPTH or (length > MAX_NUMBER and first in _NUMBERS):
            raise _out_of_bounds(length, depth=depth, count=count)
        if first == length == 0 and open_elements and open_elements[-1][0].end == _OPEN_END:
            open_elements[-1][0].end = position
            position, limit = content, open_elements.pop()[1]
        else:
            element = Element(first, encoded, position, content, _OPEN_END if length == _OPEN_END else content + length)
            if element.end > limit and not _is_open(element):
                raise ValueError("an element is longer than what it stands in")
            if root is None:
                root = element
            else:
                open_elements[-1][0].children.append(element)
            if first & CONSTRUCTED and not _is_stepped_over(element, depth=depth):
                open_elements.append((element, limit))
                position, limit = content, min(limit, element.end)
            else:
                position = element.end
        while open_elements and position == open_elements[-1][0].end:
            limit = open_elements.pop()[1]
    if position != len(encoded):
        raise ValueError(f"{len(encoded) - position} bytes follow")
    return root


def _is_open(element: Element) -> bool:
    """Whether the element is of indefinite length, which only one that consists of elements may be."""
    return element.end == _OPEN_END and bool(element.first & CONSTRUCTED)


def _is_stepped_over(element: Element, *, depth: int) -> bool:
    return depth == _DEPTH_OF_SIGNED_DATA_FIELDS and element.first in _CERTIFICATES_AND_LISTS and not _is_open(element)


def _out_of_bounds(length: int, *, depth: int, count: int) -> Refusal:
    if count > MAX_ELEMENTS:
        return _invalid(f"CMS has more than {MAX_ELEMENTS} elements")
    if depth > MAX_DEPTH:
        return _invalid(f"CMS is nested more than {MAX_DEPTH} levels deep")
    return _invalid(f"CMS has a number of {length} bytes, at most {MAX_NUMBER} expected")


def _read_header(encoded: bytes, position: int) -> tuple[int, int, int]:
    """Return first byte, content length and where the content starts."""
    try:
        first, length = encoded[position], encoded[position + 1]
    except IndexError as error:
        raise _invalid("CMS ends in the middle of an element") from error
    if first & _TAG_NUMBER == _TAG_NUMBER:
        raise _invalid("CMS has a tag number above 30")
    position += 2
    if length < _LONG_FORM:
        return first, length, position
    if length == _LONG_FORM:
        return first, _OPEN_END, position
    size = length - _LONG_FORM
    if size > _MAX_LENGTH_BYTES:
        raise _invalid(f"CMS has a length of {size} bytes, at most {_MAX_LENGTH_BYTES} expected")
    return first, int.from_bytes(encoded[position : position + size], "big"), position + size


def _all_octets(pieces: list[Element]) -> Iterator[Element]:
    for piece in pieces:
        if piece.first & ~CONSTRUCTED != OCTETS:
            raise ValueError("a piece of an octet string is none itself")
        yield piece


def _invalid(sentence: str) -> Refusal:
    return Refusal(RefusalCode.SIGNATURE_INVALID, sentence)
