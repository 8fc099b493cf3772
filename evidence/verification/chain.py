"""Recompute the audit chain link by link, and find events that stand outside it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from evidence.audit import GENESIS, hash_event
from evidence.models import AuditEvent, AuditLink
from evidence.verification.findings import Check

_AT_ONCE = 2000
LINK_BYTES = 700
"""About what a link and its event are, to show how far the walk is."""

_OUTSIDE = """
    SELECT event.id, event.action FROM evidence_auditevent event
    LEFT JOIN evidence_auditlink link ON link.event_id = event.id
    WHERE link.event_id IS NULL AND (event.transaction, event.id) <= (%s, %s) AND event.id <= %s ORDER BY event.id
"""
_TAIL = """
    SELECT count(*) FROM evidence_auditevent event
    LEFT JOIN evidence_auditlink link ON link.event_id = event.id
    WHERE link.event_id IS NULL AND ((event.transaction, event.id) > (%s, %s) OR event.id > %s)
"""


class _Newest(NamedTuple):
    """The last event that was passed, and the highest id of all that were.

    An event with a higher id is later whatever its transaction: after a restore these count from a low number again.
    """

    transaction: int = 0
    event: int = 0
    highest: int = 0

    def precedes(self, event: AuditEvent) -> bool:
        return (event.transaction, event.pk) > self[:2] or event.pk > self.highest

    def pass_on(self, event: AuditEvent) -> "_Newest":
        return _Newest(event.transaction, event.pk, max(self.highest, event.pk))


@dataclass(frozen=True, slots=True)
class ChainWalk:
    """How far the chain goes and what was passed: the hashes at the positions asked for, and the unlinked tail."""

    length: int
    unlinked: int
    hashes: Mapping[int, str]


def verify_chain(check: Check, *, wanted: frozenset[int] = frozenset(), advance: Callable[[int], None]) -> ChainWalk:
    """Recompute every link in order; the hashes at the positions in `wanted` are returned.

    After each fault the walk goes on from what is recorded, so that every fault is told once, where it is.
    """
    position, previous, newest = 0, GENESIS, _Newest()
    hashes = {}
    for link in _links():
        check.checked += 1
        for sentence in _faults(link, position=position, previous=previous, newest=newest):
            check.tell(sentence)
        position, previous = link.position, link.hash
        newest = newest.pass_on(link.event)
        if position in wanted:
            hashes[position] = link.hash
        advance(LINK_BYTES)
    for event, action in _outside(newest):
        check.tell(
            f"event {event} ({action}) is older than the end of the chain but stands outside it: its link was removed"
        )
    return ChainWalk(length=position, unlinked=_count_tail(newest), hashes=hashes)


def _links() -> Iterator[AuditLink]:
    return AuditLink.objects.select_related("event").order_by("position").iterator(chunk_size=_AT_ONCE)


def _faults(link: AuditLink, *, position: int, previous: str, newest: _Newest) -> Iterator[str]:
    here = link.position
    if here == position + 2:
        yield f"position {position + 1} is missing from the chain: its event or its link was removed"
    elif here != position + 1:
        yield f"positions {position + 1} to {here - 1} are missing from the chain: their events or links were removed"
    elif link.previous_hash != previous:
        yield f"position {here} does not follow position {position}: links were changed, exchanged or replaced"
    if hash_event(link.event, position=here, previous=link.previous_hash) != link.hash:
        yield f"event {link.event_id} at position {here} is not the one that was linked: it or its link was changed"
    elif not newest.precedes(link.event):
        yield f"event {link.event_id} at position {here} is older than the one before it: the order was changed"


def _outside(newest: _Newest) -> Iterator[tuple[int, str]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_OUTSIDE, newest)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows


def _count_tail(newest: _Newest) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_TAIL, newest)
        return int(cursor.fetchone()[0])


def count_links() -> int:
    """Return how many links there are, for a progress bar."""
    return AuditLink.objects.count()
