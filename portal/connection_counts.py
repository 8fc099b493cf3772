"""How many connections one worker of the portal has: in all and of each source, from the accept to the end.

Those that have not finished their TLS handshake count apart too, under lower bounds: so far nobody has said a word.
"""

from collections import Counter
from dataclasses import dataclass

from channels.doors.sources import source_of

_CONNECTION, _HANDSHAKE = "connections", "handshakes"
_OF_ALL = ""


@dataclass(frozen=True, slots=True)
class ConnectionBounds:
    """The most that one worker has at a time, and the seconds that a handshake may take; settings.md explains them."""

    connections: int
    source_connections: int
    handshakes: int
    source_handshakes: int
    handshake_seconds: float


class TooManyConnections(Exception):  # noqa: N818 - the client's trouble
    """One more may not come; the message is for the operator's log."""


class Place:
    """What one connection holds; it is given back once, however often that is said."""

    def __init__(self, counts: Counter[tuple[str, str]], source: str) -> None:
        self._counts = counts
        self._held = [(kind, holder) for kind in (_CONNECTION, _HANDSHAKE) for holder in (_OF_ALL, source)]
        self._counts.update(self._held)

    def finish_handshake(self) -> None:
        """Count it as a connection alone from now on."""
        self._give_back(_HANDSHAKE)

    def leave(self) -> None:
        """Count it no longer."""
        self._give_back(_HANDSHAKE, _CONNECTION)

    def _give_back(self, *kinds: str) -> None:
        for share in [share for share in self._held if share[0] in kinds]:
            self._held.remove(share)
            self._counts[share] -= 1
            if not self._counts[share]:
                del self._counts[share]


class ConnectionCounts:
    """Counts the connections of one worker by source: an IPv4 address, or the first 64 bits of an IPv6 address."""

    def __init__(self, bounds: ConnectionBounds) -> None:
        self._bounds = bounds
        self._counts: Counter[tuple[str, str]] = Counter()

    def enter(self, peer: str) -> Place:
        """Take a place for a connection from `peer`; TooManyConnections when there is none."""
        bounds, source = self._bounds, source_of(peer)
        for kind, holder, most in (
            (_CONNECTION, _OF_ALL, bounds.connections),
            (_CONNECTION, source, bounds.source_connections),
            (_HANDSHAKE, _OF_ALL, bounds.handshakes),
            (_HANDSHAKE, source, bounds.source_handshakes),
        ):
            if self._counts[kind, holder] >= most:
                raise TooManyConnections(f"too many {kind}" + (" of one source" if holder else ""))
        return Place(self._counts, source)
