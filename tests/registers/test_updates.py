"""The change of a student's period: what may change, what is tested again, and until when."""

from datetime import UTC, date, datetime

import pytest

from registers.student_days.models import Declaration, Period, PeriodState, QuotaAccount, QuotaEntry
from tests.registers.batch_filer import BatchFiler
from tests.registers.conftest import OTHER, Filer, a_cancellation, an_action, an_end, an_update, codes, period_of

Q4 = {"starting_date": date(2026, 10, 1), "ending_date": date(2026, 12, 31)}
OLD = {
    "starting_date": date(2016, 7, 4),
    "ending_date": date(2016, 7, 15),
    "planned_hours": None,
    "planned_days": 8,
}
IN_2016 = datetime(2016, 6, 1, tzinfo=UTC)


@pytest.fixture
def number(filer: Filer) -> str:
    (result,) = filer(an_action())
    return period_of(result)


def granted() -> int:
    return QuotaAccount.objects.get().granted


def test_a_period_has_more_versions_than_a_file_has_forms(filer: Filer, number: str):
    Period.objects.update(version=249_999)
    (result,) = filer(an_update(number, planned_hours=80))

    assert codes(result) == []
    assert QuotaEntry.objects.order_by("-version").values_list("version", flat=True)[0] == 250_000


NINE_DAYS = {"ending_date": date(2026, 7, 10)}


@pytest.mark.parametrize(("hours", "expected"), [(216, []), (217, ["01135-420"])])
def test_more_hours_than_the_days_of_the_period_have_are_noted(filer: Filer, hours: int, expected: list[str]):
    (made,) = filer(an_action(**NINE_DAYS))
    (result,) = filer(an_update(period_of(made), planned_hours=hours))

    assert codes(result) == expected


def test_more_hours_than_the_days_of_the_period_have_are_noted_beside_sets(filer: Filer):
    (made,) = filer(an_action(**NINE_DAYS))
    (filed,) = BatchFiler(filer.keys)([an_action(insz="06020300277"), an_update(period_of(made), planned_hours=217)])

    assert (list(filed.opened), codes(filed.decided[2])) == ([1], ["01135-420"])
    assert Declaration.objects.get(form_index=2).codes == ["01135-420"]


def test_fewer_hours_free_the_difference_at_once(filer: Filer, number: str):
    (result,) = filer(an_update(number, planned_hours=60))

    assert codes(result) == []
    assert granted() == 60
    assert (result.impact.before.planned_hours, result.impact.after.planned_hours) == (100, 60)
    assert list(QuotaEntry.objects.order_by("version").values_list("reason", "planned", "change")) == [
        ("GRANTED", 100, 100),
        ("UPDATED", 60, -40),
    ]


def test_more_hours_take_what_is_left(filer: Filer, number: str):
    filer(an_action(planned_hours=500, employer=OTHER, **Q4))
    (result,) = filer(an_update(number, planned_hours=200))

    assert codes(result) == ["90017-369"]
    assert [finding.exceeding.amount for finding in result.findings] == [50]
    assert granted() == 650


def test_a_grant_is_never_lowered_by_those_of_others(filer: Filer, number: str):
    filer(an_action(planned_hours=550, employer=OTHER, **Q4))
    QuotaAccount.objects.update(limit=650)
    (result,) = filer(an_update(number, planned_hours=120))

    assert Period.objects.get(pk=int(number)).granted == 100
    assert [finding.exceeding.amount for finding in result.findings] == [20]


def test_an_update_repairs_no_late_declaration(filer: Filer):
    (late,) = filer(an_action(), at=datetime(2026, 7, 6, tzinfo=UTC))
    (result,) = filer(an_update(period_of(late), planned_hours=50), at=datetime(2026, 7, 6, tzinfo=UTC))

    assert codes(result) == []
    assert granted() == 0


def test_an_update_without_a_difference_is_refused(filer: Filer, number: str):
    (result,) = filer(an_update(number, planned_hours=100, ending_date=date(2026, 7, 31)))

    assert codes(result) == ["90378-444"]


def test_hours_are_mandatory_in_an_update(filer: Filer, number: str):
    (result,) = filer(an_update(number, ending_date=date(2026, 7, 30)))

    assert codes(result) == ["01135-001"]


@pytest.mark.parametrize(
    ("deviation", "code"),
    [
        ({"starting_date": date(2026, 7, 1)}, "00910-005"),
        ({"starting_date": date(2026, 7, 3)}, "00910-005"),
        ({"ending_date": date(9999, 12, 31)}, "90378-368"),
        ({"ending_date": date(2026, 7, 1)}, "00911-014"),
        ({"ending_date": date(2026, 10, 1)}, "90378-421"),
        ({"planned_days": 3}, "01017-005"),
        ({"starting_hour": "0800"}, "00777-005"),
        ({"ending_hour": "1200"}, "00778-005"),
    ],
)
def test_what_a_students_update_must_not_say_is_refused(filer: Filer, number: str, deviation: dict, code: str):
    (result,) = filer(an_update(number, planned_hours=90, **deviation))

    assert codes(result) == [code]
    assert granted() == 100


