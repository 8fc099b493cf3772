"""The chain goes on after a restore into another server, whose transactions count from a low number again."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from evidence.audit import GENESIS, append_event, hash_event, link_events
from evidence.models import AuditEvent, AuditLink
from evidence.unlinked_events import UNLINKED_EVENTS
from evidence.verification.chain import ChainWalk, verify_chain
from evidence.verification.findings import Check

NOW = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
FAR_AHEAD = 10**12
"""A transaction of the old server, which the new one will not reach for years."""


def record(*numbers: int) -> None:
    for number in numbers:
        with transaction.atomic():
            append_event("submission:sealed", at=NOW, actor="test", number=number)


def restore(*numbers: int, first: int = FAR_AHEAD) -> None:
    """Have events as a restore leaves them: with the transaction numbers of the server that wrote them."""
    AuditEvent.objects.bulk_create(
        AuditEvent(
            at=NOW, action="submission:sealed", actor="test", detail={"number": number}, transaction=first + place
        )
        for place, number in enumerate(numbers)
    )


def link_restored() -> None:
    """Have the links that came with the restored events."""
    previous = GENESIS
    for position, event in enumerate(AuditEvent.objects.order_by("transaction"), start=1):
        digest = hash_event(event, position=position, previous=previous)
        AuditLink.objects.create(position=position, event=event, previous_hash=previous, hash=digest, linked_at=NOW)
        previous = digest


def chained() -> list[int]:
    return [link.event.detail["number"] for link in AuditLink.objects.select_related("event")]


def walk() -> tuple[ChainWalk, Check]:
    check = Check("events")
    return verify_chain(check, advance=lambda _amount: None), check


def count_waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(UNLINKED_EVENTS)
        return int(cursor.fetchone()[0])


@pytest.fixture
def restored(transactional_db) -> None:
    restore(1, 2, 3)
    link_restored()


def test_what_is_recorded_after_a_restore_is_linked_behind_it(restored):
    record(4, 5)
    link_events(now=NOW)
    record(6)
    link_events(now=NOW)

    assert chained() == [1, 2, 3, 4, 5, 6]
    chain, check = walk()
    assert (chain.length, chain.unlinked, check.sentences) == (6, 0, [])
    assert count_waiting() == 0


def test_what_waits_after_a_restore_is_told_as_waiting_and_no_fault(restored):
    record(4, 5)

    chain, check = walk()
    assert (chain.length, chain.unlinked, check.sentences) == (3, 2, [])
    assert count_waiting() == 2


def test_what_waited_when_the_backup_was_made_is_linked_before_what_is_new(restored):
    restore(4, 5, first=FAR_AHEAD + 7)
    record(6)
    link_events(now=NOW)
    link_events(now=NOW)

    assert chained() == [1, 2, 3, 4, 5, 6]
    assert walk()[1].sentences == []


def test_a_restored_chain_is_linked_in_rounds_as_any_other(restored):
    restore(4, 5, first=FAR_AHEAD + 7)
    record(6, 7)
    for _ in range(4):
        link_events(now=NOW, limit=1)

    assert chained() == [1, 2, 3, 4, 5, 6, 7]
    assert walk()[1].sentences == []


def test_numbers_that_both_servers_gave_mix_nothing_up(transactional_db):
    record(1)
    here = AuditEvent.objects.get().transaction
    restore(2, 3, first=here + 4)
    while _next_transaction() < here + 2:
        pass
    link_restored()
    record(4, 5)
    while _next_transaction() < here + 20:
        pass
    record(6)
    link_events(now=NOW)
    link_events(now=NOW)

    assert sorted(chained()) == [1, 2, 3, 4, 5, 6]
    chain, check = walk()
    assert (chain.unlinked, check.sentences) == (0, [])


def test_a_link_that_was_removed_is_found_after_a_restore_too(restored):
    record(4, 5)
    link_events(now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM evidence_auditlink WHERE position = 2")
        cursor.execute("SET session_replication_role = origin")

    assert walk()[1].sentences[0].startswith("position 2 is missing from the chain")


def _next_transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return int(cursor.fetchone()[0])
