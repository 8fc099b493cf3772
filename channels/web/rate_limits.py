"""How often somebody may ask: a bucket for each, refilled steadily, in the memory of one process."""

import math
from collections import OrderedDict
from dataclasses import dataclass

_REMEMBERED = 10_000
_BURST_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left: `limit` at once, `remaining` of them now, all again after `reset` seconds."""

    limit: int
    remaining: int
    reset: int
    retry_after: int

    @property
    def headers(self) -> dict[str, str]:
        """The three headers of a rate limit."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


class Buckets:
    """Buckets by name; those that were not used for longest are forgotten, which only makes them full."""

    def __init__(self, per_minute: int) -> None:
        self._rate = per_minute / 60
        self._size = max(1.0, per_minute * _BURST_SECONDS / 60)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def has_room(self, name: str, *, now: float) -> bool:
        """Whether `take` would succeed; takes nothing."""
        return self._level(name, now) >= 1

    def take(self, name: str, *, now: float) -> tuple[bool, Allowance]:
        """Take one from the bucket at the monotonic second `now`; whether there was one, and what is left."""
        level = self._level(name, now)
        is_taken = level >= 1
        if is_taken:
            level -= 1
        self._buckets[name] = (level, now)
        self._buckets.move_to_end(name)
        while len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        wait = 0 if level >= 1 else math.ceil((1 - level) / self._rate)
        reset = math.ceil((self._size - level) / self._rate)
        return is_taken, Allowance(int(self._size), int(level), reset, max(1, wait))

    def _level(self, name: str, now: float) -> float:
        level, since = self._buckets.get(name, (self._size, now))
        return min(self._size, level + (now - since) * self._rate)
