"""Count the sessions of each source and sender over all processes of the door.

Every process writes in its own part of the shared memory alone, so that none needs a lock and the part of one that
died can be emptied. A session takes its place first and counts then: two that come at once never both get the last.
"""

import mmap

_NUMBER_BYTES = 8


class Occupancy:
    """Places for `connections` sessions in each of `workers` processes; make it before those are forked."""

    def __init__(self, *, workers: int, connections: int) -> None:
        self._connections = connections
        size = workers * connections * _NUMBER_BYTES
        self._sources = memoryview(mmap.mmap(-1, size)).cast("Q")
        self._senders = memoryview(mmap.mmap(-1, size)).cast("Q")

    def empty(self, worker: int) -> None:
        """Forget the sessions of a process that is gone."""
        for place in self._part(worker):
            self.leave(place)

    def enter(self, worker: int, source: int, *, most: int) -> int | None:
        """Take a place for a session of the source and return it; None when the process or the source has its most."""
        for place in self._part(worker):
            if not self._sources[place]:
                self._sources[place] = source
                if self._sources.tolist().count(source) <= most:
                    return place
                self.leave(place)
                return None
        return None

    def name_sender(self, place: int, sender: int, *, most: int) -> bool:
        """Say whose session it is; False, and nothing said, when the sender has its most."""
        self._senders[place] = sender
        if self._senders.tolist().count(sender) <= most:
            return True
        self._senders[place] = 0
        return False

    def leave(self, place: int) -> None:
        """Give the place back."""
        self._senders[place] = 0
        self._sources[place] = 0

    def _part(self, worker: int) -> range:
        return range(worker * self._connections, (worker + 1) * self._connections)
