"""Audit events form a chain that shows what was changed, removed or moved."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from commands.__main__ import main
from evidence.audit import append_event, link_events
from evidence.models import AuditEvent, AuditLink
from evidence.verification.chain import ChainWalk, verify_chain
from evidence.verification.findings import Check

NOW = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


def record(count: int) -> None:
    for number in range(count):
        with transaction.atomic():
            append_event("submission:sealed", at=NOW, actor="test", number=number)


def walk() -> tuple[ChainWalk, Check]:
    check = Check("events")
    return verify_chain(check, advance=lambda _amount: None), check


def test_linked_events_hold_together(transactional_db, capsys):
    record(5)

    assert main(["evidence", "link"]) == 0
    assert capsys.readouterr().out == "5 events linked\n"
    chain, check = walk()
    assert (chain.length, chain.unlinked, check.checked, check.sentences) == (5, 0, 5, [])


def test_events_linked_in_several_rounds_form_one_chain(transactional_db):
    record(3)
    link_events(now=NOW)
    record(2)
    link_events(now=NOW, limit=1)
    link_events(now=NOW)

    assert list(AuditLink.objects.values_list("position", flat=True)) == [1, 2, 3, 4, 5]
    assert walk()[1].sentences == []


def test_events_that_are_not_linked_yet_are_counted_and_no_fault(db):
    record(3)

    chain, check = walk()
    assert (chain.length, chain.unlinked, check.sentences) == (0, 3, [])


def test_an_event_of_an_open_transaction_is_linked_later_not_skipped(transactional_db):
    entered, leave = threading.Event(), threading.Event()

    def slow_writer() -> None:
        try:
            with transaction.atomic():
                append_event("submission:sealed", at=NOW, actor="slow")
                entered.set()
                leave.wait(10)
        finally:
            connection.close()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    entered.wait(10)
    record(1)
    linked_while_open = link_events(now=NOW)
    leave.set()
    writer.join()

    assert linked_while_open == 0
    assert link_events(now=NOW) == 2
    assert [link.event.actor for link in AuditLink.objects.select_related("event")] == ["slow", "test"]


@pytest.mark.parametrize("statement", ["UPDATE evidence_auditevent SET actor = ''", "DELETE FROM evidence_auditevent"])
def test_the_database_refuses_to_change_an_event(db, statement: str):
    record(1)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.count() == 1
