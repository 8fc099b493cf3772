"""Which bytes of a file a request carries: the header Content-Range (RFC 9110 §14.4). Pure."""

import re
from dataclasses import dataclass

_FORM = re.compile(r"\Abytes ([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15}|\*)\Z")


@dataclass(frozen=True, slots=True)
class ContentRange:
    """Bytes `first` up to, not including, `end` of a file that has `total`, or of which that is not said yet."""

    first: int
    end: int
    total: int | None

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
        raise ValueError("Content-Range is written: bytes FIRST-LAST/TOTAL, or bytes FIRST-LAST/*")
    first, last = int(match[1]), int(match[2])
    total = None if match[3] == "*" else int(match[3])
    if last < first or (total is not None and total <= last):
        raise ValueError("Content-Range runs from FIRST to LAST, which lies before TOTAL")
    if last + 1 - first != length:
        raise ValueError("Content-Range and Content-Length tell of different lengths")
    return ContentRange(first, last + 1, total)
