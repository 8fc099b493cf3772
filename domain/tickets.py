"""Tickets: the 13 characters by which the platform names a file or a form."""

import re
from dataclasses import dataclass
from typing import Self

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PAIRS = tuple(second + first for first in _ALPHABET for second in _ALPHABET)
_TICKET = re.compile(r"\A[0-9A-Z]{13}\Z")
_RANDOM_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class Ticket:
    """Thirteen digits and capitals, the last always Z as in every published sample (batch protocol §3.3)."""

    value: str

    @classmethod
    def from_random(cls, randomness: bytes) -> Self:
        """Return the ticket made of at least 12 random bytes (62 bits of them are kept)."""
        if len(randomness) < _RANDOM_CHARACTERS:
            message = f"a ticket needs {_RANDOM_CHARACTERS} random bytes, got {len(randomness)}"
            raise ValueError(message)
        number = int.from_bytes(randomness, "big")
        characters = []
        for _ in range(_RANDOM_CHARACTERS // 2):
            number, pair = divmod(number, len(_PAIRS))
            characters.append(_PAIRS[pair])
        return cls("".join(characters) + "Z")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the ticket written in `text`; ValueError unless it has 13 digits and capitals."""
        if not _TICKET.match(text):
            message = f"{text!r} is not a ticket of 13 digits and capitals"
            raise ValueError(message)
        return cls(text)

    def __str__(self) -> str:
        return self.value
