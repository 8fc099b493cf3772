"""Audit events form a chain that shows what was changed, removed or moved."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from evidence.audit import append_event, link_events, verify_chain
from evidence.models import AuditEvent, AuditLink

NOW = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


def record(count: int) -> None:
    for number in range(count):
        with transaction.atomic():
            append_event("submission:sealed", at=NOW, actor="test", number=number)


def unguarded(statement: str) -> None:
    """Change a table as somebody with every right would."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")


def test_linked_events_hold_together(transactional_db):
    record(5)

    assert link_events(now=NOW) == 5
    report = verify_chain()
    assert (report.linked, report.unlinked, report.broken_at) == (5, 0, None)


def test_events_linked_in_several_rounds_form_one_chain(transactional_db):
    record(3)
    link_events(now=NOW)
    record(2)
    link_events(now=NOW, limit=1)
    link_events(now=NOW)

    assert list(AuditLink.objects.values_list("position", flat=True)) == [1, 2, 3, 4, 5]
    assert verify_chain().broken_at is None


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE evidence_auditevent SET actor = 'nobody' WHERE id = (SELECT event_id FROM evidence_auditlink WHERE position = 2)",
        "DELETE FROM evidence_auditlink WHERE position = 2",
        "UPDATE evidence_auditlink SET hash = repeat('0', 64) WHERE position = 2",
        "UPDATE evidence_auditlink SET position = position + 10 WHERE position >= 2",
    ],
)
def test_whatever_is_changed_breaks_the_chain_where_it_was_changed(transactional_db, tampering: str):
    record(4)
    link_events(now=NOW)
    unguarded(tampering)

    assert verify_chain().broken_at == 2


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
