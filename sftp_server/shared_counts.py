"""Memory that the workers of a door share: who holds which place, and which source must wait.

It lies in a file without a name, mapped before the workers are forked. Every worker writes in a region of its own, which
it owns by a lock that the kernel drops with the process: a worker that is killed leaves nothing behind that its successor
does not wipe, and no lock.
"""

import fcntl
import hashlib
import heapq
import mmap
import os
import secrets
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

_WORD = 8
_GUARD = 1 << 40  # a byte behind the end: locks may lie there


@dataclass(frozen=True, slots=True)
class Wanted:
    """A place of a kind for a holder that may have `limit` of them."""

    kind: str
    holder: str
    limit: int


class SharedCounts:
    """Places by kind and holder, counted over all workers; made once, before the workers are forked.

    A region begins with the number of its bytes that may be in use, so that a count reads no more than that.
    """

    def __init__(self, *, workers: int, places: int, common: int = 0) -> None:
        self._region = (1 + places) * _WORD
        self._starts = range(0, workers * self._region, self._region)
        size = workers * self._region + common
        self._file = os.memfd_create("guichet-shared-counts")
        weakref.finalize(self, os.close, self._file)
        os.ftruncate(self._file, size)
        self._memory = mmap.mmap(self._file, size)
        self._secret = secrets.token_bytes(16)
        self._thread_lock = threading.Lock()
        self._start = 0
        self._free: list[int] = []

    @property
    def common(self) -> memoryview:
        """The part that belongs to no worker; write it only while `locked`."""
        return memoryview(self._memory)[self._starts.stop :]

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
        for start in self._starts:
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _GUARD + 1 + start)
            except OSError:
                continue
            with self.locked():
                self._memory[start : start + self._region] = bytes(self._region)
            self._start = start
            self._free = list(range(start + _WORD, start + self._region, _WORD))
            return
        raise RuntimeError("more workers than regions of shared memory")

    def take(self, kind: str, holder: str, *, limit: int) -> "Place | None":
        """Return a place of that kind for `holder`, to be given back; None when it has `limit` already."""
        taken = self.take_all([Wanted(kind, holder, limit)])
        return None if isinstance(taken, Wanted) else taken[0]

    def take_all(self, wanted: Sequence[Wanted]) -> "tuple[Place, ...] | Wanted":
        """Return all the places, or the first of them that is not to be had, and then none is taken."""
        marks = [self.digest(one.kind, one.holder) for one in wanted]
        with self.locked():
            for one, mark in zip(wanted, marks, strict=True):
                if self._count(mark) >= one.limit or len(self._free) < len(wanted):
                    return one
            return tuple(Place(self, self._put(mark)) for mark in marks)

    def count(self, kind: str, holder: str) -> int:
        """Return how many places of that kind `holder` has."""
        mark = self.digest(kind, holder)
        with self.locked():
            return self._count(mark)

    def give_back(self, positions: Iterable[int]) -> None:
        """Free the places at those positions."""
        with self.locked():
            for at in positions:
                self._memory[at : at + _WORD] = bytes(_WORD)
                heapq.heappush(self._free, at)

    def digest(self, kind: str, holder: str) -> bytes:
        """Return eight bytes that stand for the pair; nobody outside can choose pairs that collide."""
        return hashlib.blake2b(f"{kind} {holder}".encode(), key=self._secret, digest_size=_WORD).digest()

    def _put(self, mark: bytes) -> int:
        at = heapq.heappop(self._free)
        self._memory[at : at + _WORD] = mark
        if at - self._start > self._used(self._start):
            self._memory[self._start : self._start + _WORD] = (at - self._start).to_bytes(_WORD, "big")
        return at

    def _used(self, start: int) -> int:
        return int.from_bytes(self._memory[start : start + _WORD], "big")

    def _count(self, mark: bytes) -> int:
        return sum(
            self._memory[start + _WORD : start + _WORD + self._used(start)].count(mark) for start in self._starts
        )


class Place:
    """One place that is held; giving it back again changes nothing."""

    def __init__(self, counts: SharedCounts, at: int) -> None:
        self._counts = counts
        self._at: int | None = at

    def give_back(self) -> None:
        """Free the place."""
        give_back([self])

    def _let_go(self) -> tuple[SharedCounts, int] | None:
        with _GIVING_BACK:
            at, self._at = self._at, None
        return None if at is None else (self._counts, at)


_GIVING_BACK = threading.Lock()


def give_back(places: Iterable[Place]) -> None:
    """Free the places, at once for all of the same memory."""
    by_memory: dict[SharedCounts, list[int]] = {}
    for place in places:
        held = place._let_go()  # noqa: SLF001 - its own module
        if held is not None:
            by_memory.setdefault(held[0], []).append(held[1])
    for counts, positions in by_memory.items():
        counts.give_back(positions)
