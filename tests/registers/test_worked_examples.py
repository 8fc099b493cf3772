"""The nine worked examples of the contingent (student declarations §3.4), each under its number."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from domain.answers import FormResult
from domain.environments import Environment
from registers.student_days.dmfa import note_actual_amount
from registers.student_days.models import Period, QuotaAccount
from tests.registers.conftest import OTHER, OWN, Filer, a_cancellation, an_action, an_update, codes, period_of
from tests.validators.payloads import a_form, an_in, codes_of

START_2025 = datetime(2024, 12, 20, tzinfo=UTC)


def left() -> int:
    account = QuotaAccount.objects.get()
    return account.limit - account.granted


def exceeding(result: FormResult) -> int:
    return sum(finding.exceeding.amount for finding in result.findings if finding.exceeding)


def use_all_but(filer: Filer, hours: int) -> None:
    """Let another employer reserve in the first quarter of 2025 what leaves `hours`."""
    filer(
        an_action(
            planned_hours=650 - hours,
            employer=OTHER,
            starting_date=date(2025, 1, 1),
            ending_date=date(2025, 1, 31),
        ),
        at=START_2025,
    )


def test_example_1_the_second_employer_gets_175_and_25_exceed(filer: Filer):
    at = datetime(2020, 6, 1, tzinfo=UTC)
    third = {"starting_date": date(2020, 7, 1), "ending_date": date(2020, 9, 30)}
    fourth = {"starting_date": date(2020, 10, 1), "ending_date": date(2020, 12, 31)}
    (first,) = filer(an_action(planned_hours=300, **third), at=at)
    assert (codes(first), left()) == ([], 175)
    (second,) = filer(an_action(planned_hours=200, employer=OTHER, **fourth), at=at)

    assert (codes(second), exceeding(second), left()) == (["90017-369"], 25, 0)


def test_example_2_a_week_of_35_hours_leaves_390(filer: Filer):
    use_all_but(filer, 425)
    (result,) = filer(
        an_action(planned_hours=35, starting_date=date(2025, 2, 6), ending_date=date(2025, 2, 10)),
        at=datetime(2025, 2, 3, tzinfo=UTC),
    )

    assert (codes(result), left()) == ([], 390)


def test_example_3_an_update_frees_or_takes_at_once_and_the_actual_hours_alone_do_not(filer: Filer):
    use_all_but(filer, 70)
    week = {"starting_date": date(2025, 3, 3), "ending_date": date(2025, 3, 7)}
    (result,) = filer(an_action(planned_hours=30, **week), at=START_2025)
    note_actual_amount(int(period_of(result)), 26, environment=Environment.PRODUCTION, actor="dmfa", at=START_2025)
    assert left() == 40
    filer(an_update(period_of(result), planned_hours=26), at=datetime(2025, 3, 10, tzinfo=UTC))
    assert left() == 44
    filer(an_update(period_of(result), planned_hours=34), at=datetime(2025, 3, 11, tzinfo=UTC))

    assert left() == 36


def test_example_4_a_contract_declared_a_day_late_reserves_nothing_and_cannot_be_repaired(filer: Filer):
    contract = {"planned_hours": 200, "starting_date": date(2023, 1, 1), "ending_date": date(2023, 3, 31)}
    (on_time,) = filer(an_action(**contract), at=datetime(2023, 1, 1, 22, 59, tzinfo=UTC))
    assert (codes(on_time), left()) == ([], 400)
    filer(a_cancellation(period_of(on_time)), at=datetime(2023, 1, 1, 22, 59, tzinfo=UTC))
    (late,) = filer(an_action(**contract), at=datetime(2023, 1, 2, 8, tzinfo=UTC))
    assert (codes(late), left()) == (["90373-460"], 600)
    filer(an_update(period_of(late), planned_hours=150), at=datetime(2023, 1, 3, tzinfo=UTC))

    assert left() == 600


def test_example_5_of_200_hours_with_30_over_170_are_in_the_contingent(filer: Filer):
    use_all_but(filer, 170)
    (result,) = filer(
        an_action(planned_hours=200, starting_date=date(2025, 7, 1), ending_date=date(2025, 7, 31)), at=START_2025
    )

    period = Period.objects.get(pk=int(period_of(result)))
    assert (exceeding(result), period.granted, period.planned) == (30, 170, 200)


def test_example_6_a_summer_over_two_quarters_takes_two_declarations(filer: Filer):
    june = {"planned_hours": 80, "starting_date": date(2025, 6, 15), "ending_date": date(2025, 6, 30)}
    later = {"planned_hours": 200, "starting_date": date(2025, 7, 1), "ending_date": date(2025, 9, 15)}
    results = filer(an_action(**june), an_action(**later), at=START_2025)
    single = an_in(start="<StartingDate>2025-06-15</StartingDate>", end="<EndingDate>2025-09-15</EndingDate>")

    assert [codes(result) for result in results] == [[], []]
    assert codes_of(a_form(single)) == ["90373-421"]


def test_example_7_a_holiday_is_not_planned_and_a_started_hour_is_one(filer: Filer):
    (result,) = filer(
        an_action(planned_hours=31, starting_date=date(2021, 11, 8), ending_date=date(2021, 11, 12)),
        at=datetime(2021, 11, 1, tzinfo=UTC),
    )

    assert (codes(result), left()) == ([], 475 - 31)


def test_example_8_hours_freed_go_to_nobody_until_the_other_employer_updates(filer: Filer):
    first_quarter = {"starting_date": date(2025, 1, 1), "ending_date": date(2025, 3, 31)}
    third_quarter = {"starting_date": date(2025, 7, 1), "ending_date": date(2025, 9, 30)}
    (a,) = filer(an_action(planned_hours=400, employer=OWN, **first_quarter), at=START_2025)
    (b,) = filer(an_action(planned_hours=300, employer=OTHER, **third_quarter), at=START_2025)
    assert (exceeding(b), left()) == (50, 0)
    filer(an_update(period_of(a), planned_hours=350), at=START_2025)
    assert (Period.objects.get(pk=int(period_of(b))).granted, left()) == (250, 50)
    (same,) = filer(an_update(period_of(b), planned_hours=300), at=START_2025)
    (lower,) = filer(an_update(period_of(b), planned_hours=250), at=START_2025)
    (higher,) = filer(an_update(period_of(b), planned_hours=300), at=START_2025)

    assert [codes(one) for one in (same, lower, higher)] == [["90378-444"], [], []]
    assert (Period.objects.get(pk=int(period_of(b))).granted, left()) == (300, 0)


def test_example_9_of_50_days_23_are_taken_and_a_period_has_no_more_days_than_it_has(
    filer: Filer, distinct_students: Callable[[], str]
):
    at = datetime(2016, 6, 1, tzinfo=UTC)
    summer = {"planned_hours": None, "starting_date": date(2016, 7, 1), "ending_date": date(2016, 9, 30)}
    (result,) = filer(an_action(planned_days=23, **summer), at=at)
    many = an_in(
        start="<StartingDate>2016-07-01</StartingDate>",
        end="<EndingDate>2016-07-05</EndingDate>",
        planned="<PlannedDaysNbr>6</PlannedDaysNbr>",
    )

    assert (codes(result), left()) == ([], 27)
    assert "90373-420" in codes_of(a_form(many))
