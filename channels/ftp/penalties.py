"""Ban a source after too many failed logins; the memory is shared by every process of the door.

It lives as long as the door: a restart forgives. Entries are found by a keyed hash, so that no source can choose its
place; where a place is full, the entry that has been quiet longest makes room, banned ones last.
"""

import fcntl
import mmap
import os
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_PLACES = 1024
_ENTRIES_A_PLACE = 8


@dataclass(slots=True)
class _Entry:
    key: int
    banned_until: float
    failures: list[float]

    @property
    def latest(self) -> float:
        return max(self.failures)


class Penalties:
    """Failed logins of each source; make it before the processes are forked that share it."""

    def __init__(self, *, failures: int, window: float, ban: float, now: Callable[[], float] = time.monotonic) -> None:
        self._failures = failures
        self._window = window
        self._ban = ban
        self._now = now
        self._form = struct.Struct(f"<Qd{failures}d")
        self._memory = mmap.mmap(-1, _PLACES * _ENTRIES_A_PLACE * self._form.size)
        self._lock = os.memfd_create("guichet-ftp-penalties", os.MFD_CLOEXEC)

    def is_banned(self, source: int) -> bool:
        """Whether the source must wait."""
        entry = self._find(source)[1]
        return entry is not None and entry.banned_until > self._now()

    def note_failure(self, source: int) -> bool:
        """Count a failed login; whether it was the one that bans the source."""
        now = self._now()
        with self._locked():
            at, entry = self._find(source)
            if entry is None:
                entry = _Entry(source, 0.0, [0.0] * self._failures)
            if entry.banned_until > now:
                return False
            entry.failures = [*entry.failures[1:], now]
            is_too_many = entry.failures[0] > 0 and now - entry.failures[0] <= self._window
            if is_too_many:
                entry.banned_until, entry.failures = now + self._ban, [0.0] * (self._failures - 1) + [now]
            self._form.pack_into(self._memory, at, entry.key, entry.banned_until, *entry.failures)
        return is_too_many

    def _find(self, source: int) -> tuple[int, _Entry | None]:
        """Return where the source's entry stands and what it says; None where it would be written anew."""
        start = source % _PLACES * _ENTRIES_A_PLACE * self._form.size
        places = [start + number * self._form.size for number in range(_ENTRIES_A_PLACE)]
        entries = [(at, self._read(at)) for at in places]
        for at, entry in entries:
            if entry.key == source:
                return at, entry
        return min(entries, key=lambda one: (one[1].banned_until, one[1].latest))[0], None

    def _read(self, at: int) -> _Entry:
        key, banned_until, *failures = self._form.unpack_from(self._memory, at)
        return _Entry(key, banned_until, failures)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        fcntl.lockf(self._lock, fcntl.LOCK_EX)  # falls with the process that holds it
        try:
            yield
        finally:
            fcntl.lockf(self._lock, fcntl.LOCK_UN)
