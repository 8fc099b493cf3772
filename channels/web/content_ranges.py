"""Which bytes of a file a request carries: the header Content-Range (RFC 9110 §14.4). Pure."""

import re
from dataclasses import dataclass

_FORM = re.compile(r"\Abytes ([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15})\Z")


@dataclass(frozen=True, slots=True)
class ContentRange:
    """Bytes `first` up to, not including, `end` of a file that has `total`."""

    first: int
    end: int
    total: int

    @property
    def is_last(self) -> bool:
        """Whether the file ends with these bytes."""
        return self.end == self.total

    @property
    def length(self) -> int:
        """How many bytes these are."""
        return self.end - self.first


def parse_content_range(text: str | None, *, length: int) -> ContentRange:
    """Return the range of a body of `length` bytes; without the header it is the whole file.

    Raises ValueError when the header cannot be read or does not fit the body.
    """
    if text is None:
        return ContentRange(0, length, length)
    match = _FORM.match(text)
    if match is None:
        raise ValueError("Content-Range is written: bytes FIRST-LAST/TOTAL")
    first, last, total = map(int, match.groups())
    if not first <= last < total:
        raise ValueError("Content-Range runs from FIRST to LAST, which lies before TOTAL")
    if last + 1 - first != length:
        raise ValueError("Content-Range and Content-Length tell of different lengths")
    return ContentRange(first, last + 1, total)
