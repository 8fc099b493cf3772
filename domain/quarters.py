"""Quarters of the calendar year, as social security counts them."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

_WRITTEN = re.compile(r"\A[0-9]{4}[1-4]\Z")


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
        if not _WRITTEN.match(text):
            message = f"{text!r} is not a quarter written YYYYQ"
            raise ValueError(message)
        return cls(int(text[:4]), int(text[4]))

    @property
    def first_day(self) -> date:
        """The day on which it starts."""
        return date(self.year, 3 * self.number - 2, 1)

    def shifted(self, quarters: int) -> Self:
        """Return the quarter that lies `quarters` later (earlier when negative)."""
        index = self.year * 4 + self.number - 1 + quarters
        return type(self)(index // 4, index % 4 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}{self.number}"
