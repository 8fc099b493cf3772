"""Let sources wait that keep failing at the door, as OpenSSH's PerSourcePenalties do; known to all workers."""

import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

from sftp_server.shared_counts import SharedCounts

_ENTRY = struct.Struct("=8sd?7x")
_WAYS = 8
_BUCKETS = 1024
BYTES = _ENTRY.size * _WAYS * _BUCKETS


@dataclass(frozen=True, slots=True)
class PenaltyRules:
    """Seconds that each fault adds for its source; below `least` in sum nobody waits, above `most` nobody longer."""

    failed_login: float = 5.0
    no_login: float = 1.0
    overdue: float = 10.0
    least: float = 15.0
    most: float = 600.0


class Penalties:
    """What each source still has to wait; in a full bucket the one that waits least is forgotten."""

    def __init__(self, counts: SharedCounts, rules: PenaltyRules, *, now: Callable[[], float] = time.monotonic) -> None:
        self._counts = counts
        self._rules = rules
        self._now = now

    def add(self, source: str, seconds: float) -> float | None:
        """Add to what `source` has to wait; return the seconds when it is refused from this moment on."""
        if seconds <= 0:
            return None
        mark, now = self._counts.digest("penalty", source), self._now()
        with self._counts.locked():
            memory = self._counts.common
            at, until, is_refused = self._find(memory, mark, now)
            until = min(max(until, now) + seconds, now + self._rules.most)
            is_new = not is_refused and until - now >= self._rules.least
            _ENTRY.pack_into(memory, at, mark, until, is_refused or is_new)
        return until - now if is_new else None

    def is_refused(self, source: str) -> bool:
        """Whether `source` has to wait still."""
        mark, now = self._counts.digest("penalty", source), self._now()
        with self._counts.locked():
            _, until, is_refused = self._find(self._counts.common, mark, now)
        return is_refused and until > now

    def _find(self, memory: memoryview, mark: bytes, now: float) -> tuple[int, float, bool]:
        """Return where the entry of `mark` is or may be put, until when it counts and whether it refuses."""
        start = int.from_bytes(mark[:4], "big") % _BUCKETS * _WAYS * _ENTRY.size
        soonest, soonest_until = start, float("inf")
        for at in range(start, start + _WAYS * _ENTRY.size, _ENTRY.size):
            known, until, is_refused = _ENTRY.unpack_from(memory, at)
            if known == mark:
                return (at, until, is_refused) if until > now else (at, 0.0, False)
            if until < soonest_until:
                soonest, soonest_until = at, until
        return soonest, 0.0, False
