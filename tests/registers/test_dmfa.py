"""What the quarterly declaration locks and notes."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.environments import Environment
from domain.quarters import Quarter
from evidence.models import AuditEvent
from registers.student_days.dmfa import lock_by_dmfa, locked_by_dmfa, note_actual_amount
from registers.student_days.models import Period, PeriodVersion
from tests.registers.conftest import NOON, Filer, a_cancellation, an_action, an_update, codes, period_of

THIRD = Quarter(2026, 3)


def couple() -> dict[str, int]:
    period = Period.objects.order_by("pk").first()
    return {"employer_id": period.employer_id, "person_id": period.person_id}


def last_version() -> dict[str, object]:
    return PeriodVersion.objects.order_by("-number").values("number", "reason", "declaration_id", "change").first()


def last_event() -> AuditEvent:
    return AuditEvent.objects.order_by("-pk").first()


def test_a_quarter_is_locked_for_one_employer_and_worker(filer: Filer):
    (third,), (fourth,) = (
        filer(an_action()),
        filer(an_action(starting_date=date(2026, 10, 1), ending_date=date(2026, 10, 9))),
    )
    assert not locked_by_dmfa(THIRD, **couple())
    assert lock_by_dmfa(THIRD, **couple(), actor="dmfa", at=NOON) == 1
    assert lock_by_dmfa(THIRD, **couple(), actor="dmfa", at=NOON) == 0
    (refused,) = filer(an_update(period_of(third), planned_hours=50))
    (cancelled,) = filer(a_cancellation(period_of(fourth)))

    assert locked_by_dmfa(THIRD, **couple())
    assert (codes(refused), codes(cancelled)) == (["00913-362"], [])


def test_a_lock_has_its_version_and_event(filer: Filer):
    (result,) = filer(an_action())
    lock_by_dmfa(THIRD, **couple(), actor="dmfa", at=NOON)

    assert last_version() == {"number": 2, "reason": "DMFA", "declaration_id": None, "change": 0}
    assert Period.objects.get().version == 2
    event = last_event()
    assert (event.action, event.actor) == ("period:dmfa-locked", "dmfa")
    assert event.detail["periods"] == [period_of(result)]


@pytest.mark.parametrize(
    ("worker", "lock"),
    [
        ({}, "FROM student_days_quotaaccount\nWHERE (person_id, year)"),
        ({"worker_type": "OTH", "planned_hours": None}, "FROM persons_person"),
    ],
    ids=["a student's account", "another worker's person"],
)
def test_whoever_changes_periods_takes_their_lock_first(filer: Filer, worker: dict, lock: str):
    filer(an_action(**worker))
    with CaptureQueriesContext(connection) as queries:
        lock_by_dmfa(THIRD, **couple(), actor="dmfa", at=NOON)

    asked = [query["sql"] for query in queries]
    locked = next(place for place, sql in enumerate(asked) if lock in sql and "FOR UPDATE" in sql)
    assert locked < next(place for place, sql in enumerate(asked) if sql.startswith('UPDATE "student_days_period"'))


def test_what_was_really_worked_is_noted_and_moves_no_grant(filer: Filer):
    (result,) = filer(an_action())
    note_actual_amount(int(period_of(result)), 90, environment=Environment.PRODUCTION, actor="dmfa", at=NOON)

    assert last_version() == {"number": 2, "reason": "DMFA", "declaration_id": None, "change": 0}
    assert (last_event().action, last_event().detail["amount"]) == ("period:actual-noted", 90)
    assert Period.objects.values_list("actual", "granted").get() == (90, 100)


def test_nothing_is_noted_of_a_cancelled_period(filer: Filer):
    (result,) = filer(an_action())
    filer(a_cancellation(period_of(result)))

    with pytest.raises(Period.DoesNotExist):
        note_actual_amount(int(period_of(result)), 90, environment=Environment.PRODUCTION, actor="dmfa", at=NOON)
