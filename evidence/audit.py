"""Append audit events and link them into a chain that shows any later change.

Events are written unchained, in the transaction of what they tell. One process links them afterwards, in the order of
their transactions, and only those before every transaction that is still open, so none is ever skipped.

A restored database keeps the numbers of the server that wrote its events, while its new server counts from a low number
again. Ids go on where they were; so what has a higher id than everything linked is new, however low its transaction.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet

from evidence.models import AuditEvent, AuditLink
from evidence.prepared import open_prepared
from evidence.transactions import NextTransaction, OldestOpenTransaction

GENESIS = "0" * 64
Detail: TypeAlias = str | int | list[str] | None
_CHAIN_LOCK = 7_301_001
_APPEND = """
INSERT INTO evidence_auditevent (at, action, actor, submission_id, detail)
VALUES (%s::timestamptz, %s::text, %s::text, %s::bigint, %s::jsonb)
"""
_APPEND_ALL = """
INSERT INTO evidence_auditevent (at, action, actor, submission_id, detail)
SELECT %s, action, actor, submission_id, detail
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::jsonb[]) WITH ORDINALITY
    AS events (action, actor, submission_id, detail, place)
ORDER BY place
"""


_CIRCUMSTANCES: ContextVar[Mapping[str, Detail]] = ContextVar("circumstances", default=MappingProxyType({}))


@contextmanager
def told_with(**circumstances: Detail) -> Iterator[None]:
    """Let every event that is appended within tell these, too, unless it tells something else by that name.

    For a door, which alone knows of whose request it is; what a register decides depends on none of it (decision 0062).
    """
    token = _CIRCUMSTANCES.set(circumstances)
    try:
        yield
    finally:
        _CIRCUMSTANCES.reset(token)


def append_event(
    action: str,
    *,
    at: datetime,
    actor: str,
    submission_id: int | None = None,
    **detail: Detail,
) -> None:
    """Record a decision in the running transaction; `detail` holds ids, codes and hashes, never payload or persons."""
    with open_prepared() as cursor:
        cursor.execute(_APPEND, [at, action, actor, submission_id, _told(detail)])


@dataclass(frozen=True, slots=True)
class Event:
    """A decision to be recorded; `detail` holds ids, codes and hashes, never payload or persons."""

    action: str
    actor: str
    submission_id: int | None
    detail: Mapping[str, Detail]


def append_events(events: Sequence[Event], *, at: datetime) -> None:
    """Record several decisions of one instant in the running transaction, in their order, by one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _APPEND_ALL,
            [
                at,
                [event.action for event in events],
                [event.actor for event in events],
                [event.submission_id for event in events],
                [_told(event.detail) for event in events],
            ],
        )


def _told(detail: Mapping[str, Detail]) -> str:
    return json.dumps({**_CIRCUMSTANCES.get(), **detail})


def link_events(*, now: datetime, limit: int = 10_000) -> int:
    """Link up to `limit` settled events and return how many; one linker at a time works, others return 0."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_CHAIN_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        last = AuditLink.objects.select_related("event").order_by("-position").first()
        position, previous = (last.position, last.hash) if last else (0, GENESIS)
        links = []
        for event in _settled_events(limit, after=last.event if last else None):
            position += 1
            digest = hash_event(event, position=position, previous=previous)
            links.append(
                AuditLink(position=position, event=event, previous_hash=previous, hash=digest, linked_at=now),
            )
            previous = digest
        AuditLink.objects.bulk_create(links)
        return len(links)


def _settled_events(limit: int, *, after: AuditEvent | None) -> Iterator[AuditEvent]:
    """Yield what comes after the newest linked event, in the chain's order, as far as no open transaction can precede."""
    for events in _candidates(after):
        found = False
        for event in events.order_by("transaction", "id")[:limit].iterator():
            found = True
            yield event
        if found:
            return


def _candidates(after: AuditEvent | None) -> tuple[QuerySet[AuditEvent], ...]:
    """Return where to look for what comes next; the later only where the earlier holds nothing.

    What was restored without a link comes before what is new, so that the newest link is then one of this server.
    """
    unlinked = AuditEvent.objects.filter(link__isnull=True)
    settled, restored = Q(transaction__lt=OldestOpenTransaction()), Q(transaction__gte=NextTransaction())
    if after is None:
        return unlinked.filter(restored), unlinked.filter(settled)
    later = Q(transaction__gt=after.transaction) | Q(id__gt=after.pk)
    following = unlinked.filter(later, transaction__gte=after.transaction)
    highest = AuditLink.objects.aggregate(highest=Max("event_id"))["highest"]
    counted_anew = unlinked.filter(settled, id__gt=highest, transaction__lt=after.transaction)
    if AuditEvent.objects.filter(restored, pk=after.pk).exists():
        return following.filter(restored), counted_anew, following.filter(settled)
    return counted_anew, following.filter(settled)


def render_event(event: AuditEvent, *, position: int, previous: str) -> bytes:
    """Return the event's canonical JSON at `position` after `previous`: one line of ASCII, the keys in order."""
    return json.dumps(
        {
            "position": position,
            "previous": previous,
            "id": event.pk,
            "at": event.at.isoformat(),
            "action": event.action,
            "actor": event.actor,
            "submission": event.submission_id,
            "detail": event.detail,
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=True,
    ).encode("ascii")


def hash_event(event: AuditEvent, *, position: int, previous: str) -> str:
    """Return the SHA-256 of the event's canonical JSON at `position` after `previous`."""
    return hashlib.sha256(render_event(event, position=position, previous=previous)).hexdigest()
