"""Memory that the workers of a door share: who holds which place, and which source must wait.

It lies in a file without a name, mapped before the workers are forked. Every worker writes in a region of its own, which
it owns by a lock that the kernel drops with the process: a worker that is killed leaves nothing behind that its successor
does not wipe, and no lock.
"""

import fcntl
import hashlib
import mmap
import os
import secrets
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

_WORD = 8
_GUARD = 1 << 40  # a byte behind the end: locks may lie there


class SharedCounts:
    """Places by kind and holder, counted over all workers; made once, before the workers are forked."""

    def __init__(self, *, workers: int, places: int, common: int = 0) -> None:
        self._workers = workers
        self._region = places * _WORD
        size = max(workers * self._region + common, 1)
        with tempfile.TemporaryFile() as file:
            self._file = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._file)
        os.ftruncate(self._file, size)
        self._memory = mmap.mmap(self._file, size)
        self._secret = secrets.token_bytes(16)
        self._thread_lock = threading.Lock()
        self._free: list[int] = []

    @property
    def common(self) -> memoryview:
        """The part that belongs to no worker; write it only while `locked`."""
        return memoryview(self._memory)[self._workers * self._region :]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other thread and worker out."""
        with self._thread_lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX, 1, _GUARD)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _GUARD)

    def enter(self) -> None:
        """Take a region for this worker, wiped of what a dead one left; RuntimeError when all have a living owner."""
        for number in range(self._workers):
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _GUARD + 1 + number)
            except OSError:
                continue
            start = number * self._region
            with self.locked():
                self._memory[start : start + self._region] = bytes(self._region)
            self._free = list(range(start, start + self._region, _WORD))
            return
        raise RuntimeError("more workers than regions of shared memory")

    def take(self, kind: str, holder: str, *, limit: int) -> "Place | None":
        """Return a place of that kind for `holder`, to be given back; None when it has `limit` already."""
        mark = self.digest(kind, holder)
        with self.locked():
            if self._count(mark) >= limit or not self._free:
                return None
            at = self._free.pop()
            self._memory[at : at + _WORD] = mark
            return Place(self, at)

    def count(self, kind: str, holder: str) -> int:
        """Return how many places of that kind `holder` has."""
        with self.locked():
            return self._count(self.digest(kind, holder))

    def give_back(self, at: int) -> None:
        """Free the place at that position."""
        with self.locked():
            self._memory[at : at + _WORD] = bytes(_WORD)
            self._free.append(at)

    def digest(self, kind: str, holder: str) -> bytes:
        """Return eight bytes that stand for the pair; nobody outside can choose pairs that collide."""
        return hashlib.blake2b(f"{kind} {holder}".encode(), key=self._secret, digest_size=_WORD).digest()

    def _count(self, mark: bytes) -> int:
        return self._memory[: self._workers * self._region].count(mark)


class Place:
    """One place that is held; giving it back again changes nothing."""

    def __init__(self, counts: SharedCounts, at: int) -> None:
        self._counts = counts
        self._at: int | None = at
        self._lock = threading.Lock()

    def give_back(self) -> None:
        """Free the place."""
        with self._lock:
            at, self._at = self._at, None
        if at is not None:
            self._counts.give_back(at)
