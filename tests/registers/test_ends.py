"""The end of a period, and what an end must not do."""

from datetime import UTC, date, datetime

import pytest

from registers.student_days.models import Declaration, Period, PeriodState, PeriodVersion, QuotaAccount
from tests.registers.conftest import OWN, Filer, a_cancellation, an_action, an_end, codes, period_of


@pytest.fixture
def number(filer: Filer) -> str:
    (result,) = filer(an_action())
    return period_of(result)


def test_an_end_closes_the_period_and_leaves_its_grant(filer: Filer, number: str):
    (result,) = filer(an_end(number, ending_date=date(2026, 7, 20)))

    assert codes(result) == []
    period = Period.objects.get()
    assert (period.state, period.ending_date, period.granted) == (PeriodState.CLOSED, date(2026, 7, 20), 100)
    assert QuotaAccount.objects.get().granted == 100
    assert result.impact.before.ending_date == date(2026, 7, 31)
    assert result.impact.after.ending_date == date(2026, 7, 20)


def test_an_end_names_its_employer_and_worker_or_neither(filer: Filer, number: str):
    (result,) = filer(an_end(number, employer=OWN, insz="05071400153"))

    assert codes(result) == []


def test_a_period_is_closed_once(filer: Filer, number: str):
    filer(an_end(number))
    (again,) = filer(an_end(number, ending_date=date(2026, 7, 10)))

    assert codes(again) == ["00913-356"]


def test_a_period_is_not_closed_before_it_starts(filer: Filer, number: str):
    (result,) = filer(an_end(number, ending_date=date(2026, 7, 1)))

    assert codes(result) == ["00911-014"]


def test_an_end_on_the_first_day_is_one(filer: Filer, number: str):
    (result,) = filer(an_end(number, ending_date=date(2026, 7, 2)))

    assert codes(result) == []


def test_an_end_may_be_later_than_the_declared_one_but_not_in_another_quarter(filer: Filer, number: str):
    (next_quarter,) = filer(an_end(number, ending_date=date(2026, 10, 1)))
    (same_quarter,) = filer(an_end(number, ending_date=date(2026, 9, 30)))

    assert (codes(next_quarter), codes(same_quarter)) == (["90377-421"], [])


def test_a_later_end_must_not_reach_another_period(filer: Filer, number: str):
    (other,) = filer(an_action(starting_date=date(2026, 8, 10), ending_date=date(2026, 8, 20)))
    (result,) = filer(an_end(number, ending_date=date(2026, 8, 10)))

    assert codes(result) == ["90377-334"]
    assert [period.period_id for period in result.findings[0].conflicting] == [period_of(other)]


def test_a_cancelled_period_has_no_end(filer: Filer, number: str):
    filer(a_cancellation(number))
    (result,) = filer(an_end(number))

    assert codes(result) == ["00913-355"]


def test_a_period_locked_by_the_quarterly_declaration_has_no_other_end(filer: Filer, number: str):
    Period.objects.update(locked_by_dmfa=True)
    (result,) = filer(an_end(number))

    assert codes(result) == ["00913-362"]


@pytest.mark.parametrize(("month", "day", "late"), [(8, 3, False), (8, 4, True), (9, 1, True)])
def test_a_later_end_is_late_after_the_first_working_day_that_follows_the_declared_one(
    filer: Filer, number: str, month: int, day: int, late: bool
):
    (result,) = filer(an_end(number, ending_date=date(2026, 9, 30)), at=datetime(2026, month, day, 10, tzinfo=UTC))

    assert codes(result) == []
    assert Declaration.objects.order_by("pk").last().is_late is late


@pytest.mark.parametrize(("day", "late"), [(20, False), (22, False), (23, True)])
def test_an_end_is_late_after_the_first_working_day_that_follows(filer: Filer, number: str, day: int, late: bool):
    """The 20th is a Monday, the 21st a legal holiday."""
    (result,) = filer(an_end(number, ending_date=date(2026, 7, 20)), at=datetime(2026, 7, day, 12, tzinfo=UTC))

    assert codes(result) == []
    assert Declaration.objects.order_by("pk").last().is_late is late
    assert not Period.objects.get().is_late


def test_a_closed_period_can_still_be_cancelled(filer: Filer, number: str):
    filer(an_end(number))
    (result,) = filer(a_cancellation(number))

    assert codes(result) == []
    assert QuotaAccount.objects.get().granted == 0
    assert list(PeriodVersion.objects.order_by("number").values_list("reason", "change")) == [
        ("GRANTED", 100),
        ("CLOSED", 0),
        ("CANCELLED", -100),
    ]


def test_what_is_cancelled_can_be_declared_anew_in_the_same_file(filer: Filer, number: str):
    cancelled, again = filer(a_cancellation(number), an_action())

    assert (codes(cancelled), codes(again)) == ([], [])
    assert QuotaAccount.objects.get().granted == 100