def test_several_faults_of_a_form_are_all_told(filer: Filer, number: str):
    (result,) = filer(an_update(number, starting_date=date(2026, 7, 1), starting_hour="0800", planned_days=2))

    assert codes(result) == ["00910-005", "01017-005", "01135-001", "00777-005"]


def test_an_update_must_not_reach_another_period(filer: Filer, number: str):
    filer(an_action(starting_date=date(2026, 8, 3), ending_date=date(2026, 8, 7)))
    (result,) = filer(an_update(number, planned_hours=100, ending_date=date(2026, 8, 3)))

    assert codes(result) == ["90378-334"]
    assert len(result.findings[0].conflicting) == 1


def test_a_closed_period_can_be_corrected(filer: Filer, number: str):
    filer(an_end(number))
    (result,) = filer(an_update(number, planned_hours=80))

    assert codes(result) == []
    assert Period.objects.get().state == PeriodState.CLOSED


@pytest.mark.parametrize(
    ("state", "code"),
    [(PeriodState.LOCKED, "00913-362"), (PeriodState.BLOCKED, "00913-357")],
)
def test_a_locked_or_blocked_period_is_not_changed(filer: Filer, number: str, state: PeriodState, code: str):
    Period.objects.update(state=state)
    (result,) = filer(an_update(number, planned_hours=80))

    assert codes(result) == [code]


def test_a_cancelled_period_is_not_changed(filer: Filer, number: str):
    filer(a_cancellation(number))
    (result,) = filer(an_update(number, planned_hours=80))

    assert codes(result) == ["00913-355"]


def test_changing_hours_alone_is_never_late(filer: Filer, number: str):
    (result,) = filer(an_update(number, planned_hours=80), at=datetime(2026, 9, 1, tzinfo=UTC))

    assert codes(result) == []


@pytest.mark.parametrize(
    ("ending_date", "received_on", "late"),
    [
        (date(2026, 7, 17), datetime(2026, 7, 20, 21, 59, tzinfo=UTC), False),
        (date(2026, 7, 17), datetime(2026, 7, 20, 22, 0, tzinfo=UTC), True),
        (date(2026, 8, 14), datetime(2026, 8, 3, 21, 59, tzinfo=UTC), False),
        (date(2026, 8, 14), datetime(2026, 8, 3, 22, 0, tzinfo=UTC), True),
    ],
    ids=["earlier, on Monday", "earlier, on Tuesday", "later, on Monday", "later, on Tuesday"],
)
def test_an_end_is_moved_until_the_first_working_day_after_the_earlier_of_the_two(
    filer: Filer, number: str, ending_date: date, received_on: datetime, late: bool
):
    (result,) = filer(an_update(number, planned_hours=100, ending_date=ending_date), at=received_on)

    assert codes(result) == (["90378-460"] if late else [])
    assert granted() == 100


def test_the_start_of_an_old_period_may_be_earlier_but_not_later(filer: Filer):
    (old,) = filer(an_action(**OLD), at=IN_2016)
    (later,) = filer(an_update(period_of(old), starting_date=date(2016, 7, 5), planned_days=8), at=IN_2016)
    (earlier,) = filer(an_update(period_of(old), starting_date=date(2016, 7, 1), planned_days=8), at=IN_2016)

    assert (codes(later), codes(earlier)) == (["00910-344"], [])
    assert Period.objects.get().starting_date == date(2016, 7, 1)


def test_days_are_mandatory_until_2016_and_at_most_those_of_the_period(filer: Filer):
    (old,) = filer(an_action(**OLD), at=IN_2016)
    (absent,) = filer(an_update(period_of(old), ending_date=date(2016, 7, 14)), at=IN_2016)
    (hours,) = filer(an_update(period_of(old), planned_hours=8, planned_days=7), at=IN_2016)
    (many,) = filer(an_update(period_of(old), planned_days=13), at=IN_2016)

    assert [codes(one) for one in (absent, hours, many)] == [["01017-001"], ["01135-005"], ["90378-420"]]


def test_an_update_sees_what_stands_before_it_in_the_file(filer: Filer, number: str):
    first, second, third = filer(
        an_update(number, planned_hours=80), an_update(number, planned_hours=80), an_update(number, planned_hours=90)
    )

    assert (codes(first), codes(second), codes(third)) == ([], ["90378-444"], [])
    assert Period.objects.get().version == 3
