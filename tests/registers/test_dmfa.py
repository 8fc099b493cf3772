"""What the quarterly declaration locks and notes."""

from datetime import date

import pytest

from domain.quarters import Quarter
from registers.student_days.dmfa import lock_by_dmfa, locked_by_dmfa, note_actual_amount
from registers.student_days.models import Period
from tests.registers.conftest import NOON, Filer, a_cancellation, an_action, an_update, codes, period_of

THIRD = Quarter(2026, 3)


def couple() -> dict[str, int]:
    period = Period.objects.order_by("pk").first()
    return {"employer_id": period.employer_id, "person_id": period.person_id}


def test_a_quarter_is_locked_for_one_employer_and_worker(filer: Filer):
    (third,), (fourth,) = (
        filer(an_action()),
        filer(an_action(starting_date=date(2026, 10, 1), ending_date=date(2026, 10, 9))),
    )
    assert not locked_by_dmfa(THIRD, **couple())
    assert lock_by_dmfa(THIRD, **couple(), at=NOON) == 1
    assert lock_by_dmfa(THIRD, **couple(), at=NOON) == 0
    (refused,) = filer(an_update(period_of(third), planned_hours=50))
    (cancelled,) = filer(a_cancellation(period_of(fourth)))

    assert locked_by_dmfa(THIRD, **couple())
    assert (codes(refused), codes(cancelled)) == (["00913-362"], [])


def test_what_was_really_worked_is_noted_and_moves_no_grant(filer: Filer):
    (result,) = filer(an_action())
    note_actual_amount(int(period_of(result)), 90, at=NOON)

    assert Period.objects.values_list("actual", "granted").get() == (90, 100)


def test_nothing_is_noted_of_a_cancelled_period(filer: Filer):
    (result,) = filer(an_action())
    filer(a_cancellation(period_of(result)))

    with pytest.raises(Period.DoesNotExist):
        note_actual_amount(int(period_of(result)), 90, at=NOON)
