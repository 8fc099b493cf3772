"""Keys with which a list goes on after its last row, as a text that an address or an answer can carry."""

import base64
import binascii
import json
from datetime import date, datetime

_NUMBERS = 2**63


class PageKeyError(ValueError):
    """The key of a page is none that a page gave."""


def write_key(*values: date | datetime | str | int | None) -> str:
    """Return the values by which a row stands in its list, as one word."""
    told = [value.isoformat() if isinstance(value, date | datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


def read_key(key: str, *, count: int) -> list[str | int | None]:
    """Return the values in a key, dates and instants as texts; PageKeyError unless they are so many texts and numbers."""
    try:
        values = json.loads(base64.urlsafe_b64decode(key.encode("ascii")))
    except (ValueError, RecursionError, binascii.Error, UnicodeEncodeError) as fault:
        raise PageKeyError("the key of the page is none that a page gave") from fault
    if not isinstance(values, list) or len(values) != count or any(not _is_kept(one) for one in values):
        raise PageKeyError("the key of the page is none that a page gave")
    return values


def _is_kept(value: object) -> bool:
    """Whether a register can hold it: a text that it can write, a number of eight bytes, or nothing."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    return value is None or (isinstance(value, int) and -_NUMBERS <= value < _NUMBERS)
