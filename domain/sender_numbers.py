"""The number that opens every file name a sender delivers."""

import re
from dataclasses import dataclass
from typing import Self

_SIX_DIGITS = re.compile(r"\A[0-9]{6}\Z")


@dataclass(frozen=True, slots=True, order=True)
class SenderNumber:
    """Six digits from 000001 to 999999; no check digit is documented (batch protocol §1.3)."""

    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the sender number written in `text`; ValueError unless it is six ASCII digits and not all zero."""
        if not _SIX_DIGITS.match(text) or text == "000000":
            message = f"sender number {text!r} is not six digits from 000001 to 999999"
            raise ValueError(message)
        return cls(text)

    def __str__(self) -> str:
        return self.value


PLATFORM = SenderNumber("999999")
