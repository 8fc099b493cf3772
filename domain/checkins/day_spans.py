"""Spans of days, both ends included, and what is left of one where another takes its place. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DaySpan:
    """From a day on, until another or without an end."""

    first: date
    last: date | None = None

    def meets(self, other: "DaySpan") -> bool:
        """Whether they share a day."""
        begins = self.last is None or other.first <= self.last
        return begins and (other.last is None or self.first <= other.last)

    def without(self, other: "DaySpan") -> tuple["DaySpan", ...]:
        """Return what is left before the other and after it: itself where they share no day, nothing where it lies within."""
        if not self.meets(other):
            return (self,)
        left = list[DaySpan]()
        if self.first < other.first:
            left.append(DaySpan(self.first, other.first - _DAY))
        if other.last is not None and (self.last is None or other.last < self.last):
            left.append(DaySpan(other.last + _DAY, self.last))
        return tuple(left)


def apart(spans: Sequence[DaySpan]) -> list[tuple[DaySpan, ...]]:
    """Return what is left of each, in their order, when each takes the place of those before it."""
    left: list[tuple[DaySpan, ...]] = []
    for newer in spans:
        left = [tuple(part for span in parts for part in span.without(newer)) for parts in left]
        left.append((newer,))
    return left
