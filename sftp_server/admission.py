"""Decide at the door, before a byte is exchanged, whether a connection may stay: counts and penalties of all workers."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TypeAlias

import structlog

from channels.doors.sources import ToldOnce, source_of
from sftp_server.door_settings import DoorSettings
from sftp_server.penalties import BYTES, Penalties
from sftp_server.shared_counts import Place, SharedCounts, Wanted

log = structlog.get_logger()

IpNetwork: TypeAlias = IPv4Network | IPv6Network
_STARTUP, _CONNECTION = "connection before a login", "connection"


@dataclass(frozen=True, slots=True)
class Admitted:
    """A connection that may stay: what it holds until it logs in, and what until its end."""

    until_login: tuple[Place, ...]
    until_end: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A connection that may not stay: the reason, for the operator, and a line for its client."""

    reason: str
    line: bytes


REFUSED = TurnedAway("penalty", b"Not allowed at this time\r\n")
TOO_MANY = b"Exceeded MaxStartups\r\n"


def open_counts(settings: DoorSettings, *, workers: int) -> SharedCounts:
    """Return the memory that the workers of a door with these settings share; made before they are forked."""
    places = settings.connections * (2 + settings.channels) + 2 * settings.startups_full
    return SharedCounts(workers=workers, places=places, common=BYTES)


class Admission:
    """Counts connections by source, and those before a login apart from the others."""

    def __init__(
        self,
        counts: SharedCounts,
        settings: DoorSettings,
        *,
        draw: Callable[[], float] = random.random,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._counts = counts
        self._settings = settings
        self._penalties = Penalties(counts, settings.penalties, now=now)
        self._draw = draw
        self._told = ToldOnce(now=now)

    def admit(self, peer: str) -> Admitted | TurnedAway:
        """Take the places of a connection from `peer`; all are free again when it is turned away."""
        source, is_exempt = source_of(peer), is_within(peer, self._settings.exempt)
        outcome = self._decide(source, is_exempt=is_exempt)
        if isinstance(outcome, TurnedAway) and self._told.is_due(peer, outcome.reason):
            log.warning("sftp connection turned away", peer=peer, reason=outcome.reason)
        return outcome

    def penalise(self, peer: str, seconds: float) -> None:
        """Note a fault of `peer`."""
        if is_within(peer, self._settings.exempt):
            return
        refused_for = self._penalties.add(source_of(peer), seconds)
        if refused_for is not None:
            log.warning("sftp source refused", peer=peer, seconds=round(refused_for))

    def _decide(self, source: str, *, is_exempt: bool) -> Admitted | TurnedAway:
        settings = self._settings
        if not is_exempt and self._penalties.is_refused(source):
            return REFUSED
        if self._is_dropped_early():
            return TurnedAway(f"too many at once: {_STARTUP}", TOO_MANY)
        no_share = settings.connections
        wanted = (
            Wanted(_STARTUP, "", settings.startups_full),
            Wanted(_STARTUP, source, no_share if is_exempt else settings.source_startups),
            Wanted(_CONNECTION, "", settings.connections),
            Wanted(_CONNECTION, source, no_share if is_exempt else settings.source_connections),
        )
        taken = self._counts.take_all(wanted)
        if isinstance(taken, Wanted):
            return TurnedAway(_too_many(taken), TOO_MANY)
        return Admitted(taken[:2], taken[2:])

    def _is_dropped_early(self) -> bool:
        """Whether chance turns this one away: the fuller the house before a login, the likelier (MaxStartups)."""
        settings = self._settings
        beyond = self._counts.count(_STARTUP, "") - settings.startups_begin
        if beyond < 0:
            return False
        span = max(settings.startups_full - settings.startups_begin, 1)
        rate = settings.startups_rate / 100
        return self._draw() < rate + (1 - rate) * beyond / span


def _too_many(refused: Wanted) -> str:
    return f"too many of one source: {refused.kind}" if refused.holder else f"too many at once: {refused.kind}"


def is_within(peer: str, networks: Sequence[IpNetwork]) -> bool:
    """Whether the address lies in one of the networks."""
    if not networks:
        return False
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    return any(address in network for network in networks)
