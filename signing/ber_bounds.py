"""Refuse ASN.1 that would cost a parser more than its size: too deep, too many elements, giant tags and numbers.

It walks headers only and looks at no value. A parser that meets only what passed here stays linear: asn1crypto, for
one, needs quadratic time for a tag number or an object identifier of a megabyte.
"""

import sys
from collections.abc import Iterator

from domain.refusals import Refusal, RefusalCode

MAX_DEPTH = 32
"""Levels; a signature with a time stamp among its unsigned attributes needs about 20."""

MAX_ELEMENTS = 10_000
"""A signature needs about 40; one that carries a chain in indefinite lengths about 500."""

MAX_NUMBER = 64
"""Content bytes of one INTEGER or OBJECT IDENTIFIER outside of certificates."""

_CONSTRUCTED = 0x20
_TAG_NUMBER = 0x1F
_LONG_FORM = 0x80
_MAX_LENGTH_BYTES = 4
_NUMBERS = (0x02, 0x06)
_CERTIFICATES_AND_LISTS = (0xA0, 0xA1)
_DEPTH_OF_SIGNED_DATA_FIELDS = 3
_OPEN_END = sys.maxsize


def require_bounded(encoded: bytes) -> None:
    """Walk the elements of the CMS `encoded`, BER or DER; raises Refusal SIGNATURE_INVALID beyond a bound.

    Certificates and revocation lists of definite length are stepped over, since nobody reads them.
    """
    for number, (first, length, depth) in enumerate(_walk(encoded), start=1):
        if number > MAX_ELEMENTS:
            raise _invalid(f"CMS has more than {MAX_ELEMENTS} elements")
        if depth > MAX_DEPTH:
            raise _invalid(f"CMS is nested more than {MAX_DEPTH} levels deep")
        if first in _NUMBERS and length > MAX_NUMBER:
            raise _invalid(f"CMS has a number of {length} bytes, at most {MAX_NUMBER} expected")


def _walk(encoded: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield first byte, content length (`_OPEN_END` when indefinite) and depth of each element entered or passed."""
    position = 0
    ends: list[int] = []
    while position < len(encoded):
        while ends and position >= ends[-1]:
            ends.pop()
        first, length, position = _read_header(encoded, position)
        yield first, length, len(ends)
        if first == length == 0 and ends and ends[-1] == _OPEN_END:
            ends.pop()
        elif first & _CONSTRUCTED and not _is_stepped_over(first, length, len(ends)):
            ends.append(_OPEN_END if length == _OPEN_END else position + length)
        else:
            position += length


def _is_stepped_over(first: int, length: int, depth: int) -> bool:
    return depth == _DEPTH_OF_SIGNED_DATA_FIELDS and first in _CERTIFICATES_AND_LISTS and length != _OPEN_END


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


def _invalid(sentence: str) -> Refusal:
    return Refusal(RefusalCode.SIGNATURE_INVALID, sentence)
