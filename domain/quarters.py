"""Quarters of the calendar year, as social security counts them."""

from dataclasses import dataclass
from datetime import date
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A year and a quarter from 1 to 4, written YYYYQ."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the quarter that `day` falls in."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the quarter written YYYYQ; ValueError otherwise."""
        if len(text) != 5 or not (text.isascii() and text.isdigit()) or text[4] not in "1234":
            message = f"{text!r} is not a quarter written YYYYQ"
            raise ValueError(message)
        return cls(int(text[:4]), int(text[4]))

    def shifted(self, quarters: int) -> Self:
        """Return the quarter that lies `quarters` later (earlier when negative)."""
        index = self.year * 4 + self.number - 1 + quarters
        return type(self)(index // 4, index % 4 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}{self.number}"
