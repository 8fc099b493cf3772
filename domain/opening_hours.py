"""When an office or a telephone is open: the same hours on every day of a row of weekdays."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Self

_WRITTEN = re.compile(r"([1-7])-([1-7]) ([0-9]{1,2})(?::([0-9]{2}))?-([0-9]{1,2})(?::([0-9]{2}))?")


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Weekdays from 1 for Monday to 7 for Sunday, both included, and hours in Brussels."""

    first_day: int
    last_day: int
    begins: time
    ends: time

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return what `1-5 9-12` or `1-5 8:30-16:30` says; ValueError for anything else."""
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise ValueError("opening hours are written like 1-5 9-12: weekdays from 1 for Monday, then hours")
        first, last, *parts = (int(part or 0) for part in match.groups())
        hours = cls(first, last, time(parts[0], parts[1]), time(parts[2], parts[3]))
        if hours.begins >= hours.ends or first > last:
            raise ValueError("opening hours end after they begin")
        return hours

    def __str__(self) -> str:
        return f"{self.first_day}-{self.last_day} {render_hour(self.begins)}-{render_hour(self.ends)}"


def render_hour(at: time) -> str:
    """Return an hour as people say it: 9, or 8:30."""
    return f"{at.hour}:{at.minute:02d}" if at.minute else str(at.hour)
