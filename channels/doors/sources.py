"""What counts as one source at a door, and how often its trouble is told."""

import time
from collections import OrderedDict
from collections.abc import Callable

from domain.counted_sources import counted_source

_TOLD_AGAIN = 60.0
_TOLD_ABOUT = 1000


def source_of(peer: str) -> str:
    """Return what a peer counts as: its address or network; itself where it has none."""
    try:
        return counted_source(peer)
    except ValueError:
        return peer


class ToldOnce:
    """Remembers what was told of whom, so that a crowd of refused connections does not fill the log."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._told: OrderedDict[tuple[str, str], float] = OrderedDict()

    def is_due(self, peer: str, reason: str) -> bool:
        """Whether to tell it now: not again for the same source within a minute."""
        now, what = self._now(), (source_of(peer), reason)
        if now - self._told.get(what, -_TOLD_AGAIN) < _TOLD_AGAIN:
            return False
        self._told[what] = now
        self._told.move_to_end(what)
        while len(self._told) > _TOLD_ABOUT:
            self._told.popitem(last=False)
        return True
