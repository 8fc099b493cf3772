"""The yearly contingent as it is filed: reservation, overrun, lateness and what a cancellation frees."""

from datetime import UTC, date, datetime

from domain.answers import FormResult, ResultCode
from registers.student_days.models import Period, QuotaAccount, QuotaEntry
from tests.registers.conftest import OTHER, OWN, Filer, a_cancellation, an_action, codes

Q1 = {"starting_date": date(2026, 1, 5), "ending_date": date(2026, 3, 31)}
Q3 = {"starting_date": date(2026, 7, 2), "ending_date": date(2026, 9, 30)}
Q4 = {"starting_date": date(2026, 10, 1), "ending_date": date(2026, 12, 31)}


def exceeding(result: FormResult) -> int:
    return sum(finding.exceeding.amount for finding in result.findings if finding.exceeding)


def granted_in(year: int) -> int:
    return QuotaAccount.objects.get(year=year).granted


def test_the_second_employer_gets_what_the_first_has_left(filer: Filer):
    (first,) = filer(an_action(planned_hours=400, **Q3))
    (second,) = filer(an_action(planned_hours=300, employer=OTHER, **Q4))

    assert codes(first) == []
    assert codes(second) == ["90017-369"]
    assert exceeding(second) == 50
    assert granted_in(2026) == 650


def test_a_declaration_on_its_first_day_is_on_time(filer: Filer):
    (result,) = filer(an_action(**Q1, planned_hours=200), at=datetime(2026, 1, 5, 22, 59, 59, tzinfo=UTC))

    assert codes(result) == []
    assert granted_in(2026) == 200


def test_a_declaration_after_the_brussels_end_of_its_first_day_is_late_for_ever(filer: Filer):
    (result,) = filer(an_action(**Q1, planned_hours=200), at=datetime(2026, 1, 5, 23, 0, 0, tzinfo=UTC))

    assert codes(result) == ["90373-460"]
    assert result.result is ResultCode.ACCEPTED
    assert granted_in(2026) == 0
    assert Period.objects.get().is_late


def test_a_late_declaration_reports_its_hours_as_exceeding_only_when_that_is_switched_on(filer: Filer):
    (result,) = filer(an_action(**Q1), at=datetime(2026, 1, 7, tzinfo=UTC), late_also_369=True)

    assert codes(result) == ["90373-460", "90017-369"]
    assert exceeding(result) == 100


def test_hours_freed_by_a_cancellation_are_not_given_to_whoever_exceeded(filer: Filer):
    (first,) = filer(an_action(planned_hours=650, **Q3))
    (second,) = filer(an_action(planned_hours=10, employer=OTHER, **Q4))
    (cancelled,) = filer(a_cancellation(first.impact.period.period_id))

    assert exceeding(second) == 10
    assert codes(cancelled) == []
    assert granted_in(2026) == 0
    assert [period.granted for period in Period.objects.order_by("pk")] == [0, 0]


def test_freed_hours_can_be_reserved_again(filer: Filer):
    (first,) = filer(an_action(planned_hours=650, **Q3))
    filer(a_cancellation(first.impact.period.period_id))
    (again,) = filer(an_action(planned_hours=650, **Q3))

    assert codes(again) == []
    assert granted_in(2026) == 650


def test_each_year_has_its_own_limit(filer: Filer):
    filer(an_action(planned_hours=650, **Q3))
    (next_year,) = filer(
        an_action(planned_hours=650, starting_date=date(2027, 1, 4), ending_date=date(2027, 3, 31)),
    )

    assert codes(next_year) == []


def test_the_limit_of_2024_was_600_hours(filer: Filer):
    (result,) = filer(
        an_action(planned_hours=601, starting_date=date(2024, 7, 1), ending_date=date(2024, 7, 31)),
        at=datetime(2024, 6, 1, tzinfo=UTC),
    )

    assert exceeding(result) == 1


def test_until_2016_days_are_counted(filer: Filer):
    (result,) = filer(
        an_action(
            planned_hours=None,
            planned_days=53,
            starting_date=date(2016, 7, 1),
            ending_date=date(2016, 9, 30),
        ),
        at=datetime(2016, 6, 1, tzinfo=UTC),
    )

    assert [(finding.exceeding.amount, finding.exceeding.unit) for finding in result.findings] == [(3, "DAYS")]


def test_every_movement_stands_in_the_ledger(filer: Filer):
    (first,) = filer(an_action(planned_hours=100, **Q3))
    filer(a_cancellation(first.impact.period.period_id))

    entries = QuotaEntry.objects.order_by("version").values_list("reason", "planned", "granted", "change")
    assert list(entries) == [("GRANTED", 100, 100, 100), ("CANCELLED", 100, 0, -100)]


def test_forms_of_one_file_share_the_contingent_in_their_order(filer: Filer):
    results = filer(
        an_action(planned_hours=600, **Q3),
        an_action(planned_hours=600, employer=OTHER, **Q3),
        an_action(planned_hours=1, employer=OTHER, **Q4),
    )

    assert [exceeding(result) for result in results] == [0, 550, 1]


def test_employers_do_not_need_to_differ_for_periods_that_follow_each_other(filer: Filer):
    results = filer(an_action(**Q3), an_action(**Q4, employer=OWN))

    assert [codes(result) for result in results] == [[], []]


def test_a_late_declaration_beside_one_on_time_is_tolerated_where_that_is_switched_on(filer: Filer):
    week = {"starting_date": date(2026, 8, 3), "ending_date": date(2026, 8, 7)}
    late = {"at": datetime(2026, 8, 10, tzinfo=UTC), "late_tolerated": True}
    (alone,) = filer(an_action(**week, insz="06020300277"), **late)
    filer(an_action())
    (beside,) = filer(an_action(**week), **late)
    (elsewhere,) = filer(an_action(**week, employer=OTHER), **late)

    assert [codes(one) for one in (alone, beside, elsewhere)] == [["90373-460"], [], ["90373-460"]]
