"""Read a value out of the bytes of a PDF: a dictionary, an array, a string, a name, a number (ISO 32000, 7.3). Pure, bounded.

What a document shows is not read, only what says how it is put together.
"""

import re
from collections.abc import Iterator
from typing import TypeAlias

Value: TypeAlias = "dict[str, Value] | list[Value] | bytes | str | int | None"
"""A string is bytes, a name is text without its slash, as is `true`; a reference is None."""

_LONGEST, _DEEPEST = 16 * 1024, 8
_BLANK = rb"(?:[\x00\t\n\f\r ]++|%[^\r\n]*+)"
_TOKEN = re.compile(
    _BLANK
    + rb"*+(<<|>>|[\[\]]|/[^\x00\t\n\f\r ()<>\[\]{}/%]*+|<[0-9A-Fa-f\x00\t\n\f\r ]*+>|\(|[^\x00\t\n\f\r ()<>\[\]{}/%]++)"
)
_REFERENCE = re.compile(_BLANK + rb"*+\d{1,10}+" + _BLANK + rb"++\d{1,5}+" + _BLANK + rb"++R(?![A-Za-z])")
_IN_STRING = re.compile(rb"[^()\\]+|\\(?:[0-7]{1,3}|\r\n|.)|[()]", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}


class NoValueError(ValueError):
    """No value that this reader knows stands there."""


def read_value(content: bytes, at: int) -> Value:
    """Return the value that stands at that place; NoValueError when none does, or one too long or too deep."""
    return _Reader(content[at : at + _LONGEST]).read(_DEEPEST)


class _Reader:
    def __init__(self, text: bytes) -> None:
        self._text, self._at = text, 0

    def read(self, deep: int) -> Value:
        if found := _REFERENCE.match(self._text, self._at):
            self._at = found.end()
            return None
        match self._token():
            case b"<<" | b"[" as opening if deep:
                return self._dictionary(deep - 1) if opening == b"<<" else list(self._until(b"]", deep - 1))
            case b"<<" | b"[" | b">>" | b"]":
                raise NoValueError
            case b"(":
                return self._string()
            case token:
                return _atom(token)

    def _token(self) -> bytes:
        found = _TOKEN.match(self._text, self._at)
        if found is None:
            raise NoValueError
        self._at = found.end()
        return found[1]

    def _until(self, end: bytes, deep: int) -> Iterator[Value]:
        while True:
            before = self._at
            if self._token() == end:
                return
            self._at = before
            yield self.read(deep)

    def _dictionary(self, deep: int) -> "dict[str, Value]":
        values = iter(self._until(b">>", deep))
        return {str(name): next(values, None) for name in values}

    def _string(self) -> bytes:
        parts, deep = list[bytes](), 1
        while found := _IN_STRING.match(self._text, self._at):
            self._at = found.end()
            part = found[0]
            deep += (part == b"(") - (part == b")")
            if not deep:
                return b"".join(parts)
            parts.append(_unescaped(part[1:]) if part[:1] == b"\\" else part)
        raise NoValueError


def _atom(token: bytes) -> Value:
    """Return the value of a name, of a string of hexadecimal digits, of a number, or of a word such as `true`."""
    if token.startswith(b"<"):
        digits = bytes(token[1:-1].translate(None, b"\x00\t\n\f\r "))
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    if re.fullmatch(rb"[+-]?\d{1,12}", token):
        return int(token)
    return token.removeprefix(b"/").decode("latin-1")


def _unescaped(escaped: bytes) -> bytes:
    if escaped[:1].isdigit():
        return bytes([int(escaped, 8) & 0xFF])
    return _ESCAPED.get(escaped, escaped)
